# Opens the first folder as a sequence classifier, strictly, and saves another model of its shape, with
# weights of its own, to the second. Prints what was found and both models' logits for the batch on standard input.
import json, sys, torch
from transformers import AutoModelForSequenceClassification

folder, theirs, batch = sys.argv[1], sys.argv[2], json.load(sys.stdin)


def logits(model):
    model.eval()
    rows = []
    with torch.no_grad():
        for s in batch:
            more = {} if model.config.model_type == "distilbert" else {"token_type_ids": torch.tensor([s["segments"]])}
            rows.append(model(torch.tensor([s["ids"]]), **more).logits[0].double().tolist())
    return rows


model, info = AutoModelForSequenceClassification.from_pretrained(folder, output_loading_info=True)
torch.manual_seed(1)
own = AutoModelForSequenceClassification.from_config(model.config, dtype=torch.float32)
with torch.no_grad():
    for p in own.parameters():
        p += 0.1 * torch.randn_like(p)
own.save_pretrained(theirs)
print(json.dumps({
    "class": type(model).__name__, "dtype": str(model.dtype), "labels": model.config.num_labels,
    "names": [model.config.id2label[i] for i in range(model.config.num_labels)],
    "wrong": sorted(map(str, [*info["missing_keys"], *info["unexpected_keys"], *info["mismatched_keys"]])),
    "logits": logits(model), "own": logits(own),
}))
