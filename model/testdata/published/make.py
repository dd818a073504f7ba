"""Makes answers of the published program of LTP on random encoders, as the tests read them:

    git clone https://github.com/kssteven418/LTP && git -C LTP checkout 8ab31a62
    python3.8 -m venv env && env/bin/pip install -r model/testdata/published/requirements.txt
    env/bin/python model/testdata/published/make.py LTP OUT SEED
    LTPBENCH_SHARED=OUT go test -run Published ./pruners ./model ./model/train ./bench/recipe ./bench/eval

OUT is an absolute path. Every SEED gives other networks, texts and steps, in some minutes; the networks here are of seed 1.
The program runs as it is, on the CPU in float32, but for two things: its thresholds are not put on a device called "cuda",
and attention's dropout, which is off, copies its input, since the pruner would otherwise overwrite what the backward pass
needs.

Texts are taken only if every decision of every rule is clear: no score within 1e-4 of its threshold, relatively, and none
of the last kept within 1e-4 of the first dropped (in training 1e-5, at every step of a hard stage), so that kept sets can be
compared without a tolerance. Where a threshold is set to exactly 0, some token still lives.
"""

import json
import math
import pathlib
import sys

import torch

LENGTH = 128  # texts are padded to it, as by the published program
PAD = 1
CLEAR = 1e-4

ABSOLUTE = "absolute_threshold"


def rules(layers):
    """Specs of ltpbench and the published program's settings; zero is a layer whose threshold is set to exactly 0."""
    settings = {"none": {}}
    for final in (0.003, 0.006, 0.01, 0.014, 0.02, -0.01):
        settings[f"threshold:final={final}"] = {"prune_mode": ABSOLUTE, "final_token_threshold": final}
    for zero in (2, layers - 1):
        theta = [0 if i == zero else float(torch.tensor(0.01 * i / layers)) for i in range(layers)]
        spec = "threshold:theta=" + ":".join("%.12f" % x for x in theta)
        settings[spec] = {"prune_mode": ABSOLUTE, "final_token_threshold": 0.01, "zero": zero}
    for t in (0.1, 0.3, 0.6):
        settings[f"relative:t={t}"] = {"prune_mode": "threshold", "token_threshold": t}
    for rate in (0.5, 0.2, -0.5, 0.25, 0.1, 0.3):
        settings[f"topk:rate={rate}"] = {"prune_mode": "topk", "token_keep_rate": rate}
    return settings


STEPS, BATCH = 12, 8
STAGES = [
    {"rate": 1e-4, "theta_rate": 5e-4, "clip": 0.0, "temperature": 1e-3, "lambda": 0.1},
    {"rate": 1e-4, "theta_rate": 5e-4, "clip": 1.0, "temperature": 1e-3, "lambda": 0.1},
    {"rate": 2e-5, "theta_rate": 2e-5, "clip": 1.0, "temperature": 1e-3, "lambda": 0.1},
    {"rate": 1e-4, "theta_rate": 1e-4, "clip": 1.0, "rule": "threshold:final=0.003"},
    {"rate": 1e-4, "theta_rate": 1e-4, "clip": 1.0, "rule": "topk:rate=0.5"},
]


def load_program(checkout):
    """Imports the published program, its thresholds on the CPU."""
    global LTPConfig, Model, Trainer, TrainingArguments, TrainerCallback
    sys.path.insert(0, str(pathlib.Path(checkout) / "src"))
    tensor, zeros_like = torch.tensor, torch.zeros_like
    torch.tensor = lambda *a, device=None, **k: tensor(*a, **k)
    torch.zeros_like = lambda *a, device=None, **k: zeros_like(*a, **k)
    from transformers.models.ltp.configuration_ltp import LTPConfig
    from transformers.models.ltp.modeling_ltp import LTPForSequenceClassification as Model
    from transformers.trainer import Trainer
    from transformers.trainer_callback import TrainerCallback
    from transformers.training_args import TrainingArguments


class Copy(torch.nn.Module):
    def forward(self, x):
        return x.clone()


def build(shape, settings, weights=None):
    """An encoder under a rule: with weights, or with random ones."""
    zero = settings.get("zero")
    m = Model(LTPConfig(**shape, **{k: v for k, v in settings.items() if k != "zero"}))
    for layer in m.ibert.encoder.layer:
        layer.attention.self.dropout = Copy()
        if not settings:  # the attribute that its evaluation asks for
            layer.attention.self.pruner = None
        if layer.module_num == zero:
            layer.attention.self.pruner.keep_threshold.data -= layer.attention.self.pruner.keep_threshold_base
    if weights is not None:
        m.load_state_dict(weights, strict=False)
        return m
    for name, p in m.named_parameters():
        with torch.no_grad():
            if "LayerNorm" in name and name.endswith("weight"):
                p.normal_(1, 0.1)
            elif name.endswith("bias"):
                p.normal_(0, 0.05)
            elif "embeddings" in name:
                p.normal_(0, 1)
            else:
                p.normal_(0, (1.4 if "query" in name or "key" in name else 1) / math.sqrt(p.shape[-1]))
    m.ibert.embeddings.word_embeddings.weight.data[PAD] = 0
    return m


def weights_of(m):
    return {name: p.detach().clone() for name, p in m.named_parameters() if "threshold" not in name}


class Watch:
    """What each layer leaves alive, how clear its decisions are, and how clearly row 0 lives, text by text."""

    def __init__(self, m):
        self.alive, self.margin, self.first = [], [], []
        for layer in m.ibert.encoder.layer:
            pruner = layer.attention.self.pruner
            if pruner is not None:
                pruner.update_attention_mask = self.watched(pruner, pruner.update_attention_mask)

    def watched(self, pruner, update):
        def f(mask, probs, lengths):
            out = update(mask, probs, lengths)
            new = out[0] if isinstance(out, tuple) else out
            before, after = (x.view(len(probs), -1) > -1 for x in (mask, new))
            self.alive.append([row.nonzero().view(-1).tolist() for row in after])
            scores = probs.detach().reshape(len(probs), -1, probs.shape[-1]).sum(dim=1).double()
            clear = [self.clear(pruner, probs, *row) for row in zip(scores, before, after)]
            self.margin.append([margin for margin, _ in clear])
            self.first.append([first for _, first in clear])
            return out
        return f

    @staticmethod
    def clear(pruner, probs, score, before, after):
        kept, dropped = score[before & after], score[before & ~after]
        if len(dropped) == 0:
            return 1.0, 1.0
        if len(kept) == 0:
            return 1.0, -1.0
        if type(pruner).__name__ == "CascadeTokenPruner":
            return float((kept.min() - dropped.max()) / kept.min()), float(score[0] / dropped.max()) - 1
        if type(pruner).__name__ == "AbsoluteThresholdTokenPruner":
            bar = max(1e-5, float(pruner.keep_threshold + pruner.keep_threshold_base)) * probs.shape[1] * probs.shape[-1]
        else:
            bar = float(pruner.keep_threshold * score[before].max())
        return min(float(kept.min() / bar - 1), float(1 - dropped.max() / bar)), float(score[0] / bar) - 1


class Texts(torch.utils.data.Dataset):
    def __init__(self, ids, labels):
        self.ids, self.labels = ids, labels

    def __len__(self):
        return len(self.ids)

    def __getitem__(self, i):
        pad = LENGTH - len(self.ids[i])
        return {"input_ids": torch.tensor(self.ids[i] + [PAD] * pad), "label": self.labels[i],
                "attention_mask": torch.tensor([1] * len(self.ids[i]) + [0] * pad)}


def arguments(**settings):
    return TrainingArguments(output_dir="/tmp/ltp-published", no_cuda=True, report_to=[], disable_tqdm=True,
                             logging_strategy="no", save_strategy="no", **settings)


def evaluate(m, texts):
    """The program's own evaluation: logits, living positions [text][layer], margins [text], relative FLOPs, row 0's margins [text]."""
    watch = Watch(m)
    # 13 at a time leave no batch of two, whose mask the program takes for a pair
    trainer = Trainer(m, arguments(per_device_eval_batch_size=13), compute_metrics=lambda p: {})
    out = trainer.prediction_loop(trainer.get_eval_dataloader(texts), "", prediction_loss_only=False)
    predictions = out.predictions[0] if isinstance(out.predictions, tuple) else out.predictions
    layers, alive, margins, firsts = len(m.ibert.encoder.layer), [], [], []
    for batch in range(0, len(watch.alive), layers):
        for b in range(len(watch.alive[batch])):
            alive.append([watch.alive[batch + l][b] for l in range(layers)])
            margins.append(min(watch.margin[batch + l][b] for l in range(layers)))
            firsts.append(min(watch.first[batch + l][b] for l in range(layers)))
    return predictions, alive, margins, out.metrics["relative_flops"], firsts


def draw(seed, shape, many, longest):
    """Random texts: <s> words </s>."""
    g = torch.Generator().manual_seed(seed)
    lengths = torch.randint(6, longest + 1, (many,), generator=g).tolist()
    rank = torch.rand(sum(lengths), generator=g) ** 3  # frequent words and rare ones
    words = (3 + rank * (shape["vocab_size"] - 4)).long().tolist()
    texts = [[0] + [words.pop() for _ in range(n - 2)] + [2] for n in lengths]
    labels = (torch.randn(many, generator=g) if shape["num_labels"] == 1 else
              torch.randint(0, shape["num_labels"], (many,), generator=g)).tolist()
    return texts, labels


def shape_of(layers, width, heads, labels, vocab):
    return dict(vocab_size=vocab, hidden_size=width, num_hidden_layers=layers, num_attention_heads=heads,
                intermediate_size=4 * width, max_position_embeddings=LENGTH + 2, type_vocab_size=1, num_labels=labels,
                layer_norm_eps=1e-5, hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0)


def rules_case(out, seed, shape):
    torch.manual_seed(seed)
    weights = weights_of(build(shape, {}))
    ids, labels = draw(seed, shape, 60, LENGTH)
    good, answers = set(range(len(ids))), {}
    every = rules(shape["num_hidden_layers"])
    for settings in every.values():
        if settings:
            _, alive, margins, _, _ = evaluate(build(shape, settings, weights), Texts(ids, labels))
            good &= {i for i, x in enumerate(margins) if x > CLEAR and ("zero" not in settings or alive[i][settings["zero"] - 1])}
    keep = sorted(good)[:26]
    ids, labels = [ids[i] for i in keep], [labels[i] for i in keep]
    for spec, settings in every.items():
        m = build(shape, settings, weights)
        if settings:
            logits, alive, _, flops, _ = evaluate(m, Texts(ids, labels))
        else:
            m.eval()
            rows = [Texts(ids, labels)[i] for i in range(len(ids))]
            with torch.no_grad():
                logits = m(*(torch.stack([r[k] for r in rows]) for k in ("input_ids", "attention_mask"))).logits.numpy()
            alive, flops = [[list(range(len(t)))] * shape["num_hidden_layers"] for t in ids], None
        answers[spec] = {"logits": logits.tolist(), "alive": alive, "relative_flops": flops}
    save(out, shape, weights, {"ids": ids, "rules": answers})


def living(shape, weights, ids, labels):
    """The texts in which the hard stages keep row 0, clearly enough for a dozen steps."""
    good = set(range(len(ids)))
    for stage in STAGES:
        if "rule" in stage:
            firsts = evaluate(build(shape, rules(shape["num_hidden_layers"])[stage["rule"]], weights), Texts(ids, labels))[-1]
            good &= {i for i, x in enumerate(firsts) if x > 0.1}
    return sorted(good)


def training_case(out, seed, shape):
    """Texts whose row 0 is never dropped: where it is, a program that removes rows has to differ."""
    best = (0, None)
    for i in range(8):  # which token a random network attends to is its own matter
        torch.manual_seed(1000 * seed + i)
        weights = weights_of(build(shape, {}))
        best = max(best, (len(living(shape, weights, *draw(seed, shape, 208, 20))), -i, weights), key=lambda x: x[0])
    weights = best[-1]
    ids, labels = draw(seed + 1, shape, 2600, 20)
    good, keep = living(shape, weights, ids, labels), []
    while True:
        need = STEPS * BATCH - len(keep)
        if len(good) < need:
            sys.exit(f"{out}: row 0 lives clearly in too few texts: take another SEED")
        keep, good = keep + good[:need], good[need:]
        texts = Texts([ids[i] for i in keep], [labels[i] for i in keep])
        runs = []
        for stage in reversed(STAGES):
            run, unclear = train(shape, weights, texts, stage)
            if unclear:
                keep = [text for i, text in enumerate(keep) if i not in unclear]
                break
            runs.insert(0, run)
        else:
            save(out, shape, weights, {"batch": BATCH, "ids": texts.ids, "labels": texts.labels, "runs": runs})
            return


def train(shape, weights, texts, stage):
    """Twelve steps of the program's own training loop, soft unless the stage names a rule, and the texts that it decides on unclearly."""
    rule = stage.get("rule", "threshold:final=0.01")
    m = build(shape, rules(shape["num_hidden_layers"])[rule], weights)
    watch, run = Watch(m) if "rule" in stage else None, {**stage, "losses": [], "thetas": []}

    class Recording(Trainer):
        def _get_train_sampler(self):
            return torch.utils.data.SequentialSampler(self.train_dataset)

        def training_step(self, model, inputs):
            loss = super().training_step(model, inputs)
            run["losses"].append(float(loss))
            return loss

    class Thresholds(TrainerCallback):
        def on_step_end(self, *a, **k):
            pruners = [layer.attention.self.pruner for layer in m.ibert.encoder.layer]
            if "rule" not in stage:
                run["thetas"].append([float(p.keep_threshold + p.keep_threshold_base) for p in pruners])

    settings = dict(temperature=stage["temperature"], lambda_threshold=stage["lambda"]) if "rule" not in stage else {}
    Recording(m, arguments(
        per_device_train_batch_size=BATCH, num_train_epochs=1, learning_rate=stage["rate"], lr_threshold=stage["theta_rate"],
        max_grad_norm=stage["clip"], masking_mode="hard" if "rule" in stage else "soft", **settings,
    ), train_dataset=texts, callbacks=[Thresholds()]).train()
    if watch:
        layers = shape["num_hidden_layers"]
        unclear = {i // layers * BATCH + b for i in range(STEPS * layers) for b in range(BATCH)
                   if watch.first[i][b] <= 0 or watch.margin[i][b] < CLEAR / 10}
        if unclear:
            return None, unclear
        run["counts"] = [[[len(watch.alive[i * layers + l][b]) for l in range(layers)] for b in range(BATCH)] for i in range(STEPS)]
    run["final"] = {}
    for name, after in weights_of(m).items():
        if name.endswith("key.bias"):  # no gradient but rounding noise, whatever the program
            continue
        moved = float((after.double() - weights[name].double()).norm())
        run["final"][name.replace("ibert.", "roberta.")] = {
            "norm": float(after.double().norm()), "moved": moved, "first": after.view(-1)[:4].tolist()}
    return run, None


def save(out, shape, weights, cases):
    from safetensors.torch import save_file
    out.mkdir(parents=True, exist_ok=True)
    save_file({name.replace("ibert.", "roberta."): w.contiguous() for name, w in weights.items()}, str(out / "model.safetensors"))
    labels = shape["num_labels"]
    config = {k: v for k, v in shape.items() if k != "num_labels"}
    config.update(pad_token_id=PAD, bos_token_id=0, eos_token_id=2, hidden_act="gelu", model_type="roberta",
                  architectures=["RobertaForSequenceClassification"], position_embedding_type="absolute",
                  id2label={str(i): str(i) for i in range(labels)}, label2id={str(i): i for i in range(labels)})
    (out / "config.json").write_text(json.dumps(config, indent=1) + "\n")
    what = "the published program (kssteven418/LTP at 8ab31a62, torch 1.13.1, float32, CPU): model/testdata/published/make.py"
    (out / "cases.json").write_text(json.dumps({"what": what, **cases}) + "\n")
    print(out)


def counts(seed):
    """Top-k's counts, multiplied by the published pruner's own lines."""
    from transformers.models.ltp.prune_modules import CascadeTokenPruner
    g, cases = torch.Generator().manual_seed(seed), []
    for _ in range(400):
        layers = [4, 6, 12, 24][torch.randint(0, 4, (), generator=g)]
        layer = int(torch.randint(max(3, math.ceil(0.15 * layers)), layers, (), generator=g))
        rate = round(float(torch.rand((), generator=g)) * 1.9 - 0.95, 2)
        n0 = int(torch.randint(1, 513, (), generator=g))
        pruner = CascadeTokenPruner(layer, rate, layers)
        scores = torch.rand(3, 1, n0, n0, generator=g)
        left = pruner.update_attention_mask(torch.zeros(3, 1, 1, n0), scores, torch.tensor([n0] * 3))
        cases.append({"layers": layers, "layer": layer, "rate": rate, "n0": n0, "k": int((left[0] == 0).sum())})
    return cases


def main():
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    load_program(sys.argv[1])
    out, seed = pathlib.Path(sys.argv[2]) / "oracle", int(sys.argv[3])
    for i, (name, shape) in enumerate([("a6x48", (6, 48, 4, 3, 400)), ("b12x32", (12, 32, 4, 2, 400)), ("c6x48r", (6, 48, 3, 1, 400))]):
        rules_case(out / "published" / name, 100 * seed + i, shape_of(*shape))
    for i, (name, shape) in enumerate([("d6x48", (6, 48, 4, 3, 200)), ("e12x32", (12, 32, 4, 2, 200)), ("f4x32r", (4, 32, 2, 1, 200))]):
        training_case(out / "published" / (name + "-training"), 100 * seed + 50 + i, shape_of(*shape))
    (out / "topk_counts.json").write_text(json.dumps({"what": "k before the floor of 1", "cases": counts(seed), "random": []}) + "\n")


main()
