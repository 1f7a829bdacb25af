"""Copies the reference encodings of generate_tokenizer.py into the tests of @malmoi/wordpiece, smaller.

Usage: python tools/parity/slim_tokenizer_cases.py FOLDER_WITH_CASES
Made with Hugging Face tokenizers 0.23.2. Each vocabulary is cut to the pieces that can matter for the
cases: every token that occurs in a normalized text of the cases, as a beginning or as a continuation.
Ids are renumbered, and every case is encoded again with the cut vocabulary by the reference; tokens must
come out as they were. Offsets are code points. Rows are arrays, in the order that `columns` names.
"""
import json
import sys
from pathlib import Path

from tokenizers import BertWordPieceTokenizer

OUT = Path(__file__).resolve().parents[2] / "packages" / "wordpiece" / "test" / "fixtures"
SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]


def encode_row(e):
    return [e.ids, e.type_ids, [x for o in e.offsets for x in o], e.word_ids, e.special_tokens_mask]


for name in ["korean-cased", "uncased", "no-chinese-split"]:
    source = Path(sys.argv[1]) / name
    cases = json.loads((source / "cases.json").read_text(encoding="utf8"))
    tokens = (source / "vocab.txt").read_text(encoding="utf8").splitlines()
    options = cases["options"]
    full = BertWordPieceTokenizer(str(source / "vocab.txt"), **options)
    texts = [c["text"] for c in cases["single"]]
    pairs = [(c["a"], c["b"]) for c in cases["pairs"]]
    haystack = "\n".join(full.normalize(t) for t in texts + [x for p in pairs for x in p])
    kept = SPECIAL + [t for t in tokens if t not in SPECIAL and t.removeprefix("##") in haystack]
    vocab = OUT / f"{name}.vocab.txt"
    vocab.write_text("\n".join(kept) + "\n", encoding="utf8")
    tok = BertWordPieceTokenizer(str(vocab), **options)
    singles = []
    for case in cases["single"]:
        e = tok.encode(case["text"])
        assert e.tokens == case["tokens"] and [list(o) for o in e.offsets] == case["offsets"]
        assert e.word_ids == case["word_ids"] and tok.decode(e.ids) == case["decoded"]
        singles.append([case["text"], *encode_row(e), case["decoded"]])
    pair_rows = []
    for (a, b), case in zip(pairs, cases["pairs"]):
        e = tok.encode(a, b)
        assert e.tokens == full.encode(a, b).tokens and [list(o) for o in e.offsets] == case["offsets"]
        pair_rows.append([a, b, e.ids, e.type_ids, [x for o in e.offsets for x in o]])
    tok.enable_truncation(max_length=32, strategy="longest_first")
    tok.enable_padding(length=32, pad_id=0, pad_token="[PAD]")
    fixed = []
    for case in cases["truncated_padded_32"]:
        e = tok.encode(case["a"], case["b"])
        assert e.attention_mask == case["attention_mask"]
        fixed.append([case["a"], case["b"], e.ids, e.type_ids, e.attention_mask])
    tok.no_padding()
    tok.enable_truncation(max_length=24, stride=8)
    windows = []
    for case in cases["stride_24_8"]:
        e = tok.encode(case["text"])
        all_ = [e, *e.overflowing]
        assert [[list(o) for o in w.offsets] for w in all_] == case["offsets"]
        windows.append([case["text"], [[w.ids, [x for o in w.offsets for x in o]] for w in all_]])
    rows = lambda items: "[\n" + ",\n".join(json.dumps(r, ensure_ascii=False, separators=(",", ":")) for r in items) + "\n]"
    (OUT / f"{name}.cases.json").write_text(
        "{"
        + f'"reference": "tokenizers 0.23.2",\n"options": {json.dumps(options)},\n'
        + '"columns": {"single": "text ids typeIds offsets wordIds specialTokensMask decoded", '
        + '"pairs": "a b ids typeIds offsets", "truncatedPadded32": "a b ids typeIds attentionMask", '
        + '"stride24By8": "text [ids offsets]..."},\n'
        + f'"single": {rows(singles)},\n"pairs": {rows(pair_rows)},\n'
        + f'"truncatedPadded32": {rows(fixed)},\n"stride24By8": {rows(windows)}}}\n',
        encoding="utf8",
    )
    print(name, len(kept), "tokens of", len(tokens))
