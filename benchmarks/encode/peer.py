"""One measurement of Hugging Face tokenizers' encode_batch_fast in a process of its own: one line of JSON.

Usage: python peer.py TOKENIZER_FOLDER THREADS FILE... Recorded with tokenizers 0.23.2.
"""
import json
import os
import resource
import sys
import time

folder, threads, *files = sys.argv[1:]
os.environ["RAYON_NUM_THREADS"] = threads
os.environ["TOKENIZERS_PARALLELISM"] = "true"

from tokenizers import Tokenizer, __version__  # noqa: E402

BATCH = 10_000
tokenizer = Tokenizer.from_file(f"{folder}/tokenizer.json")
texts = [line for file in files for line in open(file, encoding="utf8", newline="\n").read().split("\n")]


def cpu_seconds():
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


tokenizer.encode_batch_fast(texts[:BATCH], add_special_tokens=False)
cpu, start, seconds = cpu_seconds(), time.perf_counter(), 0.0
encodings = []
for i in range(0, len(texts), BATCH):
    encodings.append(tokenizer.encode_batch_fast(texts[i : i + BATCH], add_special_tokens=False))
seconds, cpu = time.perf_counter() - start, cpu_seconds() - cpu
h = 0
for batch in encodings:
    for encoding in batch:
        for token in encoding.ids:
            h = (h * 31 + token) & 0xFFFFFFFF
checksum = h - (1 << 32) if h >= 1 << 31 else h
print(json.dumps(dict(seconds=seconds, cpuSeconds=cpu, checksum=checksum, version=__version__)))
