"""The same kernels in PyTorch: prints one line of JSON.

Usage: python peer.py SETTINGS (JSON: rows, threads, seconds). Inputs are of the row's own precision, so that in bfloat16
nothing is converted in a call, as ours converts float32; losses and everything bound by memory are float32. A gradient is
what autograd runs for it, the forward pass being done once. Recorded with torch 2.13.0.
"""
import sys
from itertools import cycle
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from contest import leave_out, read_settings, report, time_calls  # noqa: E402

try:
    import torch
    import torch.nn.functional as F
except ImportError as error:
    leave_out(error, "PYTHON", "torch")

DTYPES = {"float32": torch.float32, "bfloat16": torch.bfloat16}


def dense(sizes, floats):
    x, weight = floats(sizes["rows"], sizes["inputs"]), floats(sizes["outputs"], sizes["inputs"])
    inputs = x, weight, floats(sizes["outputs"])
    return F.linear, inputs


def attention(sizes, floats):
    batch, length, hidden, heads = (sizes[n] for n in ("batch", "length", "hidden", "heads"))

    def attend(*inputs):
        query, key, value = (
            each.view(batch, length, heads, hidden // heads).transpose(1, 2) for each in inputs
        )
        return F.scaled_dot_product_attention(query, key, value, dropout_p=sizes["dropout"])

    return attend, tuple(floats(batch, length, hidden) for _ in range(3))


def encoder_layer(sizes, floats):
    batch, length, width, heads = (sizes[n] for n in ("batch", "length", "hidden", "heads"))
    inner = sizes["intermediate"]

    def layer(hidden, *weights):
        parameters = iter(weights)
        linear = lambda x: F.linear(x, next(parameters), next(parameters))  # noqa: E731
        norm = lambda x: F.layer_norm(x, (width,), next(parameters), next(parameters), 1e-12)  # noqa: E731
        split = lambda x: x.view(batch, length, heads, width // heads).transpose(1, 2)  # noqa: E731
        attended = F.scaled_dot_product_attention(*(split(linear(hidden)) for _ in range(3)))
        middle = norm(linear(attended.transpose(1, 2).reshape(batch, length, width)) + hidden)
        return norm(linear(F.gelu(linear(middle))) + middle)

    square = (width, width), (width,)
    norms = (width,), (width,)
    network = (inner, width), (inner,), (width, inner), (width,)
    shapes = (batch, length, width), *square * 4, *norms, *network, *norms
    return layer, tuple(floats(*shape) for shape in shapes)


def masked_lm_loss(sizes, floats):
    count, hidden, classes = sizes["count"], sizes["hidden"], sizes["classes"]
    labels = torch.randint(classes, (count,))

    def loss(x, weight, bias):
        return F.cross_entropy(F.linear(x, weight, bias).float(), labels)

    return loss, (floats(count, hidden), floats(classes, hidden), floats(classes))


def cross_entropy(sizes, floats):
    labels = torch.randint(sizes["classes"], (sizes["count"],))
    return lambda logits: F.cross_entropy(logits, labels), (
        floats(sizes["count"], sizes["classes"]),
    )


def layer_norm(sizes, floats):
    shape = sizes["rows"], sizes["hidden"]
    inputs = [floats(*shape), floats(sizes["hidden"]), floats(sizes["hidden"])]
    if sizes["dropout"] > 0:
        inputs.append(floats(*shape))

    def normalize(x, gamma, beta, residual=None):
        if residual is not None:
            x = F.dropout(x, sizes["dropout"]) + residual
        return F.layer_norm(x, x.shape[-1:], gamma, beta, 1e-12)

    return normalize, tuple(inputs)


def gelu(sizes, floats):
    return F.gelu, (floats(sizes["rows"], sizes["hidden"]),)


def adamw(sizes, floats):
    parameters = [floats(size) for size in sizes["parameters"]]
    for parameter in parameters:
        parameter.grad = torch.rand_like(parameter)
    optimizer = torch.optim.AdamW(parameters, lr=1e-4, weight_decay=0.01, fused=True)
    return optimizer.step, ()


def global_norm(sizes, floats):
    gradients = [floats(size).detach() for size in sizes["parameters"]]
    return lambda: torch.nn.utils.get_total_norm(gradients), ()


KERNELS = {
    "dense": dense,
    "attention": attention,
    "encoder layer": encoder_layer,
    "masked-LM loss": masked_lm_loss,
    "cross-entropy": cross_entropy,
    "layer norm": layer_norm,
    "GELU": gelu,
    "AdamW": adamw,
    "global norm": global_norm,
}


def prepare(row):
    """One call of a kernel on inputs of its own."""

    def floats(*shape):
        values = torch.rand(shape, dtype=DTYPES[row["precision"]]) * 2 - 1
        return values.requires_grad_()

    function, inputs = KERNELS[row["kernel"]](row["sizes"], floats)
    if not row["gradient"]:
        return lambda: function(*inputs)
    value = function(*inputs)
    dy = torch.rand_like(value)
    return lambda: torch.autograd.grad(value, inputs, dy, retain_graph=True)


settings = read_settings()
torch.manual_seed(0)
torch.set_num_threads(settings["threads"])
milliseconds = {}
for row in settings["rows"]:
    calls = cycle([prepare(row) for _ in range(row["copies"])])
    times, _ = time_calls(lambda: next(calls)(), settings["seconds"], warm_up=row["copies"] + 1)
    milliseconds[row["name"]] = times
report(milliseconds=milliseconds, version=f"torch {torch.__version__}")
