#!/usr/bin/env bash
# Regenerates bench/embedded/files: the small model and the weights of its points.
#
#	bench/embedded/make.sh MODELS DATA WORK
#
# MODELS holds all-MiniLM-L6-v2, DATA the folder SST-2, WORK is for intermediate files.
# Existing results are reused.
set -euo pipefail
cd "$(dirname "$0")/../.."
models=$(realpath "$1") data=$(realpath "$2") work=$3
mkdir -p "$work"
go build -o "$work/ltpbench" ./cmd/ltpbench
cd "$work"
ln -sfn "$models" models
ln -sfn "$data" data
t() { # folder, flags: train unless it exists; a stopped training resumes
	local out=$1
	shift
	[ -e "$out/training.json" ] || ./ltpbench train --data data --task SST-2 --seed 1 -o "$out" "$@"
}
t base --keep-duplicates --model models/all-MiniLM-L6-v2 --learning-rate 4e-5
t embedded --keep-duplicates --model base --examples 30000 --units 512 --cut-vocabulary --half --teacher base --freeze embeddings --no-dropout --learning-rate 1e-4

# Every point: the same 10,000 sentences, the same steps for all rules (thresholds: half of them soft, half hard), all but
# the embeddings learning from the uncut teacher, with the study's settings (docs/study.md): no dropout, a rate of 1e-4,
# thresholds at 3e-4. Then the differences are cut to rank 12 in 16 bits, and biases, norms and classifier learn on for
# half as many steps.
point() {
	local name=$1
	shift
	t "points/$name" --model embedded --teacher base --examples 10000 --freeze embeddings --no-dropout --rank 12 --learning-rate 1e-4 --budget "${name##*-}" "$@"
}
for budget in 0.38 0.50 0.62 0.74 0.87; do
	point "threshold-$budget" --learn --learner-rate 3e-4 --pruner threshold:final=0.01
	point "topk-start1-$budget" --pruner topk:rate=0,start=1
done
for budget in 0.67 0.75 0.86; do point "topk-$budget" --pruner topk:rate=0; done

# The points with their rules, as the program embeds them.
files=$OLDPWD/bench/embedded/files
rm -rf "$files/points"
mkdir -p "$files/points"
cp embedded/* "$files/"
{
	echo '['
	comma=
	for dir in points/*/; do
		name=$(basename "$dir")
		mkdir -p "$files/points/$name"
		cp "$dir"/* "$files/points/$name/"
		rule=$(sed -n 's/^  "pruner": \(".*"\),$/\1/p' "$dir/training.json")
		budget=$(sed -n 's/^    "budget": \(.*\),*$/\1/p' "$dir/training.json")
		printf '%s  {"budget": "%s", "pruner": %s, "weights": "points/%s"}' "$comma" "${budget%,}" "$rule" "$name"
		comma=$',\n'
	done
	printf '\n]\n'
} >"$files/points.json"
