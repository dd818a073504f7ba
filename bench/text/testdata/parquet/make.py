"""Writes the Parquet files beside it, and each one's rows as JSON lines, with pyarrow 26.0.1 (pip install pyarrow==26.0.1)."""
import json, os, random
import pyarrow as pa, pyarrow.parquet as pq

here = os.path.dirname(os.path.abspath(__file__))
random.seed(15)
words = "a charming and often affecting journey unflinchingly bleak 爱 naïve ☕ \t \" , \n".split(" ")
n = 120
text = [" ".join(random.choices(words, k=random.randint(0, 9))) for _ in range(n)]
pair = [None if i % 11 == 3 else t[::-1] for i, t in enumerate(text)]
label = [random.randint(0, 1) for _ in range(n)]
names = ["neg", "pos"]
score = [random.randint(0, 20) / 4 for _ in range(n)]
sets = [sorted(random.sample(range(5), random.randint(0, 3))) for _ in range(n)]
tags = [["abcde"[j] for j in s] for s in sets]
hot = [[float(j in s) for j in range(5)] for s in sets]
hub = {"huggingface": json.dumps({"info": {"features": {
    "text": {"dtype": "string", "_type": "Value"}, "label": {"names": names, "_type": "ClassLabel"},
    "sets": {"feature": {"names": list("vwxyz"), "_type": "ClassLabel"}, "_type": "Sequence"}}}})}


def write(name, table, rows, **how):
    pq.write_table(table, os.path.join(here, name + ".parquet"), **how)
    with open(os.path.join(here, name + ".jsonl"), "w", encoding="utf-8") as f:
        for row in rows:
            f.write(json.dumps(row, ensure_ascii=False) + "\n")


def rows(**columns):
    return [dict(zip(columns, values)) for values in zip(*columns.values())]


one = pa.table({"text": text, "label": pa.array(label, pa.int64()), "idx": pa.array(range(n), pa.int32())})
write("snappy", one, rows(text=text, label=label, idx=range(n)))
write("zstd", one, rows(text=text, label=label, idx=range(n)), compression="zstd", row_group_size=50)
write("gzip", one, rows(text=text, label=label, idx=range(n)), compression="gzip", data_page_version="2.0", data_page_size=256, write_batch_size=16)
write("plain", one, rows(text=text, label=label, idx=range(n)), compression="none", use_dictionary=False, column_encoding={"text": "DELTA_BYTE_ARRAY"})
write("hub", one.replace_schema_metadata(hub), rows(text=text, label=[names[x] for x in label], idx=range(n)))
nested = pa.table({
    "image": pa.array([{"bytes": b"\x00\xff", "path": "p"}] * n), "text": text, "text_pair": pair,
    "score": pa.array(score, pa.float32()), "sets": pa.array(sets, pa.list_(pa.int64())), "tags": tags,
    "hot": pa.array(hot, pa.list_(pa.float64())), "good": pa.array([bool(x) for x in label]),
    "kind": pa.array([names[x] for x in label]).dictionary_encode()})
write("nested", nested, rows(text=text, text_pair=pair, score=score, sets=sets, tags=tags, hot=hot,
      good=[bool(x) for x in label], kind=[names[x] for x in label]), compression="zstd", data_page_version="2.0")
