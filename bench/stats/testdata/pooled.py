#!/usr/bin/env python3
"""Regenerates pooled.txt: random-effects means by formulas of their own, in exact fractions and 50 digits.

    bench/stats/testdata/pooled.py > bench/stats/testdata/pooled.txt

Paule and Mandel's tau^2 by Newton's method (the program halves), Hartung and Knapp's error with the maximum of 1, and
Student's quantile by numerical integration of the density and bisection. A line: values; errors; mean, tau, error, low, high.
"""
from decimal import Decimal, getcontext
import math
import random

getcontext().prec = 50
D = Decimal


def pool(values, errors):
    y, v = [D(repr(x)) for x in values], [D(repr(e)) ** 2 for e in errors]
    k = len(y)

    def at(t):
        w = [1 / (x + t) for x in v]
        mean = sum(a * b for a, b in zip(w, y)) / sum(w)
        return w, mean, sum(a * (b - mean) ** 2 for a, b in zip(w, y))

    t = D(0)
    if at(t)[2] > k - 1:
        for _ in range(500):  # q is convex and falls: Newton from the left rises to the root
            w, mean, q = at(t)
            slope = -sum((a * (b - mean)) ** 2 for a, b in zip(w, y))
            step = (q - (k - 1)) / -slope
            t += step
            if abs(step) < D(10) ** -45:
                break
    w, mean, q = at(t)
    return mean, t.sqrt(), (max(D(1), q / (k - 1)) / sum(w)).sqrt()


def student(f):
    """The 0.975 quantile with f degrees of freedom."""
    c = math.gamma((f + 1) / 2) / math.gamma(f / 2) / math.sqrt(f * math.pi)

    def half(x, n=20000):  # Simpson's rule for the density from 0 to x
        h = x / n
        g = lambda u: c * (1 + u * u / f) ** (-(f + 1) / 2)
        return h / 3 * (g(0) + g(x) + 4 * sum(g((2 * i - 1) * h) for i in range(1, n // 2 + 1)) + 2 * sum(g(2 * i * h) for i in range(1, n // 2)))

    low, high = 0.0, 14.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if half(middle) < 0.475 else (low, middle)
    return low


random.seed(20)
quantiles = {}
cases = [([0.1, 0.1, 0.1], [0.01, 0.02, 0.03]), ([0.0, 0.05], [0.01, 0.01]), ([-0.02, -0.01, 0.03, 0.08], [0.004, 0.02, 0.01, 0.05])]
for k in (2, 3, 4, 7, 12):
    for spread in (0.0, 0.01, 0.1):
        cases.append(([round(random.gauss(-0.01, 0.01 + spread), 6) for _ in range(k)], [round(random.uniform(0.003, 0.03), 6) for _ in range(k)]))
for values, errors in cases:
    mean, tau, error = pool(values, errors)
    f = len(values) - 1
    quantiles.setdefault(f, student(f))
    half = float(error) * quantiles[f]
    print(" ".join(map(repr, values)), " ".join(map(repr, errors)), " ".join("%.15g" % x for x in (mean, tau, error, float(mean) - half, float(mean) + half)), sep="; ")
