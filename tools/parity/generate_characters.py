"""Writes what the reference does with every Unicode code point, for @malmoi/wordpiece.

Usage (from the repository root, with Hugging Face tokenizers 0.23.2 installed):
    python tools/parity/generate_characters.py

Writes packages/wordpiece/src/character-data.ts (the table the package carries) and
packages/wordpiece/test/fixtures/code-points.json (digests of the words that the reference cuts out of
every code point alone and between letters, made by whole normalizers and not from the table).

Everything is asked of the reference itself, never of Python's unicodedata, whose Unicode version is
another one; unicodedata only proposes probes for combining classes, and each probe is checked.
"""
import json
import unicodedata
from pathlib import Path

import tokenizers
from tokenizers.normalizers import NFD, BertNormalizer
from tokenizers.pre_tokenizers import BertPreTokenizer

PACKAGE = Path(__file__).resolve().parents[2] / "packages" / "wordpiece"
CODE_POINTS = [c for c in range(0x110000) if not 0xD800 <= c <= 0xDFFF]
HANGUL = range(0xAC00, 0xD7A4)
NOTHING = dict(clean_text=False, handle_chinese_chars=False, strip_accents=False, lowercase=False)
DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


def normalizer(**options):
    return BertNormalizer(**{**NOTHING, **options}).normalize_str


def base36(n):
    if n < 0:
        return "-" + base36(-n)
    return (base36(n // 36) if n >= 36 else "") + DIGITS[n % 36]


def lines(words, width=96):
    out, line = [], ""
    for word in words:
        if line and len(line) + 1 + len(word) > width:
            out.append(line)
            line = word
        else:
            line = f"{line} {word}" if line else word
    return "\n".join([*out, line])


def encode_ranges(code_points):
    """`gap` or `gap.extra`: how far the range starts past the end of the last, how many more follow."""
    ranges = []
    for c in code_points:
        if ranges and ranges[-1][1] == c - 1:
            ranges[-1][1] = c
        else:
            ranges.append([c, c])
    words, end = [], 0
    for first, last in ranges:
        words.append(base36(first - end) + (f".{base36(last - first)}" if last > first else ""))
        end = last
    return lines(words)


def encode_mapping(mapping):
    """`gap.delta[.count[.step]]`: `count` sources, `step` apart, each mapped to itself plus delta."""
    sources, words, last, i = sorted(mapping), [], 0, 0
    while i < len(sources):
        first, delta = sources[i], mapping[sources[i]] - sources[i]
        best, step = 1, 1
        for candidate in (1, 2):
            n = 1
            while i + n < len(sources) and sources[i + n] == first + n * candidate and (
                mapping[sources[i + n]] - sources[i + n] == delta
            ):
                n += 1
            if n > best:
                best, step = n, candidate
        word = f"{base36(first - last)}.{base36(delta)}"
        if best > 1:
            word += f".{base36(best)}"
        if step > 1:
            word += f".{base36(step)}"
        words.append(word)
        last = first + (best - 1) * step
        i += best
    return lines(words)


nfd = NFD().normalize_str
decomposed = {c: nfd(chr(c)) for c in CODE_POINTS}


def combining_classes():
    """The combining class of every code point that has one, found by asking which marks change places."""
    probes = {}
    overlay, iota = chr(0x0334), chr(0x0345)  # the lowest class, 1, and the highest, 240
    for c in CODE_POINTS:
        k = unicodedata.combining(chr(c))
        if not k or k in probes or decomposed[c] != chr(c):
            continue
        moves_down = nfd("a" + chr(c) + overlay) == "a" + overlay + chr(c)
        moves_up = nfd("a" + iota + chr(c)) == "a" + chr(c) + iota
        if (moves_down or k == 1) and (moves_up or k == 240):
            probes[k] = chr(c)
    classes = {}
    for c in CODE_POINTS:
        if decomposed[c] != chr(c) or c in HANGUL:
            continue
        if nfd("a" + iota + chr(c)) == "a" + iota + chr(c) and chr(c) != iota:
            continue  # A starter: even the highest class stays before it.
        classes[c] = max(k for k, p in probes.items() if nfd("a" + p + chr(c)) == "a" + p + chr(c))
    assert all(unicodedata.combining(chr(c)) == k for c, k in classes.items())
    return classes


clean, chinese = normalizer(clean_text=True), normalizer(handle_chinese_chars=True)
strip, lower = normalizer(strip_accents=True), normalizer(lowercase=True)
cleaned = {c: clean(chr(c)) for c in CODE_POINTS}
stripped = {c: strip(chr(c)) for c in CODE_POINTS}
lowered = {c: lower(chr(c)) for c in CODE_POINTS}
control = [c for c in CODE_POINTS if cleaned[c] == ""]
assert all(cleaned[c] in ("", " ", chr(c)) for c in CODE_POINTS)
ideographs = [c for c in CODE_POINTS if chinese(chr(c)) != chr(c)]
assert all(chinese(chr(c)) == f" {chr(c)} " for c in ideographs)

split = BertPreTokenizer().pre_tokenize_str
white, punctuation = [], []
for c in CODE_POINTS:
    words = [word for word, _ in split(f"a{chr(c)}a")]
    if words == ["a", "a"]:
        white.append(c)
    elif words == ["a", chr(c), "a"]:
        punctuation.append(c)
    else:
        assert words == [f"a{chr(c)}a"]
# U+0085 is a control character and white space; cleaning drops it before it could become a space.
assert all((cleaned[c] == " ") == (c in white and c not in control) for c in CODE_POINTS)

classes = combining_classes()
# What stripping removes: marks that NFD may move other marks across (class above 0), and the others.
removed = [c for c in CODE_POINTS if stripped[c] == ""]
starters = [c for c in removed if any(ord(x) not in classes for x in decomposed[c])]
moving = [c for c in removed if c not in set(starters)]
surviving = {c: k for c, k in classes.items() if stripped[c] != ""}
assert not set(surviving) & set(white + punctuation + ideographs)
assert all(lowered[c] == chr(c) for c in surviving)
assert not set(classes) & set(white + punctuation + ideographs)

one, many = {}, {}
for c in CODE_POINTS:
    s = stripped[c]
    # No mark of NFD is lost by looking at each code point alone: a decomposition never ends in a
    # surviving starter after a mark, so composing the table by code point is exact.
    if c in HANGUL or s in ("", chr(c)):
        continue
    if len(s) == 1:
        one[c] = ord(s)
    else:
        many[c] = [ord(x) for x in s]
special = set(white + punctuation)
assert all(not set(t) & special for t in many.values())
assert all(lower("".join(map(chr, t))) == "".join(map(chr, t)) for t in many.values())
for c in HANGUL:
    i = c - 0xAC00
    parts = [0x1100 + i // 588, 0x1161 + i % 588 // 28] + ([0x11A7 + i % 28] if i % 28 else [])
    assert stripped[c] == "".join(map(chr, parts))
lower_one = {c: ord(s) for c, s in lowered.items() if s != chr(c) and len(s) == 1}
lower_many = {c: [ord(x) for x in s] for c, s in lowered.items() if len(s) > 1}
assert lower_many == {0x130: [0x69, 0x307]}
assert not special & (set(lower_one) | set(lower_one.values()))

TABLES = [
    ("CONTROL", "Removed by cleaning: U+0000, U+FFFD, control, format and private use characters.", encode_ranges(control)),
    ("WHITE_SPACE", "White space; after cleaning all of it is U+0020.", encode_ranges(white)),
    ("PUNCTUATION", "ASCII symbols and Unicode punctuation: each is a word of its own.", encode_ranges(punctuation)),
    ("IDEOGRAPHS", "CJK ideographs, padded with spaces by handleChineseChars.", encode_ranges(ideographs)),
    ("REMOVED_MARKS", "Removed by stripAccents, with a combining class: NFD moves other marks across them.", encode_ranges(moving)),
    ("REMOVED_STARTERS", "Removed by stripAccents, of class 0: NFD moves no mark across them.", encode_ranges(starters)),
    ("DECOMPOSED", "What stripAccents leaves of a code point, where that is one other code point.", encode_mapping(one)),
    ("DECOMPOSED_TO_SEVERAL", "The same where it is several: `source>first+second`.", lines([f"{base36(c)}>{'+'.join(map(base36, t))}" for c, t in many.items()])),
    ("COMBINING_CLASSES", "Marks with a combining class that stripAccents keeps: `mark>class`.", lines([f"{base36(c)}>{base36(k)}" for c, k in surviving.items()])),
    ("LOWERCASE", "Lowercase, where it is one other code point.", encode_mapping(lower_one)),
    ("LOWERCASE_TO_SEVERAL", "Lowercase, where it is several.", lines([f"{base36(c)}>{'+'.join(map(base36, t))}" for c, t in lower_many.items()])),
]

source = f"""// Generated by tools/parity/generate_characters.py from Hugging Face tokenizers {tokenizers.__version__}; do not edit.
// What its BertNormalizer and BertPreTokenizer do with each code point, whatever Unicode version the
// JavaScript engine has. Numbers are in base 36; ranges are `gap[.extra]`, mappings are
// `gap.delta[.count[.step]]`, both explained in the generator and read by characters.ts.
"""
for name, comment, text in TABLES:
    source += f"\n/** {comment} */\nexport const {name} = `\n{text}\n`;\n"
(PACKAGE / "src" / "character-data.ts").write_text(source, encoding="utf8")


# ---- The fixture: digests of whole answers, one for each 4,096 code points. ----
def fnv1a(data, h=0x811C9DC5):
    for byte in data:
        h = ((h ^ byte) * 0x01000193) & 0xFFFFFFFF
    return h


CONFIGURATIONS = [
    dict(clean_text=True, handle_chinese_chars=True, strip_accents=False, lowercase=False),
    dict(clean_text=True, handle_chinese_chars=True, strip_accents=None, lowercase=True),
    dict(clean_text=True, handle_chinese_chars=False, strip_accents=False, lowercase=False),
    dict(clean_text=False, handle_chinese_chars=False, strip_accents=True, lowercase=False),
    dict(clean_text=False, handle_chinese_chars=True, strip_accents=False, lowercase=True),
]
digests = []
for options in CONFIGURATIONS:
    normalize, rows = BertNormalizer(**options).normalize_str, []
    for block in range(0, 0x110000, 4096):
        answer = []
        for c in range(block, block + 4096):
            if 0xD800 <= c <= 0xDFFF:
                continue
            for text in (chr(c), f"a{chr(c)}b"):
                answer.append("|".join(w for w, _ in split(normalize(text))) + "\n")
        rows.append(f"{fnv1a(''.join(answer).encode('utf8')):08x}")
    digests.append(dict(options=options, digests=rows))
(PACKAGE / "test" / "fixtures" / "code-points.json").write_text(
    json.dumps(dict(reference=f"tokenizers {tokenizers.__version__}", blockSize=4096, configurations=digests), indent=1) + "\n",
    encoding="utf8",
)
print(len(source), "characters of tables;", len(digests), "configurations")
