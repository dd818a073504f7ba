# Answers each line of standard input, {"ours": folder, "theirs": folder, "batch": sequences}, with a line: opens
# ours as a sequence classifier, strictly, saves another model of its shape, with weights of its own, to theirs,
# and says what it found and both models' logits.
import json, sys, torch
from transformers import AutoModelForSequenceClassification

torch.manual_seed(1)


def logits(model, batch):
    model.eval()
    rows = []
    with torch.no_grad():
        for s in batch:
            more = {} if model.config.model_type == "distilbert" else {"token_type_ids": torch.tensor([s["segments"]])}
            rows.append(model(torch.tensor([s["ids"]]), **more).logits[0].double().tolist())
    return rows


for line in sys.stdin:
    ask = json.loads(line)
    model, info = AutoModelForSequenceClassification.from_pretrained(ask["ours"], output_loading_info=True)
    own = AutoModelForSequenceClassification.from_config(model.config, dtype=torch.float32)
    with torch.no_grad():
        for p in own.parameters():
            p += 0.1 * torch.randn_like(p)
    own.save_pretrained(ask["theirs"])
    print(json.dumps({
        "class": type(model).__name__, "dtype": str(model.dtype), "labels": model.config.num_labels,
        "names": [model.config.id2label[i] for i in range(model.config.num_labels)],
        "wrong": sorted(map(str, [*info["missing_keys"], *info["unexpected_keys"], *info["mismatched_keys"]])),
        "logits": logits(model, ask["batch"]), "own": logits(own, ask["batch"]),
    }), flush=True)
