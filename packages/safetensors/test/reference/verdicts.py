"""Records what the reference reader (safetensors 0.8.0, Python) says of every file of the corpus.

From packages/safetensors:
    node --import ../../tools/src/register-typescript.mjs test/reference/dump-corpus.ts \
        | python test/reference/verdicts.py > test/fixtures/reference-verdicts.json
"""

import base64
import json
import sys

import safetensors

assert safetensors.__version__ == "0.8.0", safetensors.__version__

accepted = []
refused = []
for line in sys.stdin:
    case = json.loads(line)
    try:
        safetensors.deserialize(base64.b64decode(case["base64"]))
        accepted.append(case["name"])
    except safetensors.SafetensorError:
        refused.append(case["name"])

json.dump(
    {"reference": f"safetensors {safetensors.__version__}", "accepted": accepted, "refused": refused},
    sys.stdout,
    indent=1,
)
print()
