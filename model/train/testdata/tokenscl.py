# Makes model/train/testdata/tokenscl.json: the value of token-scl and its gradient for rows of random numbers, straight from
# the definition, in float64. The gradient is taken by central differences of the value with exact fractions of a step.
#
#     python3 tokenscl.py > tokenscl.json
import json
import math
import random

draw = random.Random(101010)


def value(x, label, sequence, temperature):
    """The mean over rows i with positives of -(1/|P|) sum over p in P of log(exp(z_i z_p / T) / sum over a of exp(z_i z_a / T));
    a runs over rows of other sequences, and P holds those of i's label."""
    z = [[v / math.sqrt(sum(u * u for u in row)) for v in row] for row in x]
    terms = []
    for i in range(len(x)):
        others = [a for a in range(len(x)) if sequence[a] != sequence[i]]
        positive = [a for a in others if label[a] == label[i]]
        if not positive:
            continue
        s = {a: math.fsum(u * v for u, v in zip(z[i], z[a])) / temperature for a in others}
        top = max(s.values())
        log_sum = top + math.log(math.fsum(math.exp(v - top) for v in s.values()))
        terms.append(-math.fsum(s[p] - log_sum for p in positive) / len(positive))
    return math.fsum(terms) / len(terms) if terms else 0.0


def gradient(x, *rest):
    grad, step = [], 2.0 ** -17
    for row in x:
        for j in range(len(row)):
            was = row[j]
            row[j] = was + step
            up = value(x, *rest)
            row[j] = was - step
            down = value(x, *rest)
            row[j] = was
            grad.append((up - down) / (2 * step))
    return grad


cases = []
for temperature, lengths, labels in (
    (0.07, (3, 1, 4, 2), (0, 1, 0, 1)),
    (0.5, (2, 5, 3, 1, 4), (2, 0, 2, 1, 0)),  # label 1 has one sentence: its row is no anchor
    (0.07, (2, 3), (0, 1)),  # nobody has a positive
    (0.07, (4,), (1,)),  # one sentence
):
    sequence = [b for b, n in enumerate(lengths) for _ in range(n)]
    x = [[float.fromhex((round(draw.gauss(0, 1) * 256) / 256).hex()) for _ in range(6)] for _ in sequence]
    label = [labels[b] for b in sequence]
    cases.append({"temperature": temperature, "sequence": sequence, "label": label, "x": sum(x, []),
                  "value": value(x, label, sequence, temperature), "gradient": gradient(x, label, sequence, temperature)})
print(json.dumps({"width": 6, "cases": cases}, separators=(",", ":")))
