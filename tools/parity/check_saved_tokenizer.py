"""Loads the folder that @malmoi/wordpiece's tests save, with transformers, and writes the ids it gives.

Usage (from the repository root, with transformers 5.17): python tools/parity/check_saved_tokenizer.py
Writes packages/wordpiece/test/fixtures/saved/expected.json.
"""
import json
from pathlib import Path

import transformers

FOLDER = Path(__file__).resolve().parents[2] / "packages" / "wordpiece" / "test" / "fixtures" / "saved"
TEXTS = ["가나 다.", "ab 1.a", "[MASK] 가", "Foo가나Foo", "foo", "<x>다 <x>", "", "가나다라 __proto__", "A\u0301b 漢가", "a\u200bb"]
tokenizer = transformers.AutoTokenizer.from_pretrained(FOLDER)
assert (len(tokenizer), tokenizer.mask_token_id, tokenizer.model_max_length) == (15, 4, 512)
document = dict(transformers=transformers.__version__, cases=[[t, tokenizer(t)["input_ids"]] for t in TEXTS])
(FOLDER / "expected.json").write_text(json.dumps(document, ensure_ascii=False) + "\n", encoding="utf8")
print(type(tokenizer).__name__, document["cases"])
