"""One engine in a process of its own, told by lines of JSON on standard input what to prepare and when to run.

    {"do": "encoder", "model": DIR, "threads": 2, "batches": [[[id, ...], ...], ...]}   prepare a row
    {"do": "train", "model": DIR, "threads": 2, "batches": ..., "labels": [[0, 1, ...], ...], ...}
    {"do": "product", "m": 512, "k": 384, "n": 1536, "threads": 1}
    {"do": "outputs", "batch": 0}       row 0 of each sequence's last hidden state, or the product
    {"do": "pass", "repeat": 1}         run all batches (or the product), answer with the seconds

Each is answered by one line. Arrays are padded before the clock starts; a batch without padding has no mask
where the engine can do without.
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


def bert(model, attention):
    import torch
    import transformers
    transformers.utils.logging.disable_progress_bar()
    return transformers.BertModel.from_pretrained(model, add_pooling_layer=False, attn_implementation=attention, dtype=torch.float32).eval()


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


class PyTorch:
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


class ONNXRuntime:
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


class OpenVINO:
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


class Training:
    """Steps of fine-tuning in PyTorch: cross entropy, clipping, AdamW, dropout as the model's configuration says."""

    def __init__(self, job):
        import torch
        import transformers
        transformers.utils.logging.disable_progress_bar()
        transformers.utils.logging.set_verbosity_error()
        self.torch = torch
        torch.set_num_threads(job["threads"])
        torch.manual_seed(1)
        self.model = transformers.BertForSequenceClassification.from_pretrained(
            job["model"], num_labels=2, attn_implementation="sdpa", dtype=torch.float32).train()
        decays = [p for n, p in self.model.named_parameters() if p.ndim > 1]
        rest = [p for n, p in self.model.named_parameters() if p.ndim <= 1]
        self.optimizer = torch.optim.AdamW([dict(params=decays, weight_decay=0.01), dict(params=rest, weight_decay=0.0)],
                                           lr=4e-5, fused=True)
        self.batches = []
        for b, labels in zip(job["batches"], job["labels"]):
            ids, mask = map(torch.from_numpy, padded(b))
            self.batches.append(dict(input_ids=ids, attention_mask=None if mask.all() else mask, token_type_ids=ids * 0,
                                     labels=torch.tensor(labels)))
        self.settings = f"torch {torch.__version__}, SDPA, fused AdamW, {torch.get_num_threads()} threads"

    def one(self, i):
        loss = self.model(**self.batches[i]).loss
        loss.backward()
        self.torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        self.optimizer.step()
        self.optimizer.zero_grad(set_to_none=True)


class OpenBLAS:
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

row, made = None, {}  # what is prepared, by what it is: one model in memory at a time, which serves all its rows
for line in sys.stdin:
    job = json.loads(line)
    try:
        if job["do"] == "pass":
            begin = time.perf_counter()
            for _ in range(job["repeat"]):
                for i in range(len(row.batches)):
                    row.one(i)
            answer = dict(seconds=time.perf_counter() - begin)
        elif job["do"] == "outputs":
            answer = dict(rows=row.first(job["batch"]).tolist())
        else:
            what = job["do"], job.get("model"), job["threads"]
            if job["do"] != "encoder" or what not in made:
                made.clear()
                row = None
                made[what] = {"encoder": encoders.get(ENGINE), "train": Training, "product": OpenBLAS}[job["do"]](job)
            row = made[what]
            if job["do"] == "encoder":
                row.batches = [row.batch(*padded(b)) for b in job["batches"]]
            answer = dict(settings=row.settings)
    except Exception as e:  # the parent reports it and stops: half a comparison is none
        answer = dict(error=f"{type(e).__name__}: {e}")
    print(json.dumps(answer), file=out, flush=True)
