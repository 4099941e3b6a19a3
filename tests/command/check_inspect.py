# rope inspect and rope table against the recipes and cos, sin in Python's own arithmetic.
# usage: check_inspect.py PATH_OF_ROPE
# SPDX-License-Identifier: MIT
from support import *

folder = Folder()


def native(d, scaling=None, base=10000.0, rotary=None, **more):
    return {"head_dim": d, "rotary_dim": rotary or d, "base": base, "scaling": scaling or {"type": "none"}, **more}


def compare(name, config, frequencies, amplitude=Decimal(1), *options):
    seen = json.loads(must("inspect", folder.config(config), "--json", *options))
    want = [float(f) for f in frequencies]
    check(seen["inverse_frequencies"] == want, name, "frequencies", seen["inverse_frequencies"][:3], want[:3])
    check(abs(seen["attention_factor"] - float(amplitude)) <= 2e-16 * float(amplitude), name, "attention factor",
          seen["attention_factor"], float(amplitude))
    waves = [None if f == 0 else float(2 * PI / f) for f in frequencies]
    check(len(waves) == len(seen["wavelengths"]) and
          all((a is None) == (b is None) and (a is None or abs(a - b) <= 1e-15 * a)
              for a, b in zip(waves, seen["wavelengths"])), name, "wavelengths")
    check(seen["axis_of_pair"] == [0] * len(want), name, "axes")
    return seen


# -- frequencies
for d in (2, 6, 10, 34, 64, 80, 96, 128, 256):
    for base in (10000.0, 500000.0, 1e6, 8e6, 150000.5):
        seen = compare(f"none d={d} base={base}", native(d, base=base), plain(base, d))
        check(seen["head_dim"] == d and seen["rotary_dim"] == d and seen["base"] == base, "what was given")
        check(seen["scaling"] == "none" and seen["pairing"] == "half_split", "defaults")
compare("partial", native(128, rotary=32), plain(10000.0, 32))
for factor in (1.0, 2.5, 4.0, 8.0):
    compare(f"linear {factor}", native(64, {"type": "linear", "factor": factor}), linear(10000.0, 64, factor))
for length in (1, 2048, 2049, 5000, 131072):
    compare(f"dynamic {length}", native(64, {"type": "dynamic", "factor": 4.0}, max_position=2048),
            dynamic(10000.0, 64, 4.0, 2048, length), Decimal(1), "--seq-len", length)
for factor, low, high, original in ((8.0, 1.0, 4.0, 8192), (32.0, 1.0, 4.0, 8192), (16.0, 2.0, 7.5, 1000)):
    compare(f"llama3 {factor}",
            native(128, {"type": "llama3", "factor": factor, "low_freq_factor": low, "high_freq_factor": high},
                   base=500000.0, original_max_position=original), llama3(500000.0, 128, factor, low, high, original))
for d, factor, original, fast, slow, truncate in ((128, 4.0, 32768, 32.0, 1.0, True), (64, 32.0, 4096, 32.0, 1.0, False),
                                                  (64, 40.0, 4096, 32.0, 1.0, True), (128, 16.0, 8192, 20.0, 2.0, True)):
    compare(f"yarn {d} {factor}",
            native(d, {"type": "yarn", "factor": factor, "beta_fast": fast, "beta_slow": slow, "truncate": truncate},
                   base=150000.0, original_max_position=original),
            yarn(150000.0, d, factor, original, fast, slow, truncate), yarn_amplitude(factor))

# -- the same from Hugging Face's form
hf = {"model_type": "llama", "hidden_size": 4096, "num_attention_heads": 32, "rope_theta": 500000.0,
      "max_position_embeddings": 131072,
      "rope_scaling": {"rope_type": "llama3", "factor": 8.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0,
                       "original_max_position_embeddings": 8192}}
seen = compare("Hugging Face llama3", hf, llama3(500000.0, 128, 8.0, 1.0, 4.0, 8192))
check(seen["scaling"] == "llama3" and seen["head_dim"] == 128, "Hugging Face llama3", seen["scaling"])
hf = {"model_type": "qwen3", "head_dim": 128, "rope_theta": 1000000.0, "max_position_embeddings": 131072,
      "rope_scaling": {"type": "yarn", "factor": 4.0, "original_max_position_embeddings": 32768}}
compare("Hugging Face yarn", hf, yarn(1000000.0, 128, 4.0, 32768), yarn_amplitude(4.0))
hf = {"model_type": "phi", "hidden_size": 2560, "num_attention_heads": 32, "partial_rotary_factor": 0.4}
compare("Hugging Face partial", hf, plain(10000.0, 32))

# -- what it prints survives: the native form gives the same numbers, from a file and from standard input
config = native(64, {"type": "yarn", "factor": 32.0}, base=150000.0, original_max_position=4096)
first = must("inspect", folder.config(config), "--json")
printed = must("inspect", folder.config(config), "--native")
check(must("inspect", "-", "--json", stdin=printed.encode()) == first, "the native form comes back")
for k in json.loads(first)["inverse_frequencies"]:
    check(f"{k:.17g}" in first, "17 significant digits", k)
interleaved = json.loads(must("inspect", folder.config(config), "--native", "--pairing", "interleaved"))
check(interleaved["pairing"] == "interleaved", "--pairing in the native form")
table = must("inspect", folder.config(config))
check(sum(line.split()[:1] == [str(i)] for i, line in enumerate(table.splitlines()[-32:])) == 32, "a line for each pair")

# -- every model in examples/configs, each kind of its layers: the native form says the same
models = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "examples", "configs")
for name in sorted(os.listdir(models)):
    path = os.path.join(models, name)
    status, out, err = rope("inspect", path, "--json")
    kinds = [["--layer", "0"], ["--layer", "5"]] if status == 1 and "choose a layer type" in err else [[]]
    check(status == 0 or len(kinds) == 2, name, status, err)
    for kind in kinds:
        seen = json.loads(must("inspect", path, "--json", *kind))
        native_form = must("inspect", path, "--native", *kind)
        back = json.loads(must("inspect", "-", "--json", stdin=native_form.encode()))
        if not seen["rotates"]:
            check("why" in seen and not any(seen["inverse_frequencies"]), name, "says why it does not rotate", seen)
            continue
        of_the_file = ("notes", "rotates", "layers", "part", "why")
        differs = [k for k in seen if k not in of_the_file and seen[k] != back[k]]
        check(not differs, name, *kind, "native form:", differs)
        check(len(seen["inverse_frequencies"]) * 2 == seen["rotary_dim"] > 0, name, "a frequency for each pair")
        check(len(must("inspect", path, *kind).splitlines()) > seen["rotary_dim"] // 2, name, "the table")

# -- a layer without rotation says so, and its tables are those of angle 0
still = folder.config({"model_type": "smollm3", "hidden_size": 64, "num_attention_heads": 4, "num_hidden_layers": 4,
                       "rope_theta": 1e6, "no_rope_layers": [1, 1, 1, 0]})
seen = json.loads(must("inspect", still, "--json", "--layer", 3))
check(seen["rotates"] is False and set(seen["inverse_frequencies"]) == {0}, "no rotation", seen)
check(set(seen["wavelengths"]) == {None}, "no wavelengths", seen["wavelengths"])
check("no rotary embedding" in must("inspect", still, "--layer", 3), "said so")
check(json.loads(must("inspect", still, "--json", "--layer", 2))["rotates"] is True, "the others rotate")
c, s = folder.new(".npy"), folder.new(".npy")
status, out, err = rope("table", still, "--layer", 3, "--positions", 5, "--cos", c, "--sin", s)
check(status == 0 and "no rotary embedding" in err, "table of a still layer", status, err)
check((np.load(c) == 1).all() and (np.load(s) == 0).all(), "angle 0")

# -- layers of several kinds: a line for each, from a file or from standard input; of many kinds the first dozen
kinds = {"model_type": "gemma3_text", "head_dim": 8, "num_hidden_layers": 3000, "layer_types": [f"kind_{k}" for k in range(3000)],
         "rope_parameters": {f"kind_{k}": {"rope_type": "default", "rope_theta": 10000 + k} for k in range(3000)}}
said = must("inspect", folder.config(kinds), "--layer", 77) # each kind once: of the square of their number this would take minutes
check("kind_11  1       base 10011" in said and "kind_12 " not in said and "and 2988 kinds more" in said, "the first kinds", said[:1500])
from_input = must("inspect", "-", "--layer", 77, stdin=json.dumps(kinds).encode())
check(from_input.split("\n", 1)[1] == said.split("\n", 1)[1], "standard input", from_input[:500])

# -- tables: every entry is the correctly rounded one; doubles are within an ulp
positions = [0, 1, 2, 3, 17, -1, -40, 4096, 131071, 2**31 - 1, 2**31 + 5, 2**53 + 1, -(2**62) - 7]
spec = ",".join(map(str, positions))
cases = [("none", native(16), plain(10000.0, 16), Decimal(1)),
         ("yarn", config, yarn(150000.0, 64, 32.0, 4096), yarn_amplitude(32.0))]


def table_of(config, spec, dtype=None, *options):
    c, s = folder.new(".npy"), folder.new(".npy")
    out = must("table", folder.config(config), "--positions", spec, "--cos", c, "--sin", s, *options,
               *(["--dtype", dtype] if dtype else []))
    check(out == "", "table prints nothing")
    return np.load(c), np.load(s)


def compare_table(name, seen, rows, dtype):
    if dtype == "f64":
        for a, b in zip(seen, rows.doubles()):
            check(a.dtype == np.float64 and a.shape == b.shape, name, dtype, a.dtype, a.shape)
            check((np.abs(a - b) <= np.spacing(np.abs(b))).all(), name, dtype)
        return
    for which, a, b in zip(("cos", "sin"), seen, rows.rounded(dtype)):
        check(same_bits(a, b), name, dtype, which, a.dtype, b.dtype, a.shape, b.shape, np.argwhere(a != b)[:5].tolist())


for name, config, frequencies, amplitude in cases:
    rows = Rows(frequencies, amplitude, positions)
    for dtype in ("f32", "f64", "f16", "bf16"):
        compare_table(name, table_of(config, spec, dtype), rows, dtype)
    compare_table(name, table_of(config, spec), rows, "f32")
    compare_table(name, table_of(config, spec, None, "--threads", 3), rows, "f32")

small, frequencies = native(8), plain(10000.0, 8)
one = Decimal(1)
step = [float(np.float64(-2.0) + np.float64(k) * np.float64(0.1)) for k in range(31)]
specs = {"7": range(7), "3:9": range(3, 9), "-3:2": range(-3, 2), "-3:2:1": [-3.0, -2.0, -1.0, 0.0, 1.0],
         "0:1:0.25": [0, 0.25, 0.5, 0.75], "5:0:-2": [5, 3, 1], "0:1:0.3": [0, 0.3, 0.6, np.float64(3) * np.float64(0.3)],
         "-2:1.05:0.1": step, "0,5,5,-3": [0, 5, 5, -3], "0.5,-0.25": [0.5, -0.25], "9,": [9], "1e3,2": [1000, 2],
         "0": [], "4:4": [], "0.5:3": [0.5, 1.5, 2.5], "1000000000000:1000000000003": [10**12, 10**12 + 1, 10**12 + 2]}
for spec, values in specs.items():
    values = [float(v) if isinstance(v, np.floating) else v for v in values]
    seen = table_of(small, spec)
    check(seen[0].shape == (len(values), 4), "shape of", spec, seen[0].shape)
    if values:
        compare_table(spec, seen, Rows(frequencies, one, values), "f32")
arrays = [np.array([3, 1, 4], t) for t in ("i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", ">i4", ">i8")]
arrays += [np.array([0.5, -3, 100.25], t) for t in ("f2", "f4", "f8", ">f8", ">f4")]
for a in arrays:
    rows = Rows(frequencies, one, [float(v) for v in a])
    compare_table(f"positions {a.dtype}", table_of(small, folder.array(a)), rows, "f32")
    compare_table(f"threads {a.dtype}", table_of(small, folder.array(a), None, "--threads", 2), rows, "f32")
compare_table("a single one", table_of(small, folder.array(np.array(7))), Rows(frequencies, one, [7]), "f32")

# -- the sequence length follows the positions
dyn = native(64, {"type": "dynamic", "factor": 2.0}, max_position=64)
for spec, length in (("100", 100), ("0:50", 64), ("5,199,3", 200)):
    rows = Rows(dynamic(10000.0, 64, 2.0, 64, length), one, [3])
    values = {"100": 100, "0:50": 50, "5,199,3": 3}[spec]
    row = 3 if values > 3 else 2
    seen = table_of(dyn, spec)
    compare_table(f"dynamic over {spec}", (seen[0][row:row + 1], seen[1][row:row + 1]), rows, "f32")
compare_table("dynamic, said", table_of(dyn, "3,", None, "--seq-len", 500),
              Rows(dynamic(10000.0, 64, 2.0, 64, 500), one, [3]), "f32")

# -- the numerics of other systems: each step a correctly rounded float32
def f32(x):
    return np.float32(odd(x)) if isinstance(x, Decimal) else np.float32(x)


def float_rows(numerics, base, d, positions):
    pairs = d // 2
    if numerics == "hf_fp32":
        exponents = [real(float(f32(Decimal(2 * i) / d))) for i in range(pairs)]
        powers = [real(float(f32(real(base) ** e))) for e in exponents]
        inverse = [f32(1 / p) for p in powers]
        angles = [[np.float32(p) * w for w in inverse] for p in positions]
    else:
        ratio = f32(real(base) ** real(float(f32(Decimal(-2) / d))))
        angles = []
        for p in positions:
            row = [np.float32(p)]
            while len(row) < pairs:
                row.append(row[-1] * ratio)
            angles.append(row)
    both = [[cos_sin(real(float(a))) for a in row] for row in angles]
    return [np.array([[f32(e[k]) for e in row] for row in both], np.float32) for k in (0, 1)]


for base, d, values in ((10000.0, 64, [0, 1, 2, 100, 4095, 131071, -7]), (500000.0, 128, [3, 1000003]), (1e6, 10, [0.5, 99])):
    for numerics in ("hf_fp32", "ggml"):
        seen = table_of(native(d, None, base), ",".join(map(str, values)), None, "--numerics", numerics)
        want = float_rows(numerics, base, d, values)
        check(same_bits(seen[0], want[0]) and same_bits(seen[1], want[1]), numerics, base, d,
              np.argwhere(seen[0] != want[0])[:4].tolist())
exact, hf, ggml = (table_of(native(128, None, 500000.0), "100000:100016", None, "--numerics", n, "--threads", 2)
                   for n in ("exact", "hf_fp32", "ggml"))
for name, other in (("hf_fp32", hf), ("ggml", ggml)):
    far = max(np.abs(a - b).max() for a, b in zip(exact, other))
    check(1e-4 < far < 0.1, name, "is near and not exact", far)

# -- several position axes
axes = [0, 1, 2, 0, 2, 1, 1, 0]
multi = native(16, axis_of_pair=axes)
grid = np.array([[0, 1, 2, 3, 4], [0, 5, 10, -7, 1], [9, 9, 9, 1000, 2]])
columns = [tuple(int(v) for v in grid[:, k]) for k in range(5)]
for a in (grid, grid.astype(np.float64) + 0.5):
    rows = Rows(plain(10000.0, 16), one, [tuple(float(v) for v in a[:, k]) for k in range(5)], axes)
    for threads in (1, 2):
        compare_table("axes", table_of(multi, folder.array(a), None, "--threads", threads), rows, "f32")
compare_table("axes, all alike", table_of(multi, "0,3"), Rows(plain(10000.0, 16), one, [0, 3]), "f32")

# -- isa
lines = must("isa").splitlines()
check(any(line.split()[-1] == "scalar" for line in lines), "isa lists scalar")
check(sum(line.startswith("*") for line in lines) == 1, "one is active")
check(any(line.startswith("tuning ") for line in lines), "isa says how kernels are tuned")
for line in (line for line in lines if line[:2] in ("* ", "  ")):
    name = line.split()[-1]
    check(f"* {name}" in must("isa", "--isa", name).splitlines(), "forcing", name)
check(must("--version").startswith("rope ") and "inspect" in must("--help") and "CONFIG" in must("table", "-h"), "help")

finish()
