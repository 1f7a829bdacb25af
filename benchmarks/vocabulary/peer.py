"""One training by Hugging Face tokenizers in a process of its own: prints one line of JSON.

Usage: python peer.py SETTINGS.json FILE... (settings as run.mjs writes them). Recorded with 0.23.2.
"""
import json
import os
import resource
import sys
import time

settings = json.loads(sys.argv[1])
os.environ["RAYON_NUM_THREADS"] = str(settings["threads"])
os.environ["TOKENIZERS_PARALLELISM"] = "true"

from tokenizers import BertWordPieceTokenizer, __version__  # noqa: E402

start, cpu = time.perf_counter(), time.process_time()
tokenizer = BertWordPieceTokenizer(lowercase=settings["lowercase"], strip_accents=settings["lowercase"])
tokenizer.train(
    files=sys.argv[2:],
    vocab_size=settings["vocabSize"],
    min_frequency=settings["minFrequency"],
    limit_alphabet=settings["limitAlphabet"],
    show_progress=False,
)
seconds, cpu_seconds = time.perf_counter() - start, time.process_time() - cpu
vocab = tokenizer.get_vocab()
print(
    json.dumps(
        dict(
            seconds=seconds,
            cpuSeconds=cpu_seconds,
            megabytes=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
            tokens=sorted(vocab, key=vocab.get),
            version=__version__,
        )
    )
)
