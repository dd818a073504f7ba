# Makes pruners/testdata/calibrated.json: the thresholds that `calibrated` gets from a batch, layer by layer, and what they
# keep of it, straight from the definition in float64.
#
#     python3 calibrated.py > calibrated.json
import json
import math
import random
from fractions import Fraction

LAYERS = 4
draw = random.Random(2107)


def case(q, shape):
    lengths = [1, 2, 9, 30, 17]
    alive = [list(range(n)) for n in lengths]
    scores, thetas, kept = [], [], []
    for layer in range(LAYERS):
        scores.append([[draw.randrange(1, 2000) / 256 for _ in range(n)] for n in lengths])
        theta = 0
        if layer > 0:
            share = Fraction(1 - (1 - float(q)) ** (layer / LAYERS)) if shape == "growing" else Fraction(q)
            units = []
            for rows, s in zip(alive, scores[layer]):
                mean = sum(s[r] for r in rows) / len(rows)
                units.append({r: s[r] / mean for r in rows})
            below = sorted(x for u in units for r, x in u.items() if r > 0)
            if share > 0 and below:
                theta = below[min(len(below) - 1, math.floor(share * len(below)))]
                alive = [[r for r in rows if r == 0 or u[r] >= theta] for rows, u in zip(alive, units)]
        thetas.append(theta)
        kept.append(alive)
    return {"q": q, "shape": shape, "scores": scores, "thetas": thetas, "kept": kept}


print(json.dumps({"layers": LAYERS, "cases": [case(q, shape) for q in ("0", "0.1", "0.35", "0.8", "1") for shape in ("flat", "growing")]},
                 separators=(",", ":")))
