"""Bounds of a paired difference, computed without the closed form: the likeliest share of won examples is searched for.

python3 paired.py >paired.json
"""
import json, math
from statistics import NormalDist


def likeliest(n, lost, won, d):
    """The share w of won examples, with w + d of lost ones, that makes the counts likeliest."""
    def log_likelihood(w):
        total = 0.0
        for count, share in ((lost, w + d), (won, w), (n - lost - won, 1 - 2 * w - d)):
            if count > 0:
                if share <= 0:
                    return -math.inf
                total += count * math.log(share)
        return total
    low, high = max(0.0, -d), (1 - d) / 2
    for _ in range(300):  # the likelihood has one peak
        a, b = low + (high - low) / 3, high - (high - low) / 3
        if log_likelihood(a) < log_likelihood(b):
            low = a
        else:
            high = b
    return (low + high) / 2


def upper(n, lost, won, confidence):
    z = NormalDist().inv_cdf(confidence)
    low, high = (lost - won) / n, 1.0
    for _ in range(60):
        d = (low + high) / 2
        variance = n * (2 * likeliest(n, lost, won, d) + d * (1 - d))
        if n * d - (lost - won) - 0.5 > z * math.sqrt(max(0.0, variance)):
            high = d
        else:
            low = d
    return high


cases = [(20, 0, 0), (100, 0, 0), (100, 1, 0), (100, 0, 3), (100, 5, 2), (436, 9, 4), (436, 40, 11), (872, 17, 17), (872, 3, 40), (5000, 61, 20)]
print(json.dumps([{"n": n, "lost": b, "won": c, "upper": upper(n, b, c, 0.95), "upper99": upper(n, b, c, 0.99)} for n, b, c in cases], indent=0))
