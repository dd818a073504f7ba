# Makes predictors.json: what the predictors of DynamicViT (arXiv 2106.02034, section 3.2), Transkimmer (arXiv 2205.07324,
# section 3) and AdapLeR (arXiv 2203.08991, section 3) make of rows, in float64, straight from their definitions, and which
# rows `dynamicvit`, by either decision, `transkimmer` and `adapler` keep.
#
#     python3 predictors.py > predictors.json
import json
import math
import random
import struct

WIDTH, RHO, EPS = 24, 0.6, 1e-12
draw = random.Random(2106)


def f32(x):
    return struct.unpack("f", struct.pack("f", x))[0]


def values(name, n, about, by):
    """Weights that both programs can make: a sine of their number and of their name."""
    phase = sum(map(ord, name))
    return [f32(about + by * math.sin(1.7 * i + phase)) for i in range(n)]


def gelu(x):
    return 0.5 * x * (1 + math.erf(x / math.sqrt(2)))


def linear(x, w, b, outs):
    ins = len(x)
    return [sum(w[o * ins + i] * x[i] for i in range(ins)) + b[o] for o in range(outs)]


def norm(x, gain, bias):
    mean = sum(x) / len(x)
    var = sum((v - mean) ** 2 for v in x) / len(x)
    return [(v - mean) / math.sqrt(var + EPS) * g + b for v, g, b in zip(x, gain, bias)]


def skim(rows):
    """Transkimmer's logits of keeping and dropping."""
    d, out = WIDTH, []
    gain, bias = values("0.weight", d, 1, 0.3), values("0.bias", d, 0, 0.3)
    for x in rows:
        z = linear(norm(x, gain, bias), values("1.weight", d * d, 0, 0.4), values("1.bias", d, 0, 0.2), d)
        z = [gelu(v) for v in norm(z, values("2.weight", d, 0, 0.4), values("2.bias", d, 0, 0.2))]
        out.append(linear(z, values("3.weight", 2 * d, 0, 0.6), values("3.bias", 2, 0, 0.2), 2))
    return out


def adapt(rows, eta=0.9, factor=0.5):
    """AdapLeR's logits, and the rows whose share is at least eta over the number of rows."""
    d, logits = WIDTH, []
    for x in rows:
        z = [gelu(v) for v in linear(x, values("0.weight", 32 * d, 1, 0.3), values("0.bias", 32, 0, 0.3), 32)]
        logits.append(linear(z, values("1.weight", 32, 0, 0.4), values("1.bias", 1, 0, 0.2), 1)[0])
    e = [math.exp(z) for z in logits]
    c = [x / sum(e) for x in e]
    c[0] *= factor
    c = [x / sum(c) for x in c]
    return logits, [0] + [r for r in range(1, len(rows)) if c[r] >= eta / len(rows)]


def predict(rows, policy):
    """The logits of keeping and dropping of one sequence's rows."""
    d, half, quarter = WIDTH, WIDTH // 2, WIDTH // 4
    w = {}
    for name, n, about, by in [("0.weight", d, 1, 0.3), ("0.bias", d, 0, 0.3), ("1.weight", half * d, 0, 0.4), ("1.bias", half, 0, 0.2),
                               ("2.weight", half * d, 0, 0.4), ("2.bias", half, 0, 0.2), ("4.weight", half * half, 0, 0.5), ("5.weight", half * half, 0, 0.5),
                               ("5.bias", half, 0, 0.2), ("7.weight", quarter * half, 0, 0.6), ("7.bias", quarter, 0, 0.2), ("8.weight", 2 * quarter, 0, 0.9), ("8.bias", 2, 0, 0.2)]:
        w[name] = values(name, n, about, by)
    # The published network: one Linear d -> d, whose output is split, and one Linear d -> d/2 over both parts side by side.
    first, bias = w["1.weight"] + w["2.weight"], w["1.bias"] + w["2.bias"]
    second = [x for o in range(half) for x in w["5.weight"][o * half:(o + 1) * half] + w["4.weight"][o * half:(o + 1) * half]]
    u = [[gelu(v) for v in linear(norm(x, w["0.weight"], w["0.bias"]), first, bias, d)] for x in rows]
    total = sum(policy[1:])
    mean = [sum(policy[j] * u[j][half + i] for j in range(1, len(u))) / total if total > 0 else 0.0 for i in range(half)]
    out = []
    for v in u:
        z = [gelu(y) for y in linear(v[:half] + mean, second, w["5.bias"], half)]
        z = [gelu(y) for y in linear(z, w["7.weight"], w["7.bias"], quarter)]
        out.append(linear(z, w["8.weight"], w["8.bias"], 2))
    return out


cases = []
for n in (1, 2, 3, 9, 16):
    rows = [[f32(draw.gauss(0, 1)) for _ in range(WIDTH)] for _ in range(n)]
    policy = [1.0] + [draw.choice([0.0, 0.5, 1.0]) for _ in range(n - 1)]
    odds = [a - b for a, b in predict(rows, [1.0] * n)]
    best = sorted(range(1, n), key=lambda r: (-odds[r], r))
    cases.append({
        "rows": rows, "policy": policy, "logits": predict(rows, policy),
        "rank": [sorted([0] + best[:int((n - 1) * RHO ** s)]) for s in (1, 2)],
        "adapt": adapt(rows)[0], "adapted": adapt(rows)[1], "skim": skim(rows), "skimmed": [0] + [r for r, (k, z) in enumerate(skim(rows)) if r > 0 and k >= z],
        "threshold": [0] + [r for r in range(1, n) if 1 / (1 + math.exp(-odds[r])) >= 0.5],
    })
print(json.dumps({"rho": RHO, "cases": cases}, separators=(",", ":")))
