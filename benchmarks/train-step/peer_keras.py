"""One measurement of the training step of Keras' example "End-to-end Masked Language Modeling with BERT".

Usage: python peer_keras.py SETTINGS (JSON: sizes, batchSize, length, threads, seconds); prints one line of JSON.
The example's own model: one encoder block and a softmax over the vocabulary at every position, the loss weighted by
where tokens are masked; no second segment and no next-sentence prediction. Its optimizer is Adam, without clipping.
Recorded with keras 3.15, tensorflow-cpu 2.21.
"""
import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from contest import leave_out, read_settings, report, time_calls  # noqa: E402

os.environ["KERAS_BACKEND"] = "tensorflow"
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

try:
    import keras
    import numpy as np
    import tensorflow as tf
    from keras import layers
except ImportError as error:
    leave_out(error, "KERAS_PYTHON", "keras and tensorflow")

settings = read_settings()
tf.config.threading.set_intra_op_parallelism_threads(settings["threads"])
sizes, batch, length = settings["sizes"], settings["batchSize"], settings["length"]
vocabulary, hidden = sizes["vocabSize"], sizes["hiddenSize"]
heads, intermediate = sizes["numAttentionHeads"], sizes["intermediateSize"]


def encoder_block(x):
    attended = layers.MultiHeadAttention(num_heads=heads, key_dim=hidden // heads)(x, x, x)
    x = layers.LayerNormalization(epsilon=1e-6)(x + layers.Dropout(0.1)(attended))
    feed_forward = layers.Dense(hidden)(layers.Dense(intermediate, activation="relu")(x))
    return layers.LayerNormalization(epsilon=1e-6)(x + layers.Dropout(0.1)(feed_forward))


inputs = layers.Input((length,), dtype="int64")
x = layers.Embedding(vocabulary, hidden)(inputs)
x = x + layers.Embedding(length, hidden)(tf.range(length)[None])
for _ in range(sizes["numHiddenLayers"]):
    x = encoder_block(x)
model = keras.Model(inputs, layers.Dense(vocabulary, activation="softmax")(x))
model.compile(
    optimizer=keras.optimizers.Adam(1e-3), loss=keras.losses.SparseCategoricalCrossentropy()
)

index = np.arange(batch * length, dtype=np.int64)
mix = lambda i: (i * 2654435761) & 0xFFFFFFFF  # noqa: E731
tokens = (5 + mix(index + 1) % (vocabulary - 5)).reshape(batch, length)
weights = (mix(index + 7) % 20 < 3).astype("float32").reshape(batch, length)


def step():
    # The loss is the mean over all positions, as in the example; divided by the share of the masked ones.
    return float(model.train_on_batch(tokens, tokens, sample_weight=weights))


# The first step warms up.
first_loss = step() / float(weights.mean())
milliseconds, cpu_milliseconds = time_calls(step, settings["seconds"], warm_up=0, fewest=2)
report(
    milliseconds=milliseconds,
    cpuMilliseconds=cpu_milliseconds,
    loss=first_loss,
    version=f"keras {keras.__version__}, tensorflow {tf.__version__}",
)
