#!/usr/bin/env bash
# Regenerates pool.txt: predictions of many seeds of one recipe for SST-2's dev split.
#
#	bench/stats/testdata/pool.sh DATA WORK [SEED...]
#
# DATA holds the folder SST-2, WORK is for intermediate files. The recipe: the embedded
# model's biases, norms and head learn 1,000 sentences twice, chosen, ordered and dropped
# out by the seed, under topk:rate=-0.4,start=1; the weights are run with that rule and
# with a gentler one. Existing results are reused.
set -euo pipefail
cd "$(dirname "$0")/../../.."
data=$(realpath "$1") work=$(realpath -m "$2")
shift 2
[ $# -gt 0 ] || set -- {1..9} {11..14}
seeds=("$@")
rules=(topk:rate=-0.4,start=1 topk:rate=0.1,start=1)
dev=bench/text/sst2-dev.tsv.gz
mkdir -p "$work"
[ -x "$work/ltpbench" ] || go build -o "$work/ltpbench" ./cmd/ltpbench
for seed in "${seeds[@]}"; do
	[ -e "$work/$seed" ] && continue
	rm -rf "$work/part"
	"$work/ltpbench" train --model bench/embedded/files --data "$data" --task SST-2 --examples 1000 --threads 1 \
		--freeze matrices --learning-rate 1e-3 --pruner "${rules[0]}" --seed "$seed" -o "$work/part/model"
	for rule in "${rules[@]}"; do
		"$work/ltpbench" predict --model "$work/part/model" --data $dev --task SST-2 --threads 1 --pruner "$rule" >"$work/part/$rule.tsv"
	done
	rm -r "$work/part/model"
	mv "$work/part" "$work/$seed"
done

# A line of labels, then one per rule and seed: 1 for each example that is or was called positive.
{
	echo "# made by pool.sh: rule, seed, one digit per sentence of SST-2's dev split"
	echo "label - $(zcat $dev | tail -n +2 | cut -f 2 | tr -d '\n')"
	for rule in "${rules[@]}"; do
		for seed in "${seeds[@]}"; do
			echo "$rule $seed $(tail -n +2 "$work/$seed/$rule.tsv" | cut -f 1 | sed 's/positive/1/; s/negative/0/' | tr -d '\n')"
		done
	done
} >bench/stats/testdata/pool.txt
