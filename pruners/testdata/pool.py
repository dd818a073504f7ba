# Makes pruners/testdata/pool.json: the weights of `pool`'s new rows, and their gradients, straight from its definition
# (arXiv 2006.03677, section 3.1, with windows), in float64. z = x W. Gradients are central differences of sum(weight * draw).
#
#     python3 pool.py > pool.json
import json
import math
import random

WIDTH = 9
draw = random.Random(200603)


def made(k, z, beta):
    """New rows as {old row: weight}; z[row][c] for rows 1.. of a sequence."""
    m = len(z) - 1
    if m <= k:
        return [{row: 1.0} for row in range(m + 1)]
    rows = [{0: 1.0}]
    for c in range(k):
        logits = {row: z[row][c] / math.sqrt(WIDTH) + (beta if (row - 1) * k // m == c else 0) for row in range(1, m + 1)}
        total = math.fsum(math.exp(v) for v in logits.values())
        rows.append({row: math.exp(v) / total for row, v in logits.items()})
    return rows


cases = []
for k, beta in ((1, 4.0), (3, 4.0), (4, 0.5)):
    sequences = []
    for n in (1, 4, 5, 9, 14):
        z = [[draw.randrange(-24, 25) / 8 for _ in range(k)] for _ in range(n)]
        rows = made(k, z, beta)
        by = [{row: draw.randrange(-8, 9) / 8 for row in new} for new in rows]

        def loss(beta):
            return math.fsum(w * g[row] for new, g in zip(made(k, z, beta), by) for row, w in new.items())

        step, grad = 2.0 ** -14, []
        for row in z:
            for c in range(k):
                was = row[c]
                row[c] = was + step
                up = loss(beta)
                row[c] = was - step
                grad.append((up - loss(beta)) / (2 * step))
                row[c] = was
        sequences.append({"z": sum(z, []), "rows": [sorted(new.items()) for new in rows], "by": [sorted(g.items()) for g in by],
                          "dz": grad, "dbeta": (loss(beta + step) - loss(beta - step)) / (2 * step)})
    cases.append({"k": k, "beta": beta, "sequences": sequences})
print(json.dumps({"width": WIDTH, "cases": cases}, separators=(",", ":")))
