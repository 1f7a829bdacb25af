"""One measurement of a pretraining step of transformers' BertForPreTraining: prints one line of JSON.

Usage: python peer.py SETTINGS (JSON: sizes, batchSize, length, precision, maskedOnly, threads, seconds).
bfloat16 is torch.autocast, as transformers' own `--bf16` does it. With maskedOnly the MLM head sees only the masked
positions, as Malmoi's does; transformers computes it for all of them. Recorded with torch 2.13.0, transformers 5.17.0.
"""
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from contest import leave_out, read_settings, report, time_calls  # noqa: E402

try:
    import torch
    import transformers
    from transformers import BertForPreTraining
except ImportError as error:
    leave_out(error, "PYTHON", "torch and transformers")
from bert_batch import bert_batch, bert_config  # noqa: E402

settings = read_settings()
torch.manual_seed(0)
torch.set_num_threads(settings["threads"])
sizes = settings["sizes"]
input_ids, token_type_ids, next_sentence_label, positions = bert_batch(
    sizes["vocabSize"], settings["batchSize"], settings["length"]
)
attention_mask = torch.ones_like(input_ids)
masked_labels = input_ids.flatten()[positions]
labels = torch.full_like(input_ids, -100)
labels.view(-1)[positions] = masked_labels
model = BertForPreTraining(bert_config(sizes)).train()
decayed = [p for n, p in model.named_parameters() if not n.endswith("bias") and "LayerNorm" not in n]
others = [p for n, p in model.named_parameters() if n.endswith("bias") or "LayerNorm" in n]
groups = [dict(params=decayed, weight_decay=0.01), dict(params=others, weight_decay=0.0)]
optimizer = torch.optim.AdamW(groups, lr=1e-4, fused=True)
inputs = dict(input_ids=input_ids, token_type_ids=token_type_ids, attention_mask=attention_mask)


def compute_loss():
    """transformers' own loss, or the same with the head on the masked positions alone."""
    if not settings["maskedOnly"]:
        return model(**inputs, labels=labels, next_sentence_label=next_sentence_label).loss
    hidden, pooled = model.bert(**inputs)[:2]
    scores = model.cls.predictions(hidden.flatten(0, 1)[positions])
    relationship = model.cls.seq_relationship(pooled)
    cross_entropy = torch.nn.functional.cross_entropy
    return cross_entropy(scores, masked_labels) + cross_entropy(relationship, next_sentence_label)


def step():
    with torch.autocast("cpu", dtype=torch.bfloat16, enabled=settings["precision"] == "bfloat16"):
        loss = compute_loss()
    loss.backward()
    torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    optimizer.step()
    optimizer.zero_grad(set_to_none=True)
    return loss.item()


# The first step warms up.
first_loss = step()
milliseconds, cpu_milliseconds = time_calls(step, settings["seconds"], warm_up=0, fewest=2)
report(
    milliseconds=milliseconds,
    cpuMilliseconds=cpu_milliseconds,
    loss=first_loss,
    version=f"torch {torch.__version__}, transformers {transformers.__version__}",
)
