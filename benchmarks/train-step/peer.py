"""One measurement of a pretraining step of transformers' BertForPreTraining: prints one line of JSON.

Usage: python peer.py SETTINGS (JSON: sizes, batchSize, length, precision, onlyRead, threads, seconds).
bfloat16 is torch.autocast, as transformers' own `--bf16` does it. onlyRead is what is computed only where the losses
read it: "nothing", as transformers does; "head", the MLM head; "lastLayer", the last layer of the encoder and the head,
as in Malmoi. The losses and their gradients are the same. Recorded with torch 2.13.0, transformers 5.17.0.
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
from bert_read_positions import ReadPositions, hidden_states_at  # noqa: E402

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
read = ReadPositions(positions, *input_ids.shape, first=True)


def whole_loss():
    """transformers' own."""
    return model(**inputs, labels=labels, next_sentence_label=next_sentence_label).loss


def loss_of(masked, pooled):
    """The same from the hidden states of the masked positions, and the pooler's output."""
    cross_entropy = torch.nn.functional.cross_entropy
    masked_lm_loss = cross_entropy(model.cls.predictions(masked), masked_labels)
    return masked_lm_loss + cross_entropy(model.cls.seq_relationship(pooled), next_sentence_label)


def loss_with_head_where_read():
    hidden, pooled = model.bert(**inputs)[:2]
    return loss_of(hidden.flatten(0, 1).index_select(0, positions), pooled)


def loss_with_last_layer_where_read():
    hidden = hidden_states_at(model.bert, read, **inputs)
    first = hidden.index_select(0, read.first)
    return loss_of(hidden.index_select(0, read.masked), model.bert.pooler(first[:, None]))


compute_loss = {
    "nothing": whole_loss,
    "head": loss_with_head_where_read,
    "lastLayer": loss_with_last_layer_where_read,
}[settings["onlyRead"]]


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
