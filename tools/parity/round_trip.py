"""The Python half of tools/round-trip.mjs: reads what Malmoi saved, compares, and saves it again.

Usage: python tools/parity/round_trip.py FOLDER        (started by tools/round-trip.mjs)

FOLDER/malmoi/<case> are model folders, FOLDER/outputs/<case>.safetensors what Malmoi computed on
FOLDER/inputs.json, FOLDER/encodings.json what its tokenizer gave. Every model is loaded with its class,
run, and saved to FOLDER/transformers/<case>. Prints one JSON object: case -> findings.
Written for transformers 5.17, PyTorch 2.13, safetensors 0.8.
"""
import json
import sys
from pathlib import Path

import torch
import transformers
from safetensors.torch import load_file

ROOT = Path(sys.argv[1])
INPUTS = {name: torch.tensor(value) for name, value in json.loads((ROOT / "inputs.json").read_text()).items()}


def outputs_of(model):
    with torch.no_grad():
        return {name: value for name, value in model.eval()(**INPUTS).items() if isinstance(value, torch.Tensor)}


def largest_difference(ours, theirs):
    assert ours.keys() == theirs.keys(), f"outputs {sorted(ours)} and {sorted(theirs)}"
    return max(float((ours[name] - theirs[name]).abs().max()) for name in ours)


def config_differences(first, second):
    """Fields that differ; the version of transformers is not a fact of the model."""
    a, b = (json.loads((folder / "config.json").read_text()) for folder in (first, second))
    return sorted(key for key in a.keys() | b.keys() if a.get(key) != b.get(key) and key != "transformers_version")


def weights_of(folder):
    return {name: tensor for path in sorted(folder.glob("model*.safetensors")) for name, tensor in load_file(path).items()}


def different_tensors(first, second):
    """Names whose bits, shape or dtype differ, or that one side lacks."""
    a, b = weights_of(first), weights_of(second)
    bits = lambda tensor: tensor.contiguous().view(torch.uint8)
    same = lambda x, y: x.dtype == y.dtype and x.shape == y.shape and torch.equal(bits(x), bits(y))
    return sorted(name for name in a.keys() | b.keys() if name not in a or name not in b or not same(a[name], b[name]))


def different_files(first, second):
    """Weight files that are not equal byte by byte. Shards are left out: transformers splits a model that it
    loaded in another order than one that it built (fixtures hold the latter against ours)."""
    if (first / "model.safetensors.index.json").exists():
        return []
    name = "model.safetensors"
    return [] if (first / name).read_bytes() == (second / name).read_bytes() else [name]


def tokenizer_differences(folder):
    tokenizer = transformers.AutoTokenizer.from_pretrained(folder)
    encodings = json.loads((ROOT / "encodings.json").read_text())
    return [text for text, ids in encodings.items() if tokenizer(text)["input_ids"] != ids]


def check(folder):
    model_class = getattr(transformers, json.loads((folder / "config.json").read_text())["architectures"][0])
    model, info = model_class.from_pretrained(folder, output_loading_info=True, dtype="auto")
    saved = ROOT / "transformers" / folder.name
    model.save_pretrained(saved, max_shard_size="20KB" if (folder / "model.safetensors.index.json").exists() else "5GB")
    in_float32 = model_class.from_pretrained(folder, dtype=torch.float32)
    return dict(
        misfits=sorted(map(str, info["missing_keys"] | info["unexpected_keys"] | info["mismatched_keys"])),
        outputDifference=largest_difference(load_file(ROOT / "outputs" / f"{folder.name}.safetensors"), outputs_of(in_float32)),
        differentTensors=different_tensors(folder, saved),
        differentFiles=different_files(folder, saved),
        configDifferences=config_differences(folder, saved),
        tokenizerDifferences=tokenizer_differences(folder),
        tensors=len(weights_of(folder)),
    )


transformers.logging.set_verbosity_error()
transformers.logging.disable_progress_bar()
print(json.dumps({folder.name: check(folder) for folder in sorted((ROOT / "malmoi").iterdir())}))
