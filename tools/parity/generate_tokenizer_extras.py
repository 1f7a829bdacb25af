"""Writes further reference encodings for @malmoi/wordpiece: added tokens, truncation, marks, NFD Korean.

Usage (from the repository root, with Hugging Face tokenizers 0.23.2 and transformers 5.17):
    python tools/parity/generate_tokenizer_extras.py
Reads packages/wordpiece/test/fixtures/*.vocab.txt, writes extras.json beside them. Offsets are code points.
"""
import json
import random
import unicodedata
from pathlib import Path

from tokenizers import AddedToken, BertWordPieceTokenizer
from tokenizers.normalizers import BertNormalizer
from tokenizers.pre_tokenizers import BertPreTokenizer

FIXTURES = Path(__file__).resolve().parents[2] / "packages" / "wordpiece" / "test" / "fixtures"
OPTIONS = {
    "korean-cased": dict(strip_accents=False, lowercase=False),
    "uncased": dict(strip_accents=None, lowercase=True),
}


def make(name):
    return BertWordPieceTokenizer(str(FIXTURES / f"{name}.vocab.txt"), **OPTIONS[name])


def added_tokens():
    tokens = [
        dict(content="Foo"), dict(content="서울시"), dict(content="漢字"), dict(content="É"),
        dict(content="Bar", single_word=True), dict(content="<x>", lstrip=True, rstrip=True, normalized=False),
        dict(content="<xy>", normalized=False), dict(content="두 낱말"), dict(content="[NEW]", special=True, normalized=False),
    ]
    texts = [
        "a foo FOO fOob", "서울시장 서울시", "漢字 漢 字", "bar xbar bar, Bar _bar bar_ ́bar", "a  <x>  b <x>", "É e\u0301 é",
        "[new] [NEW] [NEW][MASK]", "foofoo", "<xy><x>y<x", "두 낱말 두  낱말 한두 낱말은", "", " <x> ", "서울시".replace("서", unicodedata.normalize("NFD", "서")),
    ]
    out = dict(tokens=tokens, cases={})
    for name in OPTIONS:
        tok = make(name)
        tok.add_tokens([AddedToken(**{k: v for k, v in t.items() if k != "special"}) for t in tokens if not t.get("special")])
        tok.add_special_tokens([AddedToken(t["content"], normalized=False) for t in tokens if t.get("special")])
        out["cases"][name] = [[t, (e := tok.encode(t)).ids, [x for o in e.offsets for x in o], e.word_ids] for t in texts]
    return out


def truncation():
    tok = make("korean-cased")
    core = tok._tokenizer
    long, short = "이순신은 조선 중기의 무신이다. [MASK] 하이! 2019년 5월, 안녕하세요 반갑습니다.", "전두환 정권에 대항한 저항이 일어났습니다."
    rows = []
    for a, b in [(long, None), (long, short), (short, long), (short, None), (long, "하이")]:
        for strategy in ["longest_first", "only_first", "only_second"]:
            for side in ["right", "left"]:
                for length, stride in [(6, 0), (9, 1), (12, 2), (20, 3), (64, 5), (3, 0), (2, 0)]:
                    # 2 tokens cannot hold the 3 special tokens of a pair; the reference overflows there.
                    if b is None and strategy == "only_second" or b is not None and length == 2:
                        continue
                    core.enable_truncation(length, stride=stride, strategy=strategy, direction=side)
                    try:
                        e = core.encode(a, b)
                        windows = [w.ids for w in [e, *e.overflowing]]
                    except BaseException as error:  # the reference panics where a stride is too large
                        windows = None if "Panic" in type(error).__name__ or "too short" in str(error) else str(error)
                    rows.append([a, b, strategy, side, length, stride, windows])
    return rows


def marks():
    random.seed(11)
    alphabet = [0x61, 0x41, 0x64, 0x20, 0xD55C, 0x1112, 0x1161, 0x301, 0x316, 0x334, 0x345, 0x302E, 0x302F, 0x8D4, 0x8D9, 0x1DFB, 0x1B44, 0x1BF2,
                0x93F, 0x94D, 0x1D165, 0x1D16D, 0x1D15F, 0x1E000, 0x1E94A, 0xE9, 0x130, 0x344, 0xF73, 0xF71, 0xFA6C, 0x212A, 0x200D, 0x7, 0x4E00, 0x21,
                0x37E, 0x9CB, 0xAC01, 0x11A8, 0x1F82, 0xFFFD]
    texts = ["".join(chr(random.choice(alphabet)) for _ in range(random.randint(1, 14))) for _ in range(400)]
    split = BertPreTokenizer().pre_tokenize_str
    configurations = [
        dict(clean_text=True, handle_chinese_chars=True, strip_accents=None, lowercase=True),
        dict(clean_text=False, handle_chinese_chars=False, strip_accents=True, lowercase=False),
    ]
    return [
        dict(options=o, cases=[[t, [w for w, _ in split(BertNormalizer(**o).normalize_str(t))]] for t in texts])
        for o in configurations
    ]


def nfd_korean():
    texts = [unicodedata.normalize("NFD", t) for t in ["이순신은 조선 중기의 무신이다.", "안녕하세요 café 😀 한국", "가각간"]]
    texts += ["한국 " + unicodedata.normalize("NFD", "한국"), "😀이순신은😀 é"]
    return {n: [[t, (e := make(n).encode(t)).ids, [x for o in e.offsets for x in o]] for t in texts] for n in OPTIONS}


document = dict(reference="tokenizers 0.23.2", addedTokens=added_tokens(), truncation=truncation(), marks=marks(), nfdKorean=nfd_korean())
text = json.dumps(document, ensure_ascii=True, separators=(",", ":"))
(FIXTURES / "extras.json").write_text(text.replace("],[", "],\n["), encoding="utf8")
print(len(text), sum(r[-1] is None for r in document["truncation"]), len(document["truncation"]), [r[-1] for r in document["truncation"] if isinstance(r[-1], str)][:3])
