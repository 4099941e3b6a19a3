# What rope inspect derives from the configurations in tests/read/conformance, case by case.
# usage: check_conformance.py PATH_OF_ROPE
# SPDX-License-Identifier: MIT
import json
import pathlib

from support import check, finish, rope

HERE = pathlib.Path(__file__).resolve().parent.parent / "read" / "conformance"


def inspect(config, args):
    status, out, err = rope("inspect", "-", "--json", *args, stdin=json.dumps(config).encode())
    return (json.loads(out), "") if status == 0 else (None, f"status {status}: {err.strip()}")


def close(a, b, relative):
    return abs(a - b) <= relative * abs(b) if b else a == 0


def compare(name, got, want):
    for key in ("pairing", "rotary_dim", "head_dim", "rotates", "direction", "axis_of_pair"):
        if key in want:
            check(got[key] == want[key], name, key, got[key], "expected", want[key])
    for key in ("attention_factor", "softmax_scale_multiplier"):
        if key in want:
            check(close(got[key], want[key], 1e-12), name, key, got[key], "expected", want[key])
    if "inverse_frequencies" in want:
        pairs = list(zip(got["inverse_frequencies"], want["inverse_frequencies"]))
        check(len(got["inverse_frequencies"]) == len(want["inverse_frequencies"]), name, "pairs", len(got["inverse_frequencies"]))
        check(all(close(a, b, 1e-8) for a, b in pairs), name, "frequencies", next((p for p in pairs if not close(*p, 1e-8)), None))
    if want.get("rotates") is False:
        check(not any(got["inverse_frequencies"]) and got["why"], name, "does not rotate, and says why")


for line in (HERE / "families.jsonl").read_text().splitlines():
    case = json.loads(line)
    got, refusal = inspect(case["config"], case["args"])
    if case["expected"].get("error"):
        check(got is None and refusal.startswith("status 1"), case["id"], "is refused", refusal)
    elif check(got is not None, case["id"], refusal):
        compare(case["id"], got, case["expected"])

for line in (HERE / "layers.jsonl").read_text().splitlines():
    case = json.loads(line)
    for number, (rotates, base) in enumerate(case["layers"]):
        got, refusal = inspect(case["config"], ["--layer", str(number)])
        if check(got is not None, case["id"], number, refusal):
            check(got["rotates"] == rotates, case["id"], "layer", number, "rotates", got["rotates"])
            check(base is None or close(got["base"], base, 1e-12), case["id"], "layer", number, "base", got["base"], base)

finish()
