# Makes pruners/testdata/evit.json: what `evit` makes of sequences by the scores of their rows, straight from its definition
# (arXiv 2202.07800, section 3.2). A new row is a list of [old row, weight]. Scores and weights are float64, rates exact fractions.
#
#     python3 evit.py > evit.json
import json
import math
import random
from fractions import Fraction

HEADS = 4
draw = random.Random(220207)


def made(rate, fuse, scores):
    n = len(scores)
    k = math.ceil(Fraction(rate) * (n - 1))
    best = sorted(range(1, n), key=lambda row: (-scores[row], row))[:k]  # of equal ones the earlier
    rows = [[[row, 1.0]] for row in [0] + sorted(best)]
    rest = [row for row in range(1, n) if row not in best]
    if fuse != "none" and rest:
        paid = [scores[row] / HEADS for row in rest]  # the mean over heads
        total = math.fsum(paid)
        if fuse == "mean":
            paid = [p / total if total else 1 / len(rest) for p in paid]
        rows.append([[row, p] for row, p in zip(rest, paid)])
    return rows


cases = []
for rate in ("0", "0.3", "0.5", "0.7", "1"):
    for fuse in ("none", "sum", "mean"):
        sequences = []
        for n in (1, 2, 3, 11, 21):
            scores = [draw.randrange(9) / 8 for _ in range(n)]  # coarse, so that many are equal
            sequences.append({"scores": scores, "rows": made(rate, fuse, scores)})
        zeros = [1.0, 0.0, 0.0, 0.0]
        sequences.append({"scores": zeros, "rows": made(rate, fuse, zeros)})
        cases.append({"rate": rate, "fuse": fuse, "sequences": sequences})
print(json.dumps({"heads": HEADS, "cases": cases}, separators=(",", ":")))
