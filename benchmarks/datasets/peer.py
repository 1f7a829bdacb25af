"""One measurement with Python in a process of its own: prints one line of JSON.

Tokenizes with transformers' fast BERT tokenizer, builds next-sentence examples by the rule of google-research/bert
in plain Python (transformers had it as TextDatasetForNextSentencePrediction until version 4), and masks them with
DataCollatorForLanguageModeling. Recorded with torch 2.13.0, transformers 5.17.0, tokenizers 0.23.2.

Usage: python peer.py TOKENIZER_FOLDER FILE THREADS
"""
import json
import os
import random
import resource
import sys
import time

folder, file, threads = sys.argv[1], sys.argv[2], sys.argv[3]
os.environ["RAYON_NUM_THREADS"] = threads
os.environ["TOKENIZERS_PARALLELISM"] = "true"

import torch  # noqa: E402
from transformers import AutoTokenizer, DataCollatorForLanguageModeling  # noqa: E402

torch.set_num_threads(int(threads))
MAX_TOKENS = 128 - 3
tokenizer = AutoTokenizer.from_pretrained(folder)


def by_line(lines):
    """As TextDatasetForNextSentencePrediction did."""
    return [tokenizer.convert_tokens_to_ids(tokenizer.tokenize(line)) for line in lines]


def by_batch(lines):
    """A thousand lines at a time, on all threads: the fastest way there is in transformers."""
    encoded = []
    for i in range(0, len(lines), 1000):
        encoded += tokenizer(lines[i : i + 1000], add_special_tokens=False)["input_ids"]
    return encoded


def tokenize(encode):
    """Documents as lists of sentences of ids."""
    with open(file, encoding="utf8") as lines:
        stripped = [line.strip() for line in lines]
    documents = [[]]
    for ids in encode(stripped):
        if ids:
            documents[-1].append(ids)
        elif documents[-1]:
            documents.append([])
    return [document for document in documents if document]


def pair(documents, index, chunk, target):
    """A and B of one chunk of sentences, and how many sentences were used up."""
    split = random.randint(1, len(chunk) - 1) if len(chunk) >= 2 else 1
    a = [token for sentence in chunk[:split] for token in sentence]
    if len(chunk) == 1 or random.random() < 0.5:
        other = random.randrange(len(documents) - 1)
        document = documents[other + (other >= index)]
        b = []
        for sentence in document[random.randrange(len(document)) :]:
            b.extend(sentence)
            if len(b) >= target - len(a):
                break
        used, label = split, 1
    else:
        b = [token for sentence in chunk[split:] for token in sentence]
        used, label = len(chunk), 0
    while len(a) + len(b) > MAX_TOKENS:
        longer = a if len(a) > len(b) else b
        if random.random() < 0.5:
            del longer[0]
        else:
            longer.pop()
    return a, b, used, label


def build(documents):
    cls, sep = tokenizer.cls_token_id, tokenizer.sep_token_id
    examples = []
    for index, document in enumerate(documents):
        target = random.randint(2, MAX_TOKENS) if random.random() < 0.1 else MAX_TOKENS
        first = 0
        while first < len(document):
            end, length = first, 0
            while end < len(document) and (end == first or length < target):
                length += len(document[end])
                end += 1
            a, b, used, label = pair(documents, index, document[first:end], target)
            first += used
            examples.append(
                dict(
                    input_ids=torch.tensor([cls, *a, sep, *b, sep]),
                    token_type_ids=torch.tensor([0] * (len(a) + 2) + [1] * (len(b) + 1)),
                    next_sentence_label=torch.tensor(label),
                )
            )
    return examples


random.seed(1)
start = time.perf_counter()
tokenize(by_line)
line_seconds = time.perf_counter() - start
start = time.perf_counter()
documents = tokenize(by_batch)
batch_seconds = time.perf_counter() - start
start = time.perf_counter()
examples = build(documents)
build_seconds = time.perf_counter() - start
collator = DataCollatorForLanguageModeling(tokenizer, mlm_probability=0.15)
start = time.perf_counter()
tokens = 0
for i in range(0, len(examples), 32):
    tokens += collator(examples[i : i + 32])["input_ids"].numel()
collate_seconds = time.perf_counter() - start
print(
    json.dumps(
        dict(
            tokenizeByLine=os.path.getsize(file) / 1e6 / line_seconds,
            tokenizeByBatch=os.path.getsize(file) / 1e6 / batch_seconds,
            examplesPerSecond=len(examples) / build_seconds,
            examplesWithTokenizingPerSecond=len(examples) / (build_seconds + line_seconds),
            collatedTokensPerSecond=tokens / collate_seconds,
            peakMegabytes=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        )
    )
)
