"""Times Hugging Face's tokenizers: speed.py FOLDER, which has tokenizer.json and texts.json. Prints MB/s of UTF-8, the best
of five rounds, text by text on one core and as a batch on all of them."""
import json, os, sys, time

os.environ["TOKENIZERS_PARALLELISM"] = "true"
import tokenizers

tokenizer = tokenizers.Tokenizer.from_file(os.path.join(sys.argv[1], "tokenizer.json"))
tokenizer.no_truncation()
tokenizer.no_padding()
texts = json.load(open(os.path.join(sys.argv[1], "texts.json"), encoding="utf-8"))
size = sum(len(t.encode("utf-8")) for t in texts)


def one():
    for t in texts:
        tokenizer.encode(t)


best = {}
for _ in range(5):
    for name, run in (("one", one), ("all", lambda: tokenizer.encode_batch(texts))):
        begin = time.perf_counter()
        run()
        best[name] = min(best.get(name, 1e9), time.perf_counter() - begin)
print(json.dumps({name: size / seconds / 1e6 for name, seconds in best.items()}))
