# Writes ../unicode.txt: what Hugging Face's tokenizers (0.23.2) holds each character for, found by asking it about all
# of them, and where golang.org/x/text's normalization (Unicode 15) or Go's lower case know more or less. Takes some
# minutes. Needs Python 3.13 or later, whose unicodedata knows Unicode 15.1.
import sys
import unicodedata

from tokenizers import Regex, normalizers as N, pre_tokenizers as P

ALL = [c for c in range(0x110000) if not 0xD800 <= c <= 0xDFFF]


def runs(chars):
    out = []
    for c in chars:
        if out and out[-1][1] == c - 1:
            out[-1][1] = c
        else:
            out.append([c, c])
    return " ".join(f"{a:x}" if a == b else f"{a:x}-{b:x}" for a, b in out)


def dropped(normalizer):
    return [c for c in ALL if normalizer.normalize_str(chr(c)) == ""]


def pieces(pre, n):
    return [c for c in ALL if len(pre.pre_tokenize_str("a" + chr(c) + "a")) == n]


def matches(pattern):
    pre = P.Split(Regex(pattern), "removed")
    return [c for c in ALL if pre.pre_tokenize_str(chr(c)) == []]


def bert(**on):
    return N.BertNormalizer(**{**dict(clean_text=False, handle_chinese_chars=False, strip_accents=False, lowercase=False), **on})


nfd, nfkd, lower = N.NFD(), N.NFKD(), N.Lowercase()


def starters():
    """Characters that Unicode 15 orders or composes and tokenizers does not."""
    for c in ALL:
        ch = chr(c)
        kind = unicodedata.combining(ch)
        if kind == 1:
            s = "a\u0301" + ch
        elif kind > 1:
            s = "a" + ch + "\u0334"
        if kind and unicodedata.normalize("NFD", ch) == ch and nfd.normalize_str(s) == s:
            yield c
        if c in (0x11930, 0x11935, 0x11938):
            yield c


def compatible():
    return [c for c in ALL if nfkd.normalize_str(chr(c)) != unicodedata.normalize("NFKD", chr(c)) and c != 0x11938]


def lowers():
    for c in ALL:
        got = lower.normalize_str(chr(c))
        if got != chr(c).lower() or c == 0x130:
            yield f"{c:x}:" + "+".join(f"{ord(x):x}" for x in got)


for name, text in [
    ("white", runs(pieces(P.WhitespaceSplit(), 2))),
    ("control", runs(dropped(bert(clean_text=True)))),
    ("mark", runs(dropped(bert(strip_accents=True)))),
    ("combining", runs(dropped(N.StripAccents()))),
    ("punctuation", runs(pieces(P.BertPreTokenizer(), 3))),
    ("numeric", runs(pieces(P.Digits(True), 3))),
    ("word", runs(pieces(P.Whitespace(), 1))),
    ("letter", runs(matches(r"\p{L}"))),
    ("number", runs(matches(r"\p{N}"))),
    ("onigword", runs(matches(r"\w"))),
    ("digit", runs(matches(r"\d"))),
    ("starter", runs(starters())),
    ("compatible", runs(compatible())),
    ("lower", " ".join(lowers())),
]:
    print(f"{name}: {text}", file=sys.stdout)
