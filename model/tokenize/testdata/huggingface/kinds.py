# Makes tokenizers of every kind in the folder argv[1], each a folder with tokenizer.json, and texts.jsonl with argv[2]
# random strings, seed argv[3], and the ids that Hugging Face's tokenizers gives them.
import base64
import json
import os
import random
import sys
import tempfile

import sentencepiece
from tokenizers import AddedToken, Regex, Tokenizer, models, normalizers as N, pre_tokenizers as P, processors, trainers

out, count, seed = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
rng = random.Random(seed)

WORDS = """the of and movie film charming journey naïve café Schön wär's für don't we'll they've I'm NEW York 2024 3.14 中国 日本語 한국어 русский
Ελληνικά עברית العربية हिन्दी ไทย e-mail x_y ``quoted'' ﬁne ½ ① ㎏ Å Å é é  , . ! ? " ' ( ) [ ] { } … — – / \\ @ # $ % ^ & * + = ~ |""".split()
SPECIAL = ["[CLS]", "[SEP]", "[MASK]", "<mask>", "</s>", "<s>", "<pad>", "[PAD]", "<unk>", "NewTok", "newtok", "nlpx", "Right", "left", "LEFT"]
BLANKS = [" ", " ", " ", "  ", "\t", "\n", "\r\n", "\u00a0", "\u3000", "\u200b", "\u2028", "\x85", "\x1c", "   "]
RANGES = [(0x20, 0x7e), (0x20, 0x7e), (0, 0x2ff), (0x300, 0x36f), (0x370, 0x6ff), (0x900, 0x1cff), (0x1d00, 0x2fff), (0x3000, 0x9fff), (0xac00, 0xd7ff),
          (0xe000, 0xffff), (0x10000, 0x1ffff), (0x1f300, 0x1faff), (0x1100, 0x11ff), (0x20000, 0x2fa1f), (0xe0000, 0xe01ef), (0, 0x10ffff)]


def char():
    while True:
        c = rng.randint(*rng.choice(RANGES))
        if not 0xD800 <= c <= 0xDFFF:
            return chr(c)


def piece():
    r = rng.random()
    if r < 0.40:
        word = rng.choice(WORDS)
        return word.upper() if rng.random() < 0.1 else word
    if r < 0.65:
        return rng.choice(BLANKS)
    if r < 0.75:
        return rng.choice(SPECIAL)
    if r < 0.78:
        return rng.choice("aeiouAEnc") + "".join(chr(rng.randint(0x300, 0x36f)) for _ in range(rng.choice([1, 1, 2, 3, 40])))
    return "".join(char() for _ in range(rng.randint(1, 4)))


def string():
    return "".join(piece() for _ in range(rng.choice([0, 1, 2, 3, 5, 8, 13])))


corpus = [" ".join(rng.choice(WORDS) for _ in range(12)) for _ in range(400)]


def charsmap():
    """SentencePiece's table for nmt_nfkc, out of a model that is trained for it."""
    with tempfile.TemporaryDirectory() as dir:
        sentencepiece.SentencePieceTrainer.train(sentence_iterator=iter(corpus), model_prefix=dir + "/m", vocab_size=200, hard_vocab_limit=False,
                                                 normalization_rule_name="nmt_nfkc", minloglevel=2)
        data = open(dir + "/m.model", "rb").read()
    at = 0

    def varint():
        nonlocal at
        value = shift = 0
        while True:
            byte = data[at]
            at += 1
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return value

    while at < len(data):  # ModelProto.normalizer_spec is field 3, its precompiled_charsmap field 2
        tag, size = varint(), 0
        size = varint()
        if tag == 3 << 3 | 2:
            end = at + size
            while at < end:
                inner = varint()
                n = varint() if inner & 7 in (0, 2) else 0
                if inner == 2 << 3 | 2:
                    return data[at:at + n]
                at += n if inner & 7 == 2 else 0
        else:
            at += size
    raise SystemExit("the model has no table")


CHARSMAP = charsmap()
ROBERTA = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]
BERT = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
FLAGS = [AddedToken("NewTok", normalized=True, special=False), AddedToken("nlpx", single_word=True, normalized=False),
         AddedToken("left", lstrip=True, normalized=True), AddedToken("Right", rstrip=True, normalized=False)]


def tokenizer(model, normalizer=None, pre=None, post=None, trainer=None, added=()):
    t = Tokenizer(model)
    if normalizer is not None:
        t.normalizer = normalizer
    if pre is not None:
        t.pre_tokenizer = pre
    if trainer is not None:
        t.train_from_iterator(corpus, trainer)
    if post is not None:
        t.post_processor = post(t)
    t.add_tokens(list(added))
    return t


def template(t, cls, sep):
    return processors.TemplateProcessing(single=f"{cls} $A {sep}", pair=f"{cls} $A {sep} $B:1 {sep}:1",
                                         special_tokens=[(cls, t.token_to_id(cls)), (sep, t.token_to_id(sep))])


def wordpiece(**more):
    return trainers.WordPieceTrainer(vocab_size=500, special_tokens=BERT, show_progress=False, **more)


def unigram(vocab_size=300):
    return trainers.UnigramTrainer(vocab_size=vocab_size, special_tokens=ROBERTA, unk_token="<unk>", show_progress=False)


def bytes_bpe():
    return trainers.BpeTrainer(vocab_size=700, special_tokens=ROBERTA, initial_alphabet=P.ByteLevel.alphabet(), show_progress=False)


def bpe(**more):
    return trainers.BpeTrainer(**{**dict(vocab_size=400, special_tokens=["<unk>"], show_progress=False), **more})


GPT4 = (r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+")
metaspace = lambda scheme, split=True: P.Metaspace(replacement="▁", prepend_scheme=scheme, split=split)
bert = lambda t: template(t, "[CLS]", "[SEP]")
fairseq = lambda t: template(t, "<s>", "</s>")
WP = lambda: models.WordPiece(unk_token="[UNK]", max_input_chars_per_word=100)

KINDS = {
    "bert": lambda: tokenizer(WP(), N.BertNormalizer(), P.BertPreTokenizer(), bert, wordpiece(), FLAGS),
    "bert-cased": lambda: tokenizer(WP(), N.BertNormalizer(lowercase=False), P.BertPreTokenizer(), bert, wordpiece()),
    "bert-accents": lambda: tokenizer(WP(), N.BertNormalizer(strip_accents=False, handle_chinese_chars=False), P.BertPreTokenizer(), bert, wordpiece(), FLAGS),
    "bert-unclean": lambda: tokenizer(WP(), N.BertNormalizer(clean_text=False, strip_accents=True, lowercase=False), P.BertPreTokenizer(), bert, wordpiece()),
    "sequence": lambda: tokenizer(WP(), N.Sequence([N.NFD(), N.Lowercase(), N.StripAccents()]), P.Sequence([P.Whitespace(), P.Digits(True)]), bert, wordpiece(), FLAGS),
    "nfkc": lambda: tokenizer(WP(), N.Sequence([N.NFKC(), N.Strip(), N.Replace("``", '"'), N.Replace(Regex(r"\s{2,}"), " ")]),
                              P.Sequence([P.WhitespaceSplit(), P.Punctuation("merged_with_previous"), P.Digits(False)]), bert, wordpiece()),
    "nfc": lambda: tokenizer(WP(), N.Sequence([N.NFC(), N.Nmt()]), P.Sequence([P.WhitespaceSplit(), P.Punctuation("contiguous")]), bert, wordpiece(), FLAGS),
    "nfkd": lambda: tokenizer(WP(), N.NFKD(), P.Sequence([P.Split("-", "merged_with_next"), P.CharDelimiterSplit(" ")]), bert, wordpiece()),
    "wordlevel": lambda: tokenizer(models.WordLevel(unk_token="[UNK]"), N.Lowercase(), P.Whitespace(), bert,
                                   trainers.WordLevelTrainer(special_tokens=BERT, show_progress=False), FLAGS),
    "roberta": lambda: tokenizer(models.BPE(), None, P.ByteLevel(add_prefix_space=False), lambda t: processors.RobertaProcessing(("</s>", 2), ("<s>", 0)), bytes_bpe(), FLAGS),
    "roberta-prefix": lambda: tokenizer(models.BPE(), None, P.ByteLevel(add_prefix_space=True),
                                        lambda t: processors.Sequence([processors.ByteLevel(), template(t, "<s>", "</s>")]), bytes_bpe(),
                                        [AddedToken("<mask>", lstrip=True, special=True)]),
    "gpt4": lambda: tokenizer(models.BPE(), None, P.Sequence([P.Split(Regex(GPT4), "isolated"), P.ByteLevel(add_prefix_space=False, use_regex=False)]), fairseq, bytes_bpe(), FLAGS),
    "bytes-normalized": lambda: tokenizer(models.BPE(), N.Sequence([N.NFC(), N.ByteLevel()]), P.Split(Regex(r"\s+|Ġ"), "isolated"), fairseq, bytes_bpe()),
    "bpe-words": lambda: tokenizer(models.BPE(unk_token="<unk>", end_of_word_suffix="</w>"), N.Lowercase(), P.BertPreTokenizer(), None, bpe(end_of_word_suffix="</w>")),
    "bpe-prefix": lambda: tokenizer(models.BPE(unk_token="<unk>", continuing_subword_prefix="##", fuse_unk=True), None, P.Whitespace(), None, bpe(continuing_subword_prefix="##"), FLAGS),
    "bpe-fallback": lambda: tokenizer(models.BPE(unk_token="<unk>", byte_fallback=True, fuse_unk=True), N.Sequence([N.Prepend("▁"), N.Replace(" ", "▁")]), None, None,
                                      bpe(special_tokens=["<unk>"] + [f"<0x{b:02X}>" for b in range(256)], vocab_size=700)),
    "bpe-whole": lambda: tokenizer(models.BPE(unk_token="<unk>", ignore_merges=True), None, metaspace("first"), None, bpe(), FLAGS),
    "xlmr": lambda: tokenizer(models.Unigram(), N.Precompiled(CHARSMAP), P.Sequence([P.WhitespaceSplit(), metaspace("always")]), fairseq, unigram(), FLAGS),
    "unigram": lambda: tokenizer(models.Unigram(), N.Sequence([N.Precompiled(CHARSMAP), N.Replace(Regex(" {2,}"), " ")]), metaspace("first"), fairseq, unigram()),
    "unigram-whole": lambda: tokenizer(models.Unigram(), N.Sequence([N.Nmt(), N.NFKC()]), metaspace("never", False), fairseq, unigram()),
    "albert": lambda: tokenizer(models.Unigram(), N.Sequence([N.Replace("``", '"'), N.Replace("''", '"'), N.NFKD(), N.StripAccents(), N.Lowercase(), N.Precompiled(CHARSMAP)]),
                                P.Sequence([P.WhitespaceSplit(), metaspace("always")]), fairseq, unigram(), FLAGS),
    "pattern": lambda: tokenizer(WP(), None, P.Sequence([P.Split(Regex(r"\w+(?=\s)|(?<!a)[^\w\s]|\d+?"), "removed", invert=True), P.FixedLength(7)]), bert, wordpiece()),
}

for name, make in KINDS.items():
    t = make()
    folder = os.path.join(out, name)
    os.makedirs(folder)
    t.save(os.path.join(folder, "tokenizer.json"), pretty=False)
    texts = [string() for _ in range(count)]
    pairs = [(a, string()) if i % 4 == 0 else a for i, a in enumerate(texts)]
    with open(os.path.join(folder, "texts.jsonl"), "w") as f:
        for asked, e in zip(pairs, t.encode_batch(pairs)):
            a, b = asked if isinstance(asked, tuple) else (asked, None)
            code = lambda s: None if s is None else base64.b64encode(s.encode()).decode()
            f.write(json.dumps({"text_b64": code(a), "pair_b64": code(b), "ids": e.ids, "type_ids": e.type_ids}) + "\n")
