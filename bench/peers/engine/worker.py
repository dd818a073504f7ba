"""Peers in a Python process, which reads lines of JSON from standard input: what to prepare and when to run.

    {"do": "encoder", "model": DIR, "threads": 2, "batches": [[[id, ...], ...], ...]}   prepare a row
    {"do": "train", "model": DIR, "threads": 2, "batches": ..., "labels": [[0, 1, ...], ...], ...}
    {"do": "product", "m": 512, "k": 384, "n": 1536, "threads": 1}
    {"do": "peak", "device": "cuda", "type": "bf16", "n": 8192}   a large product and a large copy on a card
    {"do": "outputs", "batch": 0}       row 0 of each sequence's last hidden state, or the product
    {"do": "pass", "repeat": 1}         run all batches (or the product), answer with the seconds

Each is answered by one line, and may name one of several engines of the process: "engine": "pytorch". Arrays are
padded before the clock starts; a batch without padding has no mask where the engine can do without. With a "device"
of PyTorch's and a "type" (f32, tf32, bf16, f16) the model runs there: the clock then covers the copy of the ids to
the device and ends when the device has finished the batch.
"""
import json
import os
import sys
import time

ENGINE, CACHE = sys.argv[1], sys.argv[2]
out = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)  # what a library prints goes to standard error


def padded(batch):
    import numpy as np
    longest = max(len(s) for s in batch)
    ids, mask = np.zeros((len(batch), longest), np.int64), np.zeros((len(batch), longest), np.int64)
    for i, s in enumerate(batch):
        ids[i, : len(s)], mask[i, : len(s)] = s, 1
    return ids, mask


def bert(model, attention, dtype="float32"):
    import torch
    import transformers
    transformers.utils.logging.disable_progress_bar()
    transformers.utils.logging.set_verbosity_error()
    return transformers.BertModel.from_pretrained(model, add_pooling_layer=False, attn_implementation=attention, dtype=getattr(torch, dtype)).eval()


def exported(model):
    """The model as ONNX, made once: (plain export, ONNX Runtime's own fusion of it)."""
    import hashlib
    import warnings
    import torch
    warnings.filterwarnings("ignore")
    key = hashlib.sha256(open(os.path.join(model, "config.json"), "rb").read()
                         + open(os.path.join(model, "model.safetensors"), "rb").read()).hexdigest()[:16]
    plain, fused = (os.path.join(CACHE, f"{key}-{kind}.onnx") for kind in ("plain", "fused"))
    if os.path.exists(fused):
        return plain, fused

    class Hidden(torch.nn.Module):
        def __init__(self, encoder):
            super().__init__()
            self.encoder = encoder

        def forward(self, ids, mask, segments):
            return self.encoder(input_ids=ids, attention_mask=mask, token_type_ids=segments).last_hidden_state

    encoder = bert(model, "eager")
    some = torch.ones(2, 9, dtype=torch.long)
    names = ["input_ids", "attention_mask", "token_type_ids"]
    torch.onnx.export(Hidden(encoder), (some * 100, some, some * 0), plain + ".part", input_names=names, output_names=["hidden"],
                      dynamic_axes={n: {0: "batch", 1: "tokens"} for n in [*names, "hidden"]}, opset_version=17, dynamo=False)
    os.replace(plain + ".part", plain)
    from onnxruntime.transformers import optimizer
    c = encoder.config
    o = optimizer.optimize_model(plain, model_type="bert", num_heads=c.num_attention_heads, hidden_size=c.hidden_size)
    o.save_model_to_file(fused + ".part")
    os.replace(fused + ".part", fused)
    return plain, fused


class Padded:
    """An engine whose batches are rectangles."""

    def prepare(self, batches):
        self.batches = [self.batch(*padded(b)) for b in batches]

    def start(self):
        """Anything that is set for the whole process before passes and outputs."""


class PyTorch(Padded):
    def __init__(self, job):
        import torch
        self.torch = torch
        torch.set_num_threads(job["threads"])
        self.model = bert(job["model"], "sdpa")
        self.settings = f"torch {torch.__version__}, SDPA, inference mode, {torch.get_num_threads()} threads, no mask without padding"

    def batch(self, ids, mask):
        ids, mask = map(self.torch.from_numpy, (ids, mask))
        return dict(input_ids=ids, attention_mask=None if mask.all() else mask, token_type_ids=ids * 0)

    def one(self, i):
        with self.torch.inference_mode():
            return self.model(**self.batches[i]).last_hidden_state

    def first(self, i):
        return self.one(i)[:, 0].numpy()


class ONNXRuntime(Padded):
    def __init__(self, job):
        import onnxruntime as ort
        o = ort.SessionOptions()
        o.intra_op_num_threads = job["threads"]
        o.graph_optimization_level = ort.GraphOptimizationLevel.ORT_ENABLE_ALL
        self.session = ort.InferenceSession(exported(job["model"])[1], o, providers=["CPUExecutionProvider"])
        self.settings = f"onnxruntime {ort.__version__}, transformers optimizer (bert), all graph optimizations, {job['threads']} threads"

    def batch(self, ids, mask):
        return dict(input_ids=ids, attention_mask=mask, token_type_ids=ids * 0)

    def one(self, i):
        return self.session.run(None, self.batches[i])[0]

    def first(self, i):
        return self.one(i)[:, 0]


class OpenVINO(Padded):
    def __init__(self, job):
        import openvino as ov
        core = ov.Core()
        config = {"INFERENCE_PRECISION_HINT": "f32", "PERFORMANCE_HINT": "LATENCY", "INFERENCE_NUM_THREADS": job["threads"]}
        compiled = core.compile_model(core.read_model(exported(job["model"])[0]), "CPU", config)
        self.request = compiled.create_infer_request()
        self.settings = f"openvino {ov.__version__}, " + ", ".join(f"{k} {compiled.get_property(k)}" for k in config)

    def batch(self, ids, mask):
        return dict(input_ids=ids, attention_mask=mask, token_type_ids=ids * 0)

    def one(self, i):
        return self.request.infer(self.batches[i], share_inputs=True, share_outputs=True)[0]

    def first(self, i):
        return self.one(i)[:, 0].copy()


DTYPES = {"f32": "float32", "tf32": "float32", "bf16": "bfloat16", "f16": "float16"}


class Card(Padded):
    """BertModel on a device, padded, with scaled_dot_product_attention."""

    how = "padded, SDPA, no mask without padding"

    def __init__(self, job):
        import torch
        self.torch, self.device, self.type = torch, torch.device(job["device"]), job["type"]
        self.start()
        self.model = bert(job["model"], "sdpa", DTYPES[self.type]).to(self.device)
        self.settings = f"torch {torch.__version__}, {self.type}, {self.how}, inference mode"

    def start(self):
        self.torch.set_float32_matmul_precision("high" if self.type == "tf32" else "highest")

    def host(self, array):
        t = self.torch.from_numpy(array)
        return t.pin_memory() if self.device.type == "cuda" else t

    def there(self, t):
        return t.to(self.device, non_blocking=True)

    def wait(self):
        if self.device.type == "cuda":
            self.torch.cuda.synchronize(self.device)

    def batch(self, ids, mask):
        return self.host(ids), None if mask.all() else self.host(mask)

    def forward(self, i):
        ids, mask = self.batches[i]
        ids = self.there(ids)
        return self.model(input_ids=ids, attention_mask=None if mask is None else self.there(mask),
                          token_type_ids=self.torch.zeros_like(ids)).last_hidden_state

    def one(self, i):
        with self.torch.inference_mode():
            y = self.forward(i)
        self.wait()
        return y

    def first(self, i):
        return self.one(i)[:, 0].float().cpu().numpy()


class Compiled(Card):
    """The same through torch.compile, one compilation for each shape."""

    how = "padded, SDPA, torch.compile, no mask without padding"

    def __init__(self, job):
        super().__init__(job)
        self.model = self.torch.compile(self.model, dynamic=False)


class Packed(Card):
    """The same weights over packed rows: products without padding, attention over sequences of any length."""

    def __init__(self, job):
        super().__init__(job)
        self.heads = self.model.config.num_attention_heads
        self.settings = f"torch {self.torch.__version__}, {self.type}, {self.how}, inference mode"

    def prepare(self, batches):
        import numpy as np
        self.batches = []
        for b in batches:
            n = [len(s) for s in b]
            self.batches.append((self.host(np.concatenate([np.asarray(s, np.int64) for s in b])), self.host(np.concatenate([np.arange(k) for k in n])),
                                 self.host(np.cumsum([0] + n).astype(np.int32)), min(n), max(n)))

    def forward(self, i):
        ids, positions, offsets, shortest, longest = self.batches[i]
        ids, positions, offsets = map(self.there, (ids, positions, offsets))
        e = self.model.embeddings
        x = e.LayerNorm(e.word_embeddings(ids) + e.position_embeddings(positions) + e.token_type_embeddings.weight[0])
        for layer in self.model.encoder.layer:
            own = getattr(layer.attention, "self")
            q, k, v = (f(x).unflatten(-1, (self.heads, -1)) for f in (own.query, own.key, own.value))
            y = self.attend(q, k, v, offsets, shortest, longest).reshape(x.shape)
            x = layer.attention.output(y, x)
            x = layer.output(layer.intermediate(x), x)
        return x, offsets

    def first(self, i):
        x, offsets = self.one(i)
        return x[offsets[:-1].long()].float().cpu().numpy()


class Nested(Packed):
    how = "packed products, SDPA over nested tensors"

    def attend(self, q, k, v, offsets, shortest, longest):
        nested, f = self.torch.nested.nested_tensor_from_jagged, self.torch.nn.functional.scaled_dot_product_attention
        offsets = offsets.long()
        q, k, v = (nested(t, offsets, min_seqlen=shortest, max_seqlen=longest).transpose(1, 2) for t in (q, k, v))
        return f(q, k, v).transpose(1, 2).values()


class VarLen(Packed):
    how = "packed products, torch.nn.attention.varlen"

    def attend(self, q, k, v, offsets, shortest, longest):
        from torch.nn.attention.varlen import varlen_attn
        return varlen_attn(q, k, v, offsets, offsets, longest, longest)


class Peak:
    """What a card's products and copies reach: the median of ten, by the device's clock."""

    def __init__(self, job):
        import torch
        n, device = job["n"], job["device"]
        torch.set_float32_matmul_precision("high" if job["type"] == "tf32" else "highest")
        a, b = (torch.randn(n, n, device=device).to(getattr(torch, DTYPES[job["type"]])) for _ in range(2))
        x = torch.empty(n * n * 4, dtype=torch.float32, device=device)
        y = torch.empty_like(x)
        seconds = self.time(torch, device, lambda: torch.mm(a, b))
        copy = self.time(torch, device, lambda: y.copy_(x))
        self.peak = dict(flops=2 * n**3 / seconds, bytes=2 * x.numel() * 4 / copy)
        self.settings = f"torch {torch.__version__}, {n}x{n}x{n} in {job['type']}, copy of {x.numel() * 4} bytes"

    def time(self, torch, device, f):
        times = []
        for i in range(13):
            if torch.device(device).type == "cuda":
                begin, end = (torch.cuda.Event(enable_timing=True) for _ in range(2))
                begin.record()
                f()
                end.record()
                torch.cuda.synchronize()
                times.append(begin.elapsed_time(end) / 1e3)
            else:
                begin = time.perf_counter()
                f()
                times.append(time.perf_counter() - begin)
        return sorted(times[3:])[5]


class Training:
    """Steps of fine-tuning in PyTorch: cross entropy, clipping, AdamW, dropout as the model's configuration says.
    On a device bf16 and f16 are autocast over float32 weights; f16 has no loss scaling, since its result isn't used."""

    def __init__(self, job):
        import torch
        import transformers
        transformers.utils.logging.disable_progress_bar()
        transformers.utils.logging.set_verbosity_error()
        self.torch = torch
        if job["threads"]:
            torch.set_num_threads(job["threads"])
        torch.manual_seed(1)
        self.device, self.type = torch.device(job.get("device") or "cpu"), job.get("type") or "f32"
        self.model = transformers.BertForSequenceClassification.from_pretrained(
            job["model"], num_labels=2, attn_implementation="sdpa", dtype=torch.float32).to(self.device).train()
        decays = [p for n, p in self.model.named_parameters() if p.ndim > 1]
        rest = [p for n, p in self.model.named_parameters() if p.ndim <= 1]
        self.optimizer = torch.optim.AdamW([dict(params=decays, weight_decay=0.01), dict(params=rest, weight_decay=0.0)],
                                           lr=4e-5, fused=True)
        self.batches = []
        for b, labels in zip(job["batches"], job["labels"]):
            ids, mask = map(torch.from_numpy, padded(b))
            batch = dict(input_ids=ids, token_type_ids=ids * 0, labels=torch.tensor(labels))
            if not mask.all():
                batch["attention_mask"] = mask
            self.batches.append(batch)
        where = f"{self.type} on {self.device}" if self.device.type != "cpu" else f"{torch.get_num_threads()} threads"
        self.settings = f"torch {torch.__version__}, SDPA, fused AdamW, {where}"

    def start(self):
        self.torch.set_float32_matmul_precision("high" if self.type == "tf32" else "highest")

    def one(self, i):
        batch = {k: t.to(self.device, non_blocking=True) for k, t in self.batches[i].items()}
        low = self.type in ("bf16", "f16")
        with self.torch.autocast(self.device.type, dtype=getattr(self.torch, DTYPES[self.type]), enabled=low):
            loss = self.model(**batch).loss
        loss.backward()
        self.torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        self.optimizer.step()
        self.optimizer.zero_grad(set_to_none=True)
        if self.device.type == "cuda":
            self.torch.cuda.synchronize(self.device)


class OpenBLAS:
    def start(self):
        pass

    def __init__(self, job):
        import numpy as np
        import threadpoolctl
        self.np, m, k, n = np, job["m"], job["k"], job["n"]

        def factor(rows, columns, first):  # as rows.go makes it
            i = np.arange(rows * columns, dtype=np.uint32) + np.uint32(first)
            return ((i * np.uint32(2654435769) >> np.uint32(8)).astype(np.float32) / np.float32(1 << 24) - np.float32(0.5)).reshape(rows, columns)

        self.x, self.w = factor(m, k, 0), np.ascontiguousarray(factor(n, k, 1).T)
        self.y = np.empty((m, n), np.float32)
        self.batches = [None]
        self.limit = threadpoolctl.threadpool_limits(job["threads"], "blas")
        found = [x for x in threadpoolctl.threadpool_info() if x["user_api"] == "blas"]
        self.settings = "; ".join(f"numpy {np.__version__}, {x['internal_api']} {x['version']} {x.get('architecture')}" for x in found)

    def one(self, i):
        self.np.matmul(self.x, self.w, out=self.y)

    def first(self, i):
        self.one(i)
        return self.y


encoders = {"pytorch": PyTorch, "onnxruntime": ONNXRuntime, "openvino": OpenVINO}
cards = {"pytorch": Card, "nested": Nested, "varlen": VarLen, "compiled": Compiled}
rows, made, kind = {}, {}, None  # by engine: what is prepared; and encoders, which serve all rows of one model, device and type
for line in sys.stdin:
    job = json.loads(line)
    try:
        engine, row = job.get("engine") or ENGINE, None
        if job["do"] == "pass":
            row = rows[engine]
            row.start()
            begin = time.perf_counter()
            for _ in range(job["repeat"]):
                for i in range(len(row.batches)):
                    row.one(i)
            answer = dict(seconds=time.perf_counter() - begin)
        elif job["do"] == "outputs":
            row = rows[engine]
            row.start()
            answer = dict(rows=row.first(job["batch"]).tolist())
        elif job["do"] == "peak":
            p = Peak(job)
            answer = dict(settings=p.settings, **p.peak)
        else:
            what = job["do"], job.get("model"), job.get("device"), job.get("type"), job["threads"]
            if job["do"] != "encoder" or what != kind:  # models of one kind in memory at a time
                made, rows, kind = {}, {} if job["do"] == "encoder" else rows, what
                rows.pop(engine, None)
                if job.get("device"):
                    import gc
                    import torch
                    gc.collect()
                    torch.cuda.empty_cache()
            if engine not in made:
                known = cards if job.get("device") else encoders
                made[engine] = {"encoder": known.get(engine), "train": Training, "product": OpenBLAS}[job["do"]](job)
            rows[engine] = made[engine]
            if job["do"] == "encoder":
                made[engine].prepare(job["batches"])
            answer = dict(settings=made[engine].settings)
    except Exception as e:  # the parent reports it and decides what it makes of the rest
        answer = dict(error=f"{type(e).__name__}: {e}"[:2000])
    print(json.dumps(answer), file=out, flush=True)
