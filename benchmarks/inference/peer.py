"""One measurement of the forward pass of transformers' BertForMaskedLM: prints one line of JSON.

Usage: python peer.py SETTINGS (JSON: sizes, shapes, precision, onlyRead, threads, seconds).
bfloat16 is the model itself in bfloat16. onlyRead is what is computed only at the masked positions when their logits
alone are wanted: "nothing", they are taken out of all logits; "head", the MLM head; "lastLayer", the last layer of the
encoder and the head, as Malmoi's logitsAt does. The logits of all positions are timed with "nothing"; the other two
would be the same there. Recorded with torch 2.13.0, transformers 5.17.0.
"""
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from contest import leave_out, read_settings, report, time_calls  # noqa: E402

try:
    import torch
    import transformers
    from transformers import BertForMaskedLM
except ImportError as error:
    leave_out(error, "PYTHON", "torch and transformers")
from bert_batch import bert_batch, bert_config  # noqa: E402
from bert_read_positions import ReadPositions, hidden_states_at  # noqa: E402

settings = read_settings()
torch.manual_seed(0)
torch.set_num_threads(settings["threads"])
sizes = settings["sizes"]
model = BertForMaskedLM(bert_config(sizes)).eval()
if settings["precision"] == "bfloat16":
    model = model.to(torch.bfloat16)



def passes(input_ids, positions):
    """What is timed with each setting, by name."""
    read = ReadPositions(positions, *input_ids.shape)

    def taken_out():
        return model(input_ids).logits.flatten(0, 1).index_select(0, positions)

    def head_where_read():
        hidden = model.bert(input_ids).last_hidden_state
        return model.cls(hidden.flatten(0, 1).index_select(0, positions))

    def last_layer_where_read():
        return model.cls(hidden_states_at(model.bert, read, input_ids).index_select(0, read.masked))

    return {
        "nothing": {"all positions": lambda: model(input_ids).logits, "masked only": taken_out},
        "head": {"masked only": head_where_read},
        "lastLayer": {"masked only": last_layer_where_read},
    }[settings["onlyRead"]]


milliseconds = {}
with torch.inference_mode():
    for shape in settings["shapes"]:
        batch, length = shape["batchSize"], shape["length"]
        input_ids, _, _, positions = bert_batch(sizes["vocabSize"], batch, length)
        for name, call in passes(input_ids, positions).items():
            times, _ = time_calls(call, settings["seconds"])
            milliseconds[f"{batch} x {length}, {name}"] = times
report(
    milliseconds=milliseconds,
    version=f"torch {torch.__version__}, transformers {transformers.__version__}",
)
