#!/usr/bin/env bash
# Trains models for which published and independent results exist, and records ours:
# results/runs/reference/eval.txt, with each model's training.json beside it.
#
#	bench/reference/make.sh MODELS DATA WORK [NAME...]
#
# MODELS holds all-MiniLM-L6-v2, DATA a folder per task, WORK keeps the weights. Existing weights are
# reused, a stopped training resumes. NAMEs (see below) select some; existing records are kept. All of it takes hours on two cores.
set -euo pipefail
cd "$(dirname "$0")/../.."
models=$(realpath "$1") data=$(realpath "$2") work=$3
shift 3
wanted=" $* " record=$PWD/results/runs/reference
mkdir -p "$work" "$record"
go build -o "$work/ltpbench" ./cmd/ltpbench
cd "$work"
ln -sfn "$models" models
ln -sfn "$data" data

run() { # name, task, flags: train unless it is there, then measure on the task's dev split
	local name=$1 task=$2
	shift 2
	if [ "$wanted" != "  " ] && [[ "$wanted" != *" $name "* ]]; then return; fi
	[ -e "$name/training.json" ] || ./ltpbench train --data data --task "$task" --keep-duplicates -o "$name" "$@"
	grep -qs "/model=$name/" eval.txt || ./ltpbench eval --model "$name" --data data --task "$task" -o eval.txt
	cp eval.txt "$record/"
	cp "$name/training.json" "$record/$name.json"
}

minilm="--model models/all-MiniLM-L6-v2"
run sst2-base SST-2 $minilm --learning-rate 4e-5 --seed 1
for seed in 1 2 3; do
	for lambda in 0.03 0.1; do
		run "ltp-$lambda-$seed" SST-2 --model sst2-base --examples 12000 --learn --pruner threshold:final=0.01 --lambda "$lambda" --seed "$seed"
	done
done
for seed in 1 2 3; do
	run "mrpc-$seed" MRPC $minilm --whole --epochs 3 --learning-rate 5e-5 --seed "$seed"
	run "stsb-$seed" STS-B $minilm --epochs 3 --learning-rate 5e-5 --seed "$seed"
done
