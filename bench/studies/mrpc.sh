#!/usr/bin/env bash
# Runs mrpc.toml twice, once stopped twice by Ctrl-C and once by kill -9, and once
# undisturbed, and compares the two byte by byte. The record, its figures and the
# comparison go to results/runs/mrpc-minilm.
#
#	LTPBENCH_SHARED=FOLDER bench/studies/mrpc.sh WORK [PLAN]
#
# WORK is for weights; the same call resumes. The undisturbed run reuses the unpruned
# models of the stopped one and trains all other weights itself.
set -euo pipefail
plan=$(realpath "${2:-$(dirname "$0")/mrpc.toml}")
mkdir -p "$1"
work=$(realpath "$1")
cd "$(dirname "$0")/../.."
record=$PWD/results/runs/mrpc-minilm
[ -x "$work/ltpbench" ] || go build -o "$work/ltpbench" ./cmd/ltpbench
cd "$work"
cp "$plan" mrpc.toml

# cells counts the weights that are finished.
cells() { find "$1" -mindepth 2 -maxdepth 2 -name training.json 2>/dev/null | wc -l; }
finished() { grep -qs '^BenchmarkRun' "$1/sweep.txt"; }

# stop SIGNAL N: lets the run work until it has N cells, and a little longer, then stops it.
stop() {
	local done_file=stopped-by-$1-at-$2
	[ -e "$done_file" ] && return
	./ltpbench sweep mrpc.toml -o stopped 2>>stopped.log &
	local pid=$! code=0
	until [ "$(cells stopped/cells)" -ge "$2" ] || ! kill -0 "$pid" 2>/dev/null; do sleep 1; done
	sleep 5
	kill -s "$1" "$pid" 2>/dev/null || true
	wait "$pid" || code=$?
	echo "SIG$1 with $(cells stopped/cells) cells finished: exit code $code" | tee -a stops.txt
	touch "$done_file"
}
stop INT 1
stop INT 6
stop KILL 12
finished stopped || ./ltpbench sweep mrpc.toml -o stopped | tee stopped.out

# The unpruned models are the entries that are whole folders, not differences.
for dir in stopped/cells/*/; do
	name=$(basename "$dir")
	if [ -e "$dir/model.safetensors" ] && [ ! -e "calm-cells/$name" ]; then
		mkdir -p calm-cells && cp -r "$dir" calm-cells/
	fi
done
finished calm || ./ltpbench sweep mrpc.toml -o calm --cells calm-cells | tee calm.out

cmp stopped/predictions.jsonl calm/predictions.jsonl
exact() { grep '^BenchmarkSweep.* paper-ratio' "$1/sweep.txt"; }
cmp <(exact stopped) <(exact calm)
echo "equal: $(exact calm | wc -l) points and $(wc -l <calm/predictions.jsonl) predictions, byte by byte" | tee equal.txt

mkdir -p "$record"
cp stopped/plan.toml stopped/sweep.txt stops.txt equal.txt "$record/"
gzip -9nc stopped/predictions.jsonl >"$record/predictions.jsonl.gz"
./ltpbench plot "$record" -o "$record"
