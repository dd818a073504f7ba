"""Lengths of LengthDrop's smallest sub-model (Kim and Cho, arXiv 2010.07003), in
rational and 50-digit arithmetic: python3 lengthdrop.py >lengthdrop.json"""
import json
from decimal import Decimal, getcontext
from fractions import Fraction
from math import ceil

getcontext().prec = 50
cases = []
for layers in (1, 4, 6, 12, 24):
    for drop in ("auto", "0.2", "0.36", "0.5"):
        if drop == "auto":
            kept = Fraction(Decimal("0.8") ** (Decimal(12) / Decimal(layers)))
        else:
            kept = 1 - Fraction(drop)
        for n in (1, 2, 3, 5, 25, 40, 100, 125, 128, 512):
            lengths = []
            for _ in range(layers):
                lengths.append(ceil(kept * (lengths[-1] if lengths else n)))
            cases.append({"layers": layers, "drop": drop, "n": n, "lengths": lengths})
print("[" + ",\n".join(json.dumps(c) for c in cases) + "]")
