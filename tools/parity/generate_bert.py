"""Writes what PyTorch and transformers compute, for the parity tests of packages/bert-model.

Usage: python tools/parity/generate_bert.py packages/bert-model/test/fixtures

Made with torch 2.13.0 (CPU), transformers 5.17.0, safetensors 0.8.0. Everything is float32, seeded,
dropout off. A case is a folder: config.json as transformers saves it, and gzip'd safetensors files
`model` (the weights), `inputs` and `expected`. `expected` holds outputs by their transformers names
and `grad/<parameter>` for every parameter that the loss reaches.
"""

import gzip
import json
import sys
from pathlib import Path

import torch
from safetensors.torch import save
from transformers import (
    BertConfig,
    BertForMaskedLM,
    BertForNextSentencePrediction,
    BertForPreTraining,
    BertForQuestionAnswering,
    BertForSequenceClassification,
    BertForTokenClassification,
    BertModel,
    get_linear_schedule_with_warmup,
)

SMALL = dict(
    vocab_size=120,
    hidden_size=32,
    num_hidden_layers=2,
    num_attention_heads=4,
    intermediate_size=64,
    max_position_embeddings=40,
    initializer_range=0.2,
)
TINY = dict(
    vocab_size=40,
    hidden_size=16,
    num_hidden_layers=1,
    num_attention_heads=2,
    intermediate_size=24,
    max_position_embeddings=20,
    initializer_range=0.3,
)
CLS, SEP, MASK, FIRST_WORD = 2, 3, 4, 5
IGNORED = -100


def make_batch(seed=7, vocab_size=120, lengths=(16, 11, 7)):
    """Sentence pairs padded to the longest, every third token masked; and the masked-LM labels."""
    generator = torch.Generator().manual_seed(seed)
    shape = len(lengths), max(lengths)
    input_ids, token_type_ids, attention_mask = (torch.zeros(shape, dtype=torch.long) for _ in range(3))
    for row, length in enumerate(lengths):
        middle = length // 2
        input_ids[row, :length] = torch.randint(FIRST_WORD, vocab_size, (length,), generator=generator)
        input_ids[row, 0] = CLS
        input_ids[row, [middle, length - 1]] = SEP
        token_type_ids[row, middle + 1 : length] = 1
        attention_mask[row, :length] = 1
    labels = torch.full(shape, IGNORED)
    for row, length in enumerate(lengths):
        masked = torch.arange(1, length - 1, 3)
        labels[row, masked] = input_ids[row, masked]
        input_ids[row, masked] = MASK
    batch = dict(input_ids=input_ids, token_type_ids=token_type_ids, attention_mask=attention_mask)
    return batch, labels


def randomize_vectors(model):
    """Gives biases and LayerNorms values of their own, which a fresh model has at 0 and 1."""
    with torch.no_grad():
        for parameter in model.parameters():
            if parameter.dim() == 1:
                parameter.add_(torch.randn_like(parameter) * 0.1)


class Fixtures:
    def __init__(self, folder):
        self.folder = folder

    def write_tensors(self, case, name, tensors):
        """int64 becomes int32, everything else float32; gzip without a time, so bytes repeat."""
        ready = {
            key: value.detach().to(torch.int32 if value.dtype == torch.long else torch.float32)
            .contiguous().clone()
            for key, value in tensors.items()
        }
        path = self.folder / case / f"{name}.safetensors.gz"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(gzip.compress(save(ready), 9, mtime=0))

    def write_model(self, case, model):
        model.config.architectures = [type(model).__name__]
        model.config.dtype = torch.float32
        tied = {"cls.predictions.decoder.weight", "cls.predictions.decoder.bias"}
        hidden = tied if model.config.tie_word_embeddings else set()
        weights = {key: value for key, value in model.state_dict().items() if key not in hidden}
        self.write_tensors(case, "model", weights)
        (self.folder / case / "config.json").write_text(model.config.to_json_string())

    def write_own_case(self, case, config, architecture, weights, inputs, outputs, **own_fields):
        """A case of the Keras example's architecture: its fields in config.json are Malmoi's own."""
        for weight in weights.values():
            weight.grad = None
        outputs["loss"].backward()
        gradients = {f"grad/{name}": weight.grad for name, weight in weights.items()}
        fields = dict(
            position_embeddings="sinusoidal", embedding_layer_norm=False, mlm_transform=False,
            pooling="max", **own_fields,
        )
        written = json.loads(config.to_json_string())
        written.update({f"malmoi_{name}": value for name, value in fields.items()})
        written.update(
            architectures=[architecture], tie_word_embeddings=False, type_vocab_size=0,
            pad_token_id=None,
        )
        self.write_tensors(case, "model", weights)
        self.write_tensors(case, "inputs", inputs)
        self.write_tensors(case, "expected", {**outputs, **gradients})
        path = self.folder / case / "config.json"
        path.write_text(json.dumps(written, indent=2, sort_keys=True) + "\n")

    def write_case(self, case, model, inputs, targets, outputs):
        """Runs the model with its targets, differentiates, and writes `outputs` of what came out."""
        result = model(**inputs, **targets)
        expected = {name: getattr(result, name) for name in outputs}
        for name in ("hidden_states", "attentions"):
            layers = getattr(result, name, None) or ()
            expected.update({f"{name}/{index}": layer for index, layer in enumerate(layers)})
        if result.get("loss") is not None:
            result.loss.backward()
            expected["loss"] = result.loss.reshape(1)
            expected.update(
                {f"grad/{n}": p.grad for n, p in model.named_parameters() if p.grad is not None}
            )
        tensors = {k: v for k, v in {**inputs, **targets}.items() if isinstance(v, torch.Tensor)}
        self.write_model(case, model)
        self.write_tensors(case, "inputs", tensors)
        self.write_tensors(case, "expected", expected)


def write_pretraining(fixtures, case, output_hidden_states=False, **changes):
    torch.manual_seed(0)
    model = BertForPreTraining(BertConfig(**{**SMALL, **changes})).eval()
    inputs, labels = make_batch()
    targets = dict(labels=labels, next_sentence_label=torch.tensor([0, 1, 1]))
    fixtures.write_case(
        case, model, inputs, {**targets, "output_hidden_states": output_hidden_states},
        ["prediction_logits", "seq_relationship_logits"],
    )


def write_heads(fixtures):
    torch.manual_seed(2)
    inputs, labels = make_batch()
    attended = inputs["attention_mask"] == 1

    model = BertForMaskedLM(BertConfig(**SMALL)).eval()
    fixtures.write_case("masked-lm", model, inputs, dict(labels=labels), ["logits"])

    model = BertForSequenceClassification(BertConfig(**SMALL, num_labels=3)).eval()
    targets = dict(labels=torch.tensor([2, 0, 1]))
    fixtures.write_case("sequence-classification", model, inputs, targets, ["logits"])

    config = BertConfig(**SMALL, num_labels=1, problem_type="regression")
    model = BertForSequenceClassification(config).eval()
    targets = dict(labels=torch.tensor([0.5, 4.9, 2.0]))
    fixtures.write_case("regression", model, inputs, targets, ["logits"])

    model = BertForTokenClassification(BertConfig(**SMALL, num_labels=5)).eval()
    classes = torch.where(attended, inputs["input_ids"] % 5, torch.tensor(IGNORED))
    fixtures.write_case("token-classification", model, inputs, dict(labels=classes), ["logits"])

    model = BertForQuestionAnswering(BertConfig(**SMALL)).eval()
    targets = dict(start_positions=torch.tensor([3, 1, 2]), end_positions=torch.tensor([6, 4, 2]))
    fixtures.write_case("question-answering", model, inputs, targets, ["start_logits", "end_logits"])

    model = BertModel(BertConfig(**SMALL)).eval()
    fixtures.write_case("encoder", model, inputs, {}, ["last_hidden_state", "pooler_output"])


def write_tiny(fixtures):
    """What the larger cases leave out: attention probabilities, given positions, biases that are not
    0, several labels at once, next-sentence prediction alone, an epsilon large enough to matter,
    positions past the end."""
    torch.manual_seed(3)
    inputs, labels = make_batch(seed=11, vocab_size=TINY["vocab_size"], lengths=(9, 6))

    config = BertConfig(**TINY)
    config._attn_implementation = "eager"
    model = BertModel(config).eval()
    randomize_vectors(model)
    positions = torch.arange(9).flip(0).repeat(2, 1) + torch.tensor([[3], [11]])
    wanted = dict(output_attentions=True, output_hidden_states=True)
    fixtures.write_case(
        "attentions", model, {**inputs, "position_ids": positions}, wanted,
        ["last_hidden_state", "pooler_output"],
    )

    config = BertConfig(**TINY, num_labels=4, problem_type="multi_label_classification")
    model = BertForSequenceClassification(config).eval()
    randomize_vectors(model)
    targets = dict(labels=torch.tensor([[1.0, 0, 1, 0], [0, 0, 0, 1]]))
    fixtures.write_case("multi-label", model, inputs, targets, ["logits"])

    model = BertForNextSentencePrediction(BertConfig(**TINY)).eval()
    randomize_vectors(model)
    fixtures.write_case(
        "next-sentence-prediction", model, inputs, dict(labels=torch.tensor([1, 0])), ["logits"]
    )

    config = BertConfig(**TINY, hidden_act="relu", layer_norm_eps=0.1)
    model = BertForMaskedLM(config).eval()
    randomize_vectors(model)
    fixtures.write_case("masked-lm-large-eps", model, inputs, dict(labels=labels), ["logits"])

    model = BertForQuestionAnswering(BertConfig(**TINY, hidden_act="silu")).eval()
    randomize_vectors(model)
    targets = dict(start_positions=torch.tensor([2, 40]), end_positions=torch.tensor([5, 9]))
    fixtures.write_case(
        "question-answering-clamped", model, inputs, targets, ["start_logits", "end_logits"]
    )


class KerasImdbEncoder(torch.nn.Module):
    """The encoder of Keras' MLM example on transformers' layers: word embeddings plus a fixed
    sinusoidal table whose first row is 0, no segments, no LayerNorm before the first layer."""

    def __init__(self, config):
        super().__init__()
        layers = BertModel(config).encoder
        self.word_embeddings = torch.nn.Embedding(config.vocab_size, config.hidden_size)
        self.layers = layers
        position = torch.arange(config.max_position_embeddings, dtype=torch.float64)[:, None]
        column = torch.arange(config.hidden_size)
        angle = position / 10000 ** (2 * (column // 2) / config.hidden_size)
        table = torch.where(column % 2 == 0, torch.sin(angle), torch.cos(angle))
        table[0] = 0
        self.table = table.float()

    def forward(self, input_ids, attention_mask):
        hidden = self.word_embeddings(input_ids) + self.table[: input_ids.shape[1]]
        bias = (1 - attention_mask[:, None, None, :]) * torch.finfo(torch.float32).min
        return self.layers(hidden, attention_mask=bias).last_hidden_state

    def weights(self):
        """The parameters by the names Malmoi gives them."""
        names = {f"bert.encoder.{name}": p for name, p in self.layers.named_parameters()}
        return {"bert.embeddings.word_embeddings.weight": self.word_embeddings.weight, **names}


def write_keras(fixtures):
    """Malmoi's additions to BERT, as the Keras MLM example combines them: its MLM model and its
    classifier (maximum over positions, dense with ReLU, one sigmoid)."""
    torch.manual_seed(4)
    inputs, labels = make_batch(seed=12, vocab_size=TINY["vocab_size"], lengths=(9, 6))
    ids = {key: inputs[key] for key in ("input_ids", "attention_mask")}
    config = BertConfig(**TINY, hidden_act="relu", layer_norm_eps=1e-6)
    config._attn_implementation = "eager"
    encoder = KerasImdbEncoder(config).eval()
    randomize_vectors(encoder)
    decoder = torch.nn.Linear(config.hidden_size, config.vocab_size)
    logits = decoder(encoder(**ids))
    loss = torch.nn.functional.cross_entropy(logits.flatten(0, 1), labels.flatten())
    heads = {
        "cls.predictions.decoder.weight": decoder.weight,
        "cls.predictions.decoder.bias": decoder.bias,
    }
    fixtures.write_own_case(
        "keras-masked-lm", config, "BertForMaskedLM", {**encoder.weights(), **heads},
        {**ids, "labels": labels}, dict(logits=logits, loss=loss),
    )

    dense, output = torch.nn.Linear(config.hidden_size, 6), torch.nn.Linear(6, 1)
    hidden = encoder(**ids).masked_fill(ids["attention_mask"][..., None] == 0, -torch.inf)
    logits = output(torch.relu(dense(hidden.amax(1))))
    answers = torch.tensor([1.0, 0.0])
    loss = torch.nn.functional.binary_cross_entropy(torch.sigmoid(logits[:, 0]), answers)
    heads = {
        "classifier.dense.weight": dense.weight,
        "classifier.dense.bias": dense.bias,
        "classifier.out_proj.weight": output.weight,
        "classifier.out_proj.bias": output.bias,
    }
    config.num_labels = 1
    config.problem_type = "multi_label_classification"
    fixtures.write_own_case(
        "keras-classifier", config, "BertForSequenceClassification", {**encoder.weights(), **heads},
        {**ids, "labels": answers}, dict(logits=logits, loss=loss), classifier_hidden_size=6,
    )


def write_adamw(fixtures, steps=5):
    """AdamW as transformers' Trainer uses it: no decay on biases and LayerNorms, clipping, a schedule."""
    settings = dict(
        lr=5e-3, betas=[0.9, 0.999], eps=1e-8, weight_decay=0.01, clip=1.0,
        warmup_steps=2, total_steps=8,
    )
    torch.manual_seed(1)
    model = BertForPreTraining(BertConfig(**SMALL)).eval()
    fixtures.write_model("adamw", model)

    def is_decayed(name):
        return not (name.endswith("bias") or "LayerNorm" in name)

    groups = [
        {
            "params": [p for n, p in model.named_parameters() if is_decayed(n) == decayed],
            "weight_decay": settings["weight_decay"] if decayed else 0.0,
        }
        for decayed in (True, False)
    ]
    optimizer = torch.optim.AdamW(
        groups, lr=settings["lr"], betas=tuple(settings["betas"]), eps=settings["eps"]
    )
    schedule = get_linear_schedule_with_warmup(
        optimizer, settings["warmup_steps"], settings["total_steps"]
    )
    log = dict(loss=[], grad_norm=[], learning_rate=[])
    batches = {}
    for step in range(steps):
        inputs, labels = make_batch(seed=100 + step)
        targets = dict(labels=labels, next_sentence_label=torch.tensor([step % 2, 1, 0]))
        batches.update({f"step{step}/{key}": value for key, value in {**inputs, **targets}.items()})
        loss = model(**inputs, **targets).loss
        optimizer.zero_grad()
        loss.backward()
        norm = torch.nn.utils.clip_grad_norm_(model.parameters(), settings["clip"])
        log["loss"].append(loss.item())
        log["grad_norm"].append(norm.item())
        log["learning_rate"].append(schedule.get_last_lr()[0])
        optimizer.step()
        schedule.step()
    fixtures.write_tensors("adamw", "inputs", batches)
    trained = {f"param/{name}": value for name, value in model.named_parameters()}
    fixtures.write_tensors("adamw", "expected", trained)
    log["optimizer"] = settings
    (fixtures.folder / "adamw" / "expected.json").write_text(json.dumps(log, indent=1) + "\n")


def main():
    fixtures = Fixtures(Path(sys.argv[1]))
    write_pretraining(fixtures, "pretraining", output_hidden_states=True)
    write_pretraining(
        fixtures, "pretraining-relu-eps", hidden_act="relu", layer_norm_eps=1e-6, type_vocab_size=3
    )
    write_pretraining(
        fixtures, "pretraining-untied-gelu-new", hidden_act="gelu_new", tie_word_embeddings=False
    )
    write_heads(fixtures)
    write_tiny(fixtures)
    write_keras(fixtures)
    write_adamw(fixtures)


if __name__ == "__main__":
    main()
