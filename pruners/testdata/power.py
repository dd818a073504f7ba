# Makes pruners/testdata/power.json: which rows `power` keeps in each layer and how its soft stage weighs rows, straight from
# the definition. Weights and scores are multiples of 1/64, so that their sums are exact.
#
#     python3 power.py > power.json
import json
import math
import random
from fractions import Fraction

LAYERS, BINS = 4, 20
draw = random.Random(2001)


def cut(w):
    return max(Fraction(0), min(Fraction(1), w))


def ranks(alive, scores):
    """The rows but row 0 by falling score, of equal ones the earlier first; their ranks begin at 1."""
    order = sorted((row for row in alive if row), key=lambda row: (-scores[row], row))
    return {row: rank for rank, row in enumerate(order, 1)}


def sequence(n, weights, shift):
    alive, most, scores, kept, masks = list(range(n)), n, [], [], []
    for layer in range(LAYERS):
        scores.append([draw.randrange(9) / 8 for _ in range(n)])
        whole = ranks(range(n), scores[layer])
        masks.append([1.0 if row == 0 else float(weights[layer][BINS * whole[row] // n]) for row in range(n)])
        k = 1 + math.floor(sum(cut(weights[layer][BINS * rank // n] + Fraction(shift)) for rank in range(1, n)))
        most = min(most, k)
        rank = ranks(alive, scores[layer])
        alive = [row for row in alive if row == 0 or rank[row] < most]
        kept.append(alive)
    return {"scores": scores, "kept": kept, "masks": masks}


cases = []
for shift in ("0", "-0.25", "0.5", "-1"):
    weights = [[Fraction(draw.randrange(65), 64) for _ in range(BINS)] for _ in range(LAYERS)]
    cases.append({"shift": shift, "weights": [float(w) for layer in weights for w in layer],
                  "sequences": [sequence(n, weights, shift) for n in (1, 2, 7, 20, 33)]})
print(json.dumps({"layers": LAYERS, "cases": cases}, separators=(",", ":")))
