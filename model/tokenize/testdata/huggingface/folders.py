# "make DIR" makes folders of tokenizers as models have them in DIR, "answer DIR" takes those that are there: each gets an
# answer.json with what transformers' AutoTokenizer makes of some texts.
import json
import os
import sys

os.environ["HF_HUB_OFFLINE"] = "1"
from tokenizers import AddedToken, Tokenizer, models, normalizers as N, pre_tokenizers as P, processors, trainers
from transformers import AutoTokenizer

TEXTS = ["The Movie was Great, a charming journey.", "Schön wär's: naïve café für 5 €", "COVID-19 and covid-19, NLPX or nlpxs", "中国 is a country", "good", "",
         "a [SEP] b [MASK] c <mask> d </s> e <pad> f", "<user> said: visit <url> now", "WORD " * 60, "don't stop e-mail  x_y", "``quoted'' ÉCOLE é  \t x", " leading and trailing ",
         "[CLS]good[SEP]", "<s>good</s> NewTok newtok"]
PAIRS = [("The Movie was Great", "it was bad"), ("good", "schön"), ("a " * 50, "b c d"), ("b c d", "a " * 90), ("covid-19", "COVID-19 <url>")]
CORPUS = [t.replace("WORD ", "word ") for t in TEXTS] + [a + " " + b for a, b in PAIRS] + ["The the movie Movie was Great great good bad it is a journey charming"] * 5
BERT = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
ROBERTA = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]


def wordpiece(**options):
    t = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    t.normalizer, t.pre_tokenizer = N.BertNormalizer(**options), P.BertPreTokenizer()
    t.train_from_iterator(CORPUS, trainers.WordPieceTrainer(vocab_size=300, special_tokens=BERT, show_progress=False))
    t.post_processor = processors.TemplateProcessing(single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B:1 [SEP]:1", special_tokens=[("[CLS]", 2), ("[SEP]", 3)])
    return t


def bytes_bpe(**options):
    t = Tokenizer(models.BPE())
    t.pre_tokenizer = P.ByteLevel(**options)
    t.train_from_iterator(CORPUS, trainers.BpeTrainer(vocab_size=500, special_tokens=ROBERTA, initial_alphabet=P.ByteLevel.alphabet(), show_progress=False))
    t.post_processor = processors.RobertaProcessing(("</s>", 2), ("<s>", 0))
    return t


def unigram(specials, unk):
    t = Tokenizer(models.Unigram())
    t.pre_tokenizer = P.Sequence([P.WhitespaceSplit(), P.Metaspace()])
    t.train_from_iterator(CORPUS, trainers.UnigramTrainer(vocab_size=200, special_tokens=specials, unk_token=unk, show_progress=False))
    return t


def folder(dir, name, model_type, tokenizer=None, config=None, without=None, **files):
    path = os.path.join(dir, name)
    os.makedirs(path)
    files["config"] = {"model_type": model_type}
    if config is not None:
        files["tokenizer_config"] = config
    for file, value in files.items():
        json.dump(value, open(os.path.join(path, file + ".json"), "w"))
    if tokenizer is None:
        return
    text = json.loads(tokenizer.to_str())
    if without == "type":
        del text["model"]["type"]
    if without != "file":
        json.dump(text, open(os.path.join(path, "tokenizer.json"), "w"))
        return
    vocab = text["model"]["vocab"]
    if "merges" in text["model"]:
        json.dump(vocab, open(os.path.join(path, "vocab.json"), "w"))
        open(os.path.join(path, "merges.txt"), "w").write("#version: 0.2\n" + "".join(a + " " + b + "\n" for a, b in text["model"]["merges"]))
    else:
        open(os.path.join(path, "vocab.txt"), "w").write("".join(token + "\n" for token in sorted(vocab, key=vocab.get)))


def make(dir):
    add = lambda *args, **more: folder(dir, *args, **more)
    bert = {"tokenizer_class": "BertTokenizer"}
    add("bert", "bert", wordpiece(), bert)
    add("bert-without-config", "bert", wordpiece(lowercase=False))
    add("bert-cased", "bert", wordpiece(lowercase=False), {**bert, "do_lower_case": False})
    add("bert-cased-config-only", "bert", wordpiece(), {"tokenizer_class": "BertTokenizerFast", "do_lower_case": False, "strip_accents": True})
    add("bert-accents", "bert", wordpiece(strip_accents=False), {**bert, "strip_accents": False, "tokenize_chinese_chars": False})
    add("bert-short", "bert", wordpiece(), {**bert, "model_max_length": 20})
    add("bert-left", "bert", wordpiece(), {**bert, "model_max_length": 24, "truncation_side": "left"})
    add("bert-vocab", "bert", wordpiece(), {"do_lower_case": True}, without="file")
    add("bert-vocab-alone", "bert", wordpiece(lowercase=False), without="file")
    add("bert-untyped", "bert", wordpiece(), bert, without="type")
    added = wordpiece()
    added.add_tokens([AddedToken("<user>", special=True, lstrip=True), AddedToken("NewTok"), AddedToken("nlpx", single_word=True)])
    add("bert-added", "bert", added, bert)
    add("bert-added-generic", "bert", added, {"tokenizer_class": "PreTrainedTokenizerFast", "cls_token": "[CLS]", "model_input_names": ["input_ids", "token_type_ids", "attention_mask"]})
    add("bert-legacy-added", "bert", wordpiece(), bert, without="file", added_tokens={"<url>": 300, "<user>": 299},
        special_tokens_map={"additional_special_tokens": ["<user>"], "cls_token": "[CLS]", "sep_token": {"content": "[SEP]", "lstrip": True, "rstrip": False, "normalized": False, "single_word": False}})
    add("bert-named-tokens", "bert", wordpiece(), {**bert, "unk_token": "[MASK]", "additional_special_tokens": ["<url>"], "pad_token": "<pad>"})
    add("bert-split-special", "bert", wordpiece(), {**bert, "split_special_tokens": True})
    truncating = wordpiece()
    truncating.enable_truncation(10, direction="left")
    add("bert-json-truncation", "bert", truncating, {"tokenizer_class": "PreTrainedTokenizerFast", "model_max_length": 16})
    add("distilbert", "distilbert", wordpiece(), {"tokenizer_class": "DistilBertTokenizer", "do_lower_case": True})
    add("electra", "electra", wordpiece(), {"tokenizer_class": "ElectraTokenizer", "strip_accents": False})
    add("unknown-class", "bert", wordpiece(lowercase=False), {"tokenizer_class": "MyOwnTokenizer"})
    add("roberta", "roberta", bytes_bpe(add_prefix_space=False), {"tokenizer_class": "RobertaTokenizer"})
    add("roberta-prefix", "roberta", bytes_bpe(add_prefix_space=False), {"tokenizer_class": "RobertaTokenizer", "add_prefix_space": True, "model_max_length": 30})
    add("roberta-prefix-generic", "roberta", bytes_bpe(add_prefix_space=True), {"tokenizer_class": "PreTrainedTokenizerFast"})
    add("roberta-vocab", "roberta", bytes_bpe(add_prefix_space=False), {"tokenizer_class": "RobertaTokenizer", "mask_token": {"__type": "AddedToken", "content": "<mask>", "lstrip": True,
        "normalized": False, "rstrip": False, "single_word": False}}, without="file")
    add("roberta-vocab-alone", "roberta", bytes_bpe(add_prefix_space=False), without="file")
    add("xlm-roberta", "xlm-roberta", unigram(ROBERTA[:4] + ["<mask>"], "<unk>"), {"tokenizer_class": "XLMRobertaTokenizer", "model_max_length": 40})
    add("camembert", "camembert", unigram(["<s>NOTUSED", "<pad>", "</s>NOTUSED", "<unk>", "<unk>NOTUSED", "<s>", "</s>", "<mask>"], "<unk>"), {"tokenizer_class": "CamembertTokenizer"})
    add("albert", "albert", unigram(["<pad>", "<unk>", "[CLS]", "[SEP]", "[MASK]"], "<unk>"), {"tokenizer_class": "AlbertTokenizer"})
    add("albert-accents", "albert", unigram(["<pad>", "<unk>", "[CLS]", "[SEP]", "[MASK]"], "<unk>"), {"tokenizer_class": "AlbertTokenizer", "keep_accents": True, "do_lower_case": False})
    answer(dir)


def answer(dir):
    for name in sorted(os.listdir(dir)):
        path = os.path.join(dir, name)
        try:
            t = AutoTokenizer.from_pretrained(path)
            cases = []
            for text, pair in [(text, None) for text in TEXTS] + PAIRS:
                e = t(text, pair, truncation=True)
                cases.append({"text": text, "pair": pair, "ids": e["input_ids"], "segments": e.get("token_type_ids")})
            said = {"cases": cases}
        except Exception as e:
            said = {"refused": f"{type(e).__name__}: {e}"}
        json.dump(said, open(os.path.join(path, "answer.json"), "w"))


{"make": make, "answer": answer}[sys.argv[1]](sys.argv[2])
