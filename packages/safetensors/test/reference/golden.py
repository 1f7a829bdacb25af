"""Writes the golden files of test/fixtures: safetensors 0.8.0, torch 2.13.0, huggingface_hub 1.33.0.

From packages/safetensors: python test/reference/golden.py
"""

import json
import os

import numpy
import torch
from huggingface_hub import save_torch_state_dict, split_torch_state_dict_into_shards
from safetensors import TensorSpec, serialize
from safetensors.torch import save_file

FIXTURES = os.path.join(os.path.dirname(__file__), "..", "fixtures")
SIZES = {"bool": 1, "int8": 1, "uint8": 1, "int16": 2, "uint16": 2, "int32": 4, "uint32": 4}
SIZES |= {"int64": 8, "uint64": 8, "float16": 2, "bfloat16": 2, "float32": 4, "float64": 8}
SIZES |= {"complex64": 8, "float8_e4m3fn": 1, "float8_e4m3fnuz": 1, "float8_e5m2": 1}
SIZES |= {"float8_e5m2fnuz": 1, "float8_e8m0fnu": 1, "float4_e2m1fn_x2": 1}


def path(name):
    return os.path.join(FIXTURES, name)


def write(name, tensors, metadata=None):
    """tensors: name -> (reference dtype, shape); the data counts up from 0 over the whole file."""
    start, keep, specs = 0, [], {}
    for key, (dtype, shape) in tensors.items():
        length = int(numpy.prod(shape)) * SIZES[dtype]
        data = (numpy.arange(start, start + length) % 251).astype(numpy.uint8)
        start += length
        keep.append(data)
        specs[key] = TensorSpec(dtype=dtype, shape=shape, data_ptr=data.ctypes.data, data_len=length)
    with open(path(name), "wb") as file:
        file.write(serialize(specs, metadata=metadata))


def float_tables():
    """What torch makes of every pattern of 8 and 16 bits, and of float32 samples rounded to 16."""
    bytes_ = torch.arange(256, dtype=torch.uint8)
    words = torch.arange(65536, dtype=torch.int32).to(torch.uint16)
    generator = torch.Generator().manual_seed(20261122)
    samples = torch.randint(-(2**31), 2**31, (6144,), generator=generator).to(torch.int32)
    # Half of them in the range of float16, where rounding has the most cases.
    samples[::2] = (torch.rand(3072, generator=generator) * 2 - 1).mul(70000).view(torch.int32)
    samples[1::4] = (torch.rand(1536, generator=generator) * 2**-13).view(torch.int32)
    floats = samples.view(torch.float32)
    floats = floats[~floats.isnan()].contiguous()
    tables = {
        "F16": words.view(torch.float16).float(),
        "F8_E5M2": bytes_.view(torch.float8_e5m2).float(),
        "F8_E4M3": bytes_.view(torch.float8_e4m3fn).float(),
        "F8_E8M0": bytes_.view(torch.float8_e8m0fnu).float(),
        "F8_E4M3FNUZ": bytes_.view(torch.float8_e4m3fnuz).float(),
        "F8_E5M2FNUZ": bytes_.view(torch.float8_e5m2fnuz).float(),
        "samples": floats,
        "samples_to_F16": floats.half().view(torch.uint16),
        "samples_to_BF16": floats.bfloat16().view(torch.uint16),
        "samples_BF16_to_F32": floats.bfloat16().float(),
    }
    save_file(tables, path("float-tables.safetensors"))


def sharded_model():
    """A sharded folder as huggingface_hub writes it, and shard plans for sizes that try its rules."""
    folder = path("sharded")
    os.makedirs(folder, exist_ok=True)
    names = ["z.weight", "a.weight", "m.weight", "가.bias", "b.weight"]
    sizes = [10, 30, 4, 6, 12]
    state = {name: torch.arange(size, dtype=torch.float32) for name, size in zip(names, sizes)}
    save_torch_state_dict(state, folder, max_shard_size=64)
    # transformers 5.17.0 prints the same index in this form (modeling_utils.py, save_pretrained).
    index_path = path("sharded/model.safetensors.index.json")
    with open(index_path) as file:
        index = json.load(file)
    index["metadata"]["total_parameters"] = 62
    index["metadata"]["dtype \x7f\U0001f600"] = 'float"32"\n'
    with open(path("transformers-index.json"), "w") as file:
        file.write(json.dumps(index, indent=2, sort_keys=True) + "\n")
    plans = []
    for lengths, limit in [
        ([6, 6, 2, 6, 2, 2], 10),
        ([10, 10], 10),
        ([11, 1, 1], 10),
        ([1, 11, 1], 10),
        ([0, 0, 10, 0, 1], 10),
        ([5], 10),
        ([11], 10),
        ([1500, 600], "1KB"),
        ([1500, 600], "1.5 kb"),
    ]:
        split = split_torch_state_dict_into_shards(
            {f"t{i}": torch.zeros(length, dtype=torch.uint8) for i, length in enumerate(lengths)},
            filename_pattern="model{suffix}.safetensors",
            max_shard_size=limit,
        )
        plans.append({"lengths": lengths, "limit": limit, "files": split.filename_to_tensors})
    with open(path("shard-plans.json"), "w") as file:
        json.dump(plans, file, indent=1)
        file.write("\n")


os.makedirs(FIXTURES, exist_ok=True)
write("empty.safetensors", {})
write("metadata-only.safetensors", {}, {"format": "pt"})
write("metadata-empty.safetensors", {"a": ("uint8", [1])}, {})
write("dtypes.safetensors", {f"{d} tensor": (d, [2, 3]) for d in SIZES}, {"format": "pt"})
write(
    "names.safetensors",
    {
        name: ("uint8" if i % 2 else "float32", [i % 3])
        for i, name in enumerate(
            ["", "b", "a", "B", "__proto__", "constructor", "a\0", "\t\n\r\b\f\"\\/", "\x1f\x7f"]
            + ["한글", "\u2028", "\uff01", "\U0001f600", "\uffff", "10", "9"]
        )
    },
    {"key \"quoted\"\n": "값 \u0001 \U0001f600"},
)
write("scalar.safetensors", {"scalar": ("float64", []), "empty": ("int64", [0, 4])})
float_tables()
sharded_model()
for folder, _, files in os.walk(FIXTURES):
    for file in files:
        os.chmod(os.path.join(folder, file), 0o644)
