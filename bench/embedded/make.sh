#!/usr/bin/env bash
# Makes bench/embedded/files again: the small model and the weights of its points.
#
#	bench/embedded/make.sh MODELS DATA WORK
#
# MODELS holds all-MiniLM-L6-v2, DATA the folder SST-2, WORK is for what lies between.
# What is there already is not made again.
set -euo pipefail
cd "$(dirname "$0")/../.."
models=$(realpath "$1") data=$(realpath "$2") work=$3
mkdir -p "$work"
go build -o "$work/ltpbench" ./cmd/ltpbench
cd "$work"
ln -sfn "$models" models
t() { # folder, flags: train unless it is there
	local out=$1
	shift
	[ -e "$out/training.json" ] || ./ltpbench train --data "$data" --task SST-2 --keep-duplicates --seed 1 -o "$out" "$@"
}
t base --model models/all-MiniLM-L6-v2 --rate 4e-5
t embedded --model base --examples 30000 --units 512 --cut-vocabulary --half --teacher base --freeze embeddings --no-dropout --rate 1e-4

# Every point: the same 12,000 sentences twice, the same steps and rate; biases, norms and head learn.
point() {
	local name=$1
	shift
	t "points/$name" --model embedded --teacher base --examples 12000 --freeze matrices --difference --rate 5e-4 "$@"
}
learned() { point "threshold-$1" --learn --pruner threshold:final=0.01 --lambda "$2" --budget "$1"; }
learned 0.87 0.03
learned 0.74 0.03
learned 0.62 0.06
learned 0.50 0.1
learned 0.38 0.1
for rate in 0.7 0.4 0.1 -0.4 -1.5; do point "topk-start1-$rate" --pruner "topk:rate=$rate,start=1"; done
for rate in 0.4 -0.1 -1; do point "topk-$rate" --pruner "topk:rate=$rate"; done

# The points with their rules, as the program embeds them.
files=$OLDPWD/bench/embedded/files
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
