# Makes pruners/testdata/quantile.json: which rows `quantile:q=` keeps in each layer, straight from its definition. Scores
# are float64, and shares exact fractions.
#
#     python3 quantile.py > quantile.json
import json
import math
import random
from fractions import Fraction

LAYERS = 4
draw = random.Random(11799)


def sequence(q, n):
    """A sequence of n rows: scores[layer] by original position, kept[layer] the positions that leave the layer."""
    alive, scores, kept = list(range(n)), [], []
    for layer in range(LAYERS):
        scores.append([draw.randrange(9) / 4 for _ in range(n)])  # coarse, so that many are equal
        if layer > 0:
            # Lowest first, of equal ones the later first. Row 0 counts, but cannot be chosen.
            order = sorted(alive[1:], key=lambda row: (scores[layer][row], -row))
            gone = set(order[:math.floor(Fraction(q) * len(alive))])
            alive = [row for row in alive if row not in gone]
        kept.append(alive)
    return {"scores": scores, "kept": kept}


cases = [{"q": q, "sequences": [sequence(q, n) for n in (1, 2, 3, 10, 25, 100)[: 6 if q in ("0.29", "0.1") else 5]]}
         for q in ("0", "0.1", "0.29", "0.3", "0.5", "0.9", "1")]
print(json.dumps({"layers": LAYERS, "cases": cases}, separators=(",", ":")))
