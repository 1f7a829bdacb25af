"""One measurement of the forward pass of transformers' BertForMaskedLM: prints one line of JSON.

Usage: python peer.py SETTINGS (JSON: sizes, shapes, precision, threads, seconds). bfloat16 is the model itself in
bfloat16. "masked only" runs the encoder and then the head on the masked positions alone, as Malmoi's logitsAt does.
Recorded with torch 2.13.0, transformers 5.17.0.
"""
import json
import os
import resource
import sys
import time

settings = json.loads(sys.argv[-1])
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))

try:
    import torch
    import transformers
    from transformers import BertForMaskedLM
except ImportError as error:
    print(f"{sys.executable}: {error}. Set PYTHON to one that has torch and transformers.")
    sys.exit(3)
from bert_batch import bert_batch, bert_config  # noqa: E402

WARM_UP, FEWEST = 2, 3

torch.manual_seed(0)
torch.set_num_threads(settings["threads"])
sizes = settings["sizes"]
model = BertForMaskedLM(bert_config(sizes)).eval()
if settings["precision"] == "bfloat16":
    model = model.to(torch.bfloat16)


def measure(call):
    """Times of a call, after warming up."""
    for _ in range(WARM_UP):
        call()
    milliseconds = []
    while len(milliseconds) < FEWEST or sum(milliseconds) < settings["seconds"] * 1000:
        start = time.perf_counter()
        call()
        milliseconds.append((time.perf_counter() - start) * 1000)
    return milliseconds


times = {}
with torch.inference_mode():
    for shape in settings["shapes"]:
        batch, length = shape["batchSize"], shape["length"]
        input_ids, _, _, positions = bert_batch(sizes["vocabSize"], batch, length)

        def masked_only():
            hidden = model.bert(input_ids).last_hidden_state
            return model.cls(hidden.flatten(0, 1)[positions])

        times[f"{batch} x {length}, all positions"] = measure(lambda: model(input_ids).logits)
        times[f"{batch} x {length}, masked only"] = measure(masked_only)
print(
    json.dumps(
        dict(
            milliseconds=times,
            megabytes=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
            version=f"torch {torch.__version__}, transformers {transformers.__version__}",
        )
    )
)
