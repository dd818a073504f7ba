#!/usr/bin/env bash
# Makes pool.txt again: what many seeds of one recipe say about SST-2's dev split.
#
#	bench/stats/testdata/pool.sh DATA WORK [SEEDS]
#
# DATA holds the folder SST-2, WORK is for what lies between. The recipe: the embedded
# model's biases, norms and head learn 2,000 sentences twice, chosen, ordered and dropped
# out by the seed, under topk:rate=-0.4,start=1; the weights are run with that rule and
# with a gentler one. What is there already is not made again.
set -euo pipefail
cd "$(dirname "$0")/../../.."
data=$(realpath "$1") work=$(realpath -m "$2") seeds=${3:-24}
rules=(topk:rate=-0.4,start=1 topk:rate=0.1,start=1)
mkdir -p "$work"
[ -x "$work/ltpbench" ] || go build -o "$work/ltpbench" ./cmd/ltpbench
for seed in $(seq "$seeds"); do
	[ -e "$work/$seed/run/predictions.jsonl" ] && continue
	rm -rf "${work:?}/$seed"
	"$work/ltpbench" train --model bench/embedded/files --data "$data" --task SST-2 --examples 2000 \
		--freeze matrices --rate 1e-3 --pruner "${rules[0]}" --seed "$seed" -o "$work/$seed/model"
	"$work/ltpbench" sweep --model "$work/$seed/model" --pruners "${rules[0]}" --pruners "${rules[1]}" \
		--rounds 1 -o "$work/$seed/part"
	mv "$work/$seed/part" "$work/$seed/run"
	rm -r "$work/$seed/model"
done

# A line of labels, then one per seed and rule: what was said of each example in turn.
column() { # field, file, rule
	grep -F "/spec=$3/" "$2" | sed "s/.*\"$1\":\([0-9]*\),.*/\1/" | tr -d '\n'
}
{
	echo "# made by pool.sh; columns: rule, seed, one digit per example"
	echo "label - $(column label "$work/1/run/predictions.jsonl" "${rules[0]}")"
	for rule in "${rules[@]}"; do
		for seed in $(seq "$seeds"); do
			echo "$rule $seed $(column prediction "$work/$seed/run/predictions.jsonl" "$rule")"
		done
	done
} >bench/stats/testdata/pool.txt
