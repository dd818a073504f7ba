"""Writes controls.json: what truncate, stride and average make of sequences, from their definitions.

python3 controls.py > controls.json
"""
import json
import math
from fractions import Fraction


def count(n, q):
    """round(q n), half to even, at least 1; q is exact, so that no product is rounded."""
    return max(1, round(q * n))


def texts(n, second, k):
    """How many of k rows each of a pair's texts keeps."""
    b = min(k - 1, round(Fraction(k * (n - second), n)))
    if k - b > second:
        b = k - second
    return k - b, b


cases = []
for n, second in [(1, 1), (2, 2), (3, 3), (10, 10), (17, 17), (40, 40), (12, 5), (31, 4), (30, 27), (9, 8)]:
    for q in [Fraction(1, 16), Fraction(1, 4), Fraction(1, 2), Fraction(5, 8), Fraction(1)]:
        k = count(n, q)
        a, b = texts(n, second, k)
        stride = [i * second // a for i in range(a)] + [second + i * (n - second) // max(b, 1) for i in range(b)]
        windows = [[0, 1]]
        for first, end in [(1, second), (second, n)]:
            m = end - first
            if m > 0:
                small = min(m, count(m, q))
                windows += [[first + i * m // small, first + math.ceil(Fraction((i + 1) * m, small))] for i in range(small)]
        cases.append({
            "n": n, "second": second, "keep": float(q),
            "truncate": list(range(a)) + list(range(second, second + b)), "stride": stride, "average": windows,
        })
print(json.dumps(cases))
