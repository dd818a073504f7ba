# Makes model/testdata/families: small random networks of the families and activations that model reads, with what
# transformers makes of them in float64, without dropout: logits, the mean loss and the gradient of each tensor.
#
#     pip install -r transformers/requirements.txt;  OMP_NUM_THREADS=1 python3 families.py families
import json
import os
import sys

import torch
from transformers import (AlbertConfig, BertConfig, CamembertConfig, DistilBertConfig, ElectraConfig, RobertaConfig, XLMRobertaConfig,
                          AutoModelForSequenceClassification)

small = dict(hidden_size=24, num_hidden_layers=3, num_attention_heads=3, intermediate_size=40, vocab_size=50, max_position_embeddings=40,
             attn_implementation="eager")
after = dict(pad_token_id=1, type_vocab_size=1)
NETS = {
    "electra": ElectraConfig(**small, embedding_size=16, num_labels=3),
    "electra-wide": ElectraConfig(**small, embedding_size=24, hidden_act="gelu_new"),
    "xlm-roberta": XLMRobertaConfig(**small, **after),
    "camembert": CamembertConfig(**small, **after, num_labels=4),
    "albert": AlbertConfig(**{**small, "num_hidden_layers": 4}, embedding_size=16, num_hidden_groups=2),
    "albert-one-group": AlbertConfig(**small, embedding_size=24, hidden_act="relu", num_labels=1),
    "distilbert-relu": DistilBertConfig(vocab_size=50, max_position_embeddings=40, dim=24, n_layers=3, n_heads=3, hidden_dim=40, activation="relu",
                                        attn_implementation="eager"),
    "roberta-silu": RobertaConfig(**small, **after, hidden_act="silu"),
    **{"bert-" + act: BertConfig(**small, hidden_act=act) for act in ["gelu_fast", "gelu_pytorch_tanh", "gelu_python", "quick_gelu", "swish"]},
}



def digits(x):
    if isinstance(x, float):
        return float(f"{x:.10g}")
    if isinstance(x, list):
        return [digits(v) for v in x]
    return {k: digits(v) for k, v in x.items()} if isinstance(x, dict) else x


out = sys.argv[1]
for name, config in NETS.items():
    torch.manual_seed(len(name))
    model = AutoModelForSequenceClassification.from_config(config).eval()
    with torch.no_grad():
        for key, p in model.named_parameters():
            p.copy_(torch.randn_like(p) * (0.5 if p.dim() == 1 else 0.25) + (1 if "Norm.weight" in key or "norm.weight" in key else 0))
    path = os.path.join(out, name)
    model.save_pretrained(path)
    for extra in os.listdir(path):
        if extra not in ("config.json", "model.safetensors"):
            os.remove(os.path.join(path, extra))
    model = model.double()
    batch, rows, losses = [], [], []
    regression = config.num_labels == 1
    for n in (1, 2, 7, 13, 20):
        ids = torch.randint(5, 50, (n,)).tolist()
        segments = [0] * n
        more = {}
        if config.model_type in ("bert", "electra", "albert"):
            segments = [0] * (n // 2) + [1] * (n - n // 2)
            more["token_type_ids"] = torch.tensor([segments])
        label = (n * 0.1 if regression else n % config.num_labels)
        logits = model(torch.tensor([ids]), **more).logits[0]
        rows.append(logits.detach().tolist())
        losses.append((logits[0] - label) ** 2 if regression else torch.nn.functional.cross_entropy(logits[None], torch.tensor([label])))
        batch.append({"ids": ids, "segments": segments, "label": label})
    loss = torch.stack(losses).mean()
    loss.backward()
    grads = {key: {"norm": p.grad.norm().item(), "largest": [[i, p.grad.flatten()[i].item()] for i in p.grad.flatten().abs().topk(min(2, p.numel())).indices.tolist()]}
             for key, p in model.named_parameters() if p.grad is not None}
    json.dump(digits({"batch": batch, "logits": rows, "loss": loss.item(), "grads": grads}), open(os.path.join(path, "answers.json"), "w"))
    print(name, loss.item())
