"""Writes the fixtures of packages/pipelines: a tiny masked-LM folder and what transformers' fill-mask pipeline
answers with it.

Usage: python tools/parity/generate_pipelines.py packages/pipelines/test/fixtures
Made with transformers 5.17.0, PyTorch 2.13.0. The seed is fixed; weights are random.
"""
import json
import shutil
import sys
from pathlib import Path

import torch
from transformers import BertConfig, BertForMaskedLM, BertForPreTraining, BertTokenizer, pipeline

OUT = Path(sys.argv[1])
TOKENS = (
    "[PAD] [UNK] [CLS] [SEP] [MASK] 이순신 ##은 ##이 조선 고려 중기 ##의 무신 문신 ##다 ##이다 . , ? 세종 대왕 "
    "한글 ##을 만들 ##었 서울 부산 수도 바다 배 ##를 타 ##고 나라 지키 hello world ##s"
).split()
TEXTS = [
    "이순신은 [MASK] 중기의 무신이다.",
    "[MASK]",
    "세종 대왕은 [MASK]을 만들었다.",
    "이순신은 [MASK] 중기의 [MASK]이다.",
    "[MASK] [MASK] [MASK].",
    "알 수 없는 글자 [MASK]?",
    "Hello [MASK]s",
]
TARGETS = [["조선", "고려"], ["조선"], ["무신", "문신", "없는말"]]

torch.manual_seed(11)
folder = OUT / "tiny-fill-mask"
shutil.rmtree(folder, ignore_errors=True)
folder.mkdir(parents=True)
config = BertConfig(
    vocab_size=len(TOKENS), hidden_size=16, num_hidden_layers=2, num_attention_heads=2, intermediate_size=24,
    max_position_embeddings=16, initializer_range=0.4,
)
model = BertForPreTraining(config).eval()
model.save_pretrained(folder)
(folder / "vocab.txt").write_text("\n".join(TOKENS) + "\n", encoding="utf8")
tokenizer = BertTokenizer(str(folder / "vocab.txt"), do_lower_case=False)
tokenizer.save_pretrained(folder)

fill = pipeline("fill-mask", model=BertForMaskedLM.from_pretrained(folder).eval(), tokenizer=tokenizer)
cases = [dict(text=text, top_k=top_k, rows=fill(text, top_k=top_k)) for text in TEXTS for top_k in (1, 5, len(TOKENS))]
cases += [
    dict(text=text, targets=targets, rows=fill(text, targets=targets)) for text in TEXTS[:4:3] for targets in TARGETS
]
batch = dict(texts=TEXTS[:5], rows=fill(TEXTS[:5], top_k=3))
expected = dict(cases=cases, batch=batch)
(OUT / "fill-mask.json").write_text(json.dumps(expected, ensure_ascii=False, indent=1) + "\n", encoding="utf8")
