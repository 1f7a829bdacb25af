"""One measurement of the forward pass of transformers' BertForMaskedLM: prints one line of JSON.

Usage: python peer.py SETTINGS (JSON: sizes, shapes, precision, threads, seconds). bfloat16 is the model itself in
bfloat16. "masked only" runs the encoder and then the head on the masked positions alone, as Malmoi's logitsAt does.
Recorded with torch 2.13.0, transformers 5.17.0.
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

settings = read_settings()
torch.manual_seed(0)
torch.set_num_threads(settings["threads"])
sizes = settings["sizes"]
model = BertForMaskedLM(bert_config(sizes)).eval()
if settings["precision"] == "bfloat16":
    model = model.to(torch.bfloat16)

milliseconds = {}
with torch.inference_mode():
    for shape in settings["shapes"]:
        batch, length = shape["batchSize"], shape["length"]
        input_ids, _, _, positions = bert_batch(sizes["vocabSize"], batch, length)

        def masked_only():
            hidden = model.bert(input_ids).last_hidden_state
            return model.cls(hidden.flatten(0, 1)[positions])

        calls = {"all positions": lambda: model(input_ids).logits, "masked only": masked_only}
        for name, call in calls.items():
            times, _ = time_calls(call, settings["seconds"])
            milliseconds[f"{batch} x {length}, {name}"] = times
report(
    milliseconds=milliseconds,
    version=f"torch {torch.__version__}, transformers {transformers.__version__}",
)
