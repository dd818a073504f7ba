# Makes pruners/testdata/tome.json: which rows `tome` merges, straight from its definition (arXiv 2210.09461, sections 3.1 and
# 3.2). A new row is [size, [[old row, weight] ...]]. Keys are multiples of 1/8; cosines are compared as exact fractions of squares.
#
#     python3 tome.py > tome.json
import json
import math
import random
from fractions import Fraction

HEADS, WIDTH = 2, 6
draw = random.Random(221009)


def order(a, b):
    """A number that grows with the cosine of two vectors of fractions: its square with its sign."""
    dot = sum(x * y for x, y in zip(a, b))
    lengths = sum(x * x for x in a) * sum(x * x for x in b)
    return (1 if dot >= 0 else -1) * dot * dot / lengths if lengths else Fraction(0)


def made(keys, sizes, removed):
    n, each = len(keys), WIDTH // HEADS
    removed = min(removed, (n - 1) // 2)
    mean = [[sum(row[h * each + c] for h in range(HEADS)) for c in range(each)] for row in keys]
    pairs = []
    for even in range(2, n, 2):
        like = [(order(mean[even], mean[odd]), -odd) for odd in range(1, n, 2)]
        best, odd = max(like)  # of equal ones the earlier
        pairs.append((-best, even, -odd))
    into = {even: odd for _, even, odd in sorted(pairs)[:removed]}
    rows = []
    for row in range(n):
        if row in into:
            continue
        sources = [row] + [even for even in sorted(into) if into[even] == row]
        total = math.fsum(sizes[s] for s in sources)
        rows.append([total, [[s, sizes[s] / total] for s in sources]])
    return rows


cases = []
for text, count in (("share=0.1", None), ("share=0.3", None), ("share=0.5", None), ("r=2", 2), ("r=0", 0), ("r=100", 100)):
    sequences = []
    for n in (1, 2, 3, 8, 15, 22):
        keys = [[Fraction(draw.randrange(-16, 17), 8) for _ in range(WIDTH)] for _ in range(n)]
        sizes = [1] * n if n == 8 else [draw.randrange(1, 5) for _ in range(n)]
        removed = count if count is not None else math.floor(Fraction(text.split("=")[1]) * n)
        sequences.append({"keys": [float(x) for row in keys for x in row], "sizes": sizes, "rows": made(keys, sizes, removed)})
    cases.append({"rule": text, "sequences": sequences})
print(json.dumps({"heads": HEADS, "width": WIDTH, "cases": cases}, separators=(",", ":")))
