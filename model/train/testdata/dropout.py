"""Trains a BERT of transformers with this project's dropout masks: reads a case as JSON, prints each
step's loss and gradient norm. The masks follow the comments of hw.Dropout and Trainer.setDropout."""
import json
import sys

import numpy as np
import torch
from transformers import AutoModelForSequenceClassification
from transformers.modeling_utils import ALL_ATTENTION_FUNCTIONS

word = np.uint64
np.seterr(over="ignore")
EMBEDDING_OUTPUT, ATTENTION_PROBS, ATTENTION_OUTPUT, FEED_FORWARD_OUTPUT, _, HEAD_DENSE = range(6)


def mix(x):
    x = np.asarray(x, dtype=word) + word(0x9E3779B97F4A7C15)
    x = (x ^ (x >> word(30))) * word(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> word(27))) * word(0x94D049BB133111EB)
    return x ^ (x >> word(31))


def example(ids):
    h = 14695981039346656037
    for i in ids:
        h = (h ^ i) * 1099511628211 % 2**64
    return mix(word(h))


class Masks:
    """The masks of one step; keys is a key for each row of the padded batch."""

    def __init__(self, seed, step, batch, length):
        self.seed, self.step = seed, step
        self.keys = mix(np.array([example(ids) for ids in batch])[:, None] ^ mix(np.arange(length, dtype=word)))

    def site(self, layer, site):
        return mix(mix(word(self.seed) ^ mix(word(self.step))) ^ word((layer + 1) << 8) ^ word(site))

    def factors(self, rows, count, rate):
        words = mix(rows[..., None] + np.arange((count + 3) // 4, dtype=word))
        bits = np.stack([words >> word(16 * i) & word(0xFFFF) for i in range(4)], -1).reshape(*rows.shape, -1)[..., :count]
        kept = bits >= word(int(np.float32(rate) * 65536 + 0.5))
        return torch.from_numpy(kept.astype(np.float32) / (1 - np.float32(rate)))

    def rows(self, layer, site, x, rate):
        keys = self.keys if x.dim() == 3 else self.keys[:, 0]
        return self.factors(mix(self.site(layer, site) ^ keys), x.shape[-1], rate)

    def pairs(self, layer, heads, rate):
        queries = mix(self.site(layer, ATTENTION_PROBS) ^ self.keys)
        return self.factors(mix(queries[:, :, None] ^ self.keys[:, None, :]), heads, rate).permute(0, 3, 1, 2)


class Dropout(torch.nn.Module):
    def __init__(self, layer, site, rate):
        super().__init__()
        self.layer, self.site, self.rate = layer, site, rate

    def forward(self, x):
        return x * masks.rows(self.layer, self.site, x, self.rate)


def attention(module, query, key, value, mask, scaling=None, **_):
    logits = (query @ key.transpose(2, 3) * scaling).masked_fill(~alive[:, None, None, :], float("-inf"))
    p = torch.softmax(logits, -1) * masks.pairs(module.layer, query.shape[1], config.attention_probs_dropout_prob)
    return (p @ value).transpose(1, 2).contiguous(), None


case = json.load(sys.stdin)
ALL_ATTENTION_FUNCTIONS["masked"] = attention
model = AutoModelForSequenceClassification.from_pretrained(case["folder"], dtype=torch.float32, attn_implementation="masked").train()
config = model.config
model.bert.embeddings.dropout = Dropout(-1, EMBEDDING_OUTPUT, config.hidden_dropout_prob)
model.dropout = Dropout(-1, HEAD_DENSE, config.classifier_dropout)
for i, layer in enumerate(model.bert.encoder.layer):
    layer.attention.self.layer = i
    layer.attention.output.dropout = Dropout(i, ATTENTION_OUTPUT, config.hidden_dropout_prob)
    layer.output.dropout = Dropout(i, FEED_FORWARD_OUTPUT, config.hidden_dropout_prob)
parts = {True: [], False: []}
for name, parameter in model.named_parameters():
    parts[parameter.dim() > 1].append(parameter)
optimizer = torch.optim.AdamW([{"params": parts[True], "weight_decay": case["decay"]}, {"params": parts[False], "weight_decay": 0.0}], lr=case["rate"])

steps = []
for step, batch in enumerate(case["batches"]):
    length = max(map(len, batch))
    padded = torch.tensor([ids + [0] * (length - len(ids)) for ids in batch])
    alive = torch.tensor([[True] * len(ids) + [False] * (length - len(ids)) for ids in batch])
    masks = Masks(case["seed"], step, batch, length)
    for group in optimizer.param_groups:
        group["lr"] = case["rate"] * (len(case["batches"]) - step) / len(case["batches"])
    loss = model(input_ids=padded, attention_mask=alive.long(), labels=torch.tensor(case["labels"][: len(batch)])).loss
    optimizer.zero_grad()
    loss.backward()
    norm = torch.nn.utils.clip_grad_norm_(model.parameters(), case["clip"])
    optimizer.step()
    steps.append([loss.item(), norm.item()])
print(json.dumps(steps))
