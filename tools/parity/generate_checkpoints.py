"""Writes the fixtures of packages/checkpoint: model folders as transformers writes them, and what it
computes and reports when it reads them.

Usage: python tools/parity/generate_checkpoints.py packages/checkpoint/test/fixtures
Made with transformers 5.17.0, PyTorch 2.13.0, safetensors 0.8.0. Seeds are fixed; weights are random.

Folders:  pretraining, sequence-classification, sharded, float16, bfloat16, untied, encoder as
          save_pretrained writes them; legacy (gamma/beta, the tied decoder and position_ids in the
          file) and decoder-differs (a tied decoder with other values) as older tools left them.
          pretraining also has the tokenizer's files, as BertTokenizer.save_pretrained writes them.
Beside:   inputs.json, expected/<folder>.safetensors (outputs in float32), reports.json.
"""
import json
import shutil
import sys
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from transformers import (
    BertConfig,
    BertForMaskedLM,
    BertForPreTraining,
    BertForSequenceClassification,
    BertModel,
    BertTokenizer,
)
from transformers.utils import loading_report

OUT = Path(sys.argv[1])
TOKENS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "말", "##모", "##이", "사전", "낱말", "##을", "모", "##으", "##다", "."]
VOCABULARY = TOKENS + [f"단어{i}" for i in range(60 - len(TOKENS))]
BASE = dict(
    vocab_size=60, hidden_size=16, num_hidden_layers=2, num_attention_heads=2,
    intermediate_size=24, max_position_embeddings=24, initializer_range=0.2,
)
INPUTS = dict(
    input_ids=[[2, 5, 6, 7, 3, 8, 4, 3], [2, 9, 10, 3, 0, 0, 0, 0]],
    token_type_ids=[[0, 0, 0, 0, 0, 1, 1, 1], [0] * 8],
    attention_mask=[[1] * 8, [1, 1, 1, 1, 0, 0, 0, 0]],
)


def inputs():
    return {name: torch.tensor(value) for name, value in INPUTS.items()}


def expect(name, model):
    with torch.no_grad():
        out = model.eval().float()(**inputs())
    kept = ["prediction_logits", "seq_relationship_logits", "logits", "last_hidden_state", "pooler_output"]
    (OUT / "expected").mkdir(exist_ok=True)
    save_file({key: out[key].contiguous() for key in kept if key in out}, OUT / "expected" / f"{name}.safetensors")


def folder(name, model, **options):
    path = OUT / name
    shutil.rmtree(path, ignore_errors=True)
    model.save_pretrained(path, **options)
    return path


def write_models():
    torch.manual_seed(0)
    model = BertForPreTraining(BertConfig(**BASE))
    for name, parameter in model.named_parameters():  # no weight at its initial value
        if name.endswith(("bias", "LayerNorm.weight")):
            parameter.data += torch.randn_like(parameter) * 0.1
    path = folder("pretraining", model)
    write_tokenizer(path)
    expect("pretraining", model)
    folder("sharded", model, max_shard_size="6KB")
    for name, dtype in dict(float16=torch.float16, bfloat16=torch.bfloat16).items():
        path = folder(name, BertForPreTraining.from_pretrained(OUT / "pretraining", dtype=dtype))
        expect(name, BertForPreTraining.from_pretrained(path, dtype=torch.float32))
    torch.manual_seed(1)
    classifier = BertForSequenceClassification(BertConfig(**BASE, num_labels=3))
    folder("sequence-classification", classifier)
    expect("sequence-classification", classifier)
    untied = BertForMaskedLM(BertConfig(**BASE, tie_word_embeddings=False))
    untied.cls.predictions.decoder.bias.data += 0.5
    folder("untied", untied)
    expect("untied", untied)
    encoder = BertModel.from_pretrained(OUT / "pretraining")
    folder("encoder", encoder)
    expect("encoder", encoder)


def write_tokenizer(path):
    vocabulary = path / "vocab.txt"
    vocabulary.write_text("\n".join(VOCABULARY) + "\n", encoding="utf-8")
    BertTokenizer(str(vocabulary), do_lower_case=False, strip_accents=False).save_pretrained(path)
    assert len(BertTokenizer.from_pretrained(path)) == BASE["vocab_size"]
    # transformers 5 writes tokenizer.json alone; older ones, and Malmoi, write vocab.txt too.
    vocabulary.write_text("\n".join(VOCABULARY) + "\n", encoding="utf-8")


def write_old_style():
    weights = load_file(OUT / "pretraining" / "model.safetensors")
    tied = {
        "cls.predictions.decoder.weight": weights["bert.embeddings.word_embeddings.weight"].clone(),
        "cls.predictions.decoder.bias": weights["cls.predictions.bias"].clone(),
        "bert.embeddings.position_ids": torch.arange(24)[None],
    }
    old = {k.replace("LayerNorm.weight", "LayerNorm.gamma").replace("LayerNorm.bias", "LayerNorm.beta"): v
           for k, v in {**weights, **tied}.items()}
    write_renamed("legacy", old, BertForPreTraining)
    differs = {**weights, "cls.predictions.decoder.weight": tied["cls.predictions.decoder.weight"] * 1.5}
    write_renamed("decoder-differs", differs, BertForPreTraining)


def write_renamed(name, tensors, model_class):
    path = OUT / name
    shutil.rmtree(path, ignore_errors=True)
    path.mkdir()
    shutil.copy(OUT / "pretraining" / "config.json", path)
    save_file(tensors, path / "model.safetensors", metadata={"format": "pt"})
    expect(name, model_class.from_pretrained(path, dtype=torch.float32))


def report(model_class, name, **options):
    model, info = model_class.from_pretrained(OUT / name, output_loading_info=True, **options)
    order = list(model.state_dict())
    # transformers lists a tied bias that is missing under both of its names; one is enough.
    missing = sorted(info["missing_keys"] - {"cls.predictions.decoder.bias"}, key=order.index)
    unexpected = sorted(info["unexpected_keys"])
    mismatched = [[key, list(found), list(expected)] for key, found, expected in sorted(info["mismatched_keys"])]
    loading_report._get_terminal_width = lambda: 250  # wide enough for the Details column
    text = loading_report.LoadStateDictInfo(missing, unexpected, mismatched, [], {}, set()).create_loading_report()
    return dict(
        architecture=model_class.__name__, folder=name, missing=missing, unexpected=unexpected,
        mismatched=mismatched, table=None if text is None else text.split("\n\nNotes:")[0],
    )


def write_reports():
    reports = [
        report(BertForPreTraining, "pretraining"),
        report(BertForPreTraining, "legacy"),
        report(BertModel, "pretraining"),
        report(BertForPreTraining, "encoder"),
        report(BertForSequenceClassification, "pretraining"),
        report(BertForMaskedLM, "sequence-classification"),
        report(BertForSequenceClassification, "sequence-classification", num_labels=5, ignore_mismatched_sizes=True),
        report(BertModel, "pretraining", max_position_embeddings=32, intermediate_size=28, ignore_mismatched_sizes=True),
    ]
    (OUT / "reports.json").write_text(json.dumps(reports, indent=1) + "\n")


OUT.mkdir(parents=True, exist_ok=True)
(OUT / "inputs.json").write_text(json.dumps(INPUTS) + "\n")
write_models()
write_old_style()
write_reports()
for path in OUT.rglob("*.safetensors"):
    path.chmod(0o644)
