# Bad input of every kind: the exit status is 1 with one line on standard error, or 2 with the usage; nothing is written at
# an output path, and a file that was there stays as it was.
# usage: check_bad_input.py PATH_OF_ROPE
# SPDX-License-Identifier: MIT
import resource
import shutil
import struct

from support import *

folder = Folder()
out_folder = Folder()
cases = []


def case(name, status, says, *arguments, stdin=None):
    """`says` is a part of the message; the arguments OUT, COS and SIN are replaced by output paths."""
    cases.append((name, status, says, arguments, stdin))


GOOD = {"head_dim": 8, "rotary_dim": 8, "base": 10000.0, "pairing": "half_split", "scaling": {"type": "none"}}
good = folder.config(GOOD)
x = folder.array(np.ones((2, 3, 2, 8), np.float32))


def config(name, says, change):
    """A configuration that is wrong, for inspect and for rotate."""
    data = change if isinstance(change, str) else {**GOOD, **change}
    path = folder.config(data)
    case(name, 1, says, "inspect", path, "--json")
    case(name + ", rotating", 1, says, "rotate", path, "--in", x, "--axes", "b s h d", "--out", "OUT")


# -- configurations
config("odd head_dim", "even", {"head_dim": 7, "rotary_dim": 7})
config("odd rotary_dim", "even", {"rotary_dim": 3})
config("rotary_dim above head_dim", "rotary_dim", {"rotary_dim": 10})
config("zero head_dim", "head_dim", {"head_dim": 0})
config("negative head_dim", "head_dim", {"head_dim": -8})
config("fractional head_dim", "head_dim", {"head_dim": 8.5})
config("absurd head_dim", "head_dim", {"head_dim": 2**62, "rotary_dim": 2**62})
config("head_dim as text", "head_dim", {"head_dim": "8"})
config("zero base", "base", {"base": 0.0})
config("negative base", "base", {"base": -1.0})
config("base as text", "base", {"base": "NaN"})
config("base NaN", "JSON", '{"head_dim": 8, "base": NaN, "pairing": "half_split"}')
config("base beyond doubles", "1e999", '{"head_dim": 8, "base": 1e999, "pairing": "half_split"}')
config("unknown pairing", "pairing", {"pairing": "thirds"})
config("unknown scaling", "wobble", {"scaling": {"type": "wobble"}})
config("scaling without a type", "type", {"scaling": {"factor": 2.0}})
config("scaling as a number", "scaling", {"scaling": 3})
config("linear without its factor", "factor", {"scaling": {"type": "linear"}})
config("factor zero", "factor", {"scaling": {"type": "linear", "factor": 0.0}})
config("factor as text", "factor", {"scaling": {"type": "linear", "factor": "2"}})
config("dynamic without a length", "max_position", {"scaling": {"type": "dynamic", "factor": 2.0}})
config("llama3 without frequencies' factors", "low_freq_factor", {"scaling": {"type": "llama3", "factor": 2.0},
                                                                 "original_max_position": 64})
config("llama3 upside down", "high_freq_factor", {"scaling": {"type": "llama3", "factor": 2.0, "low_freq_factor": 4.0,
                                                              "high_freq_factor": 1.0}, "original_max_position": 64})
config("yarn without a length", "max_position", {"scaling": {"type": "yarn", "factor": 2.0}})
config("sections that do not add up", "sections", {"sections": [1, 1, 1]})
config("axis_of_pair of another length", "axis_of_pair", {"axis_of_pair": [0, 1]})
config("axis_of_pair below 0", "axis_of_pair", {"axis_of_pair": [0, 0, -1, 0]})
config("sections and axis_of_pair", "sections", {"sections": [2, 2], "axis_of_pair": [0, 0, 1, 1]})
config("broken JSON", "JSON", '{"head_dim": 8, "pairing": ')
config("no JSON", "JSON", "head_dim: 8")
config("empty file", "JSON", "")
config("binary file", "JSON", "\x00\x01\x02")
config("JSON of the wrong kind", "object", "[1, 2, 3]")
config("deep JSON", "", "[" * 100000)
# Python reads the last one; so does the command, with a note, which --strict makes an error.
case("a key twice", 1, "head_dim", "inspect", folder.config('{"head_dim": 8, "head_dim": 16, "pairing": "half_split"}'),
     "--json", "--strict")
config("nothing to go by", "head_dim", "{}")
config("Hugging Face without a size", "head_dim", '{"model_type": "llama", "rope_theta": 10000.0}')
config("Hugging Face, theta zero", "rope_theta", '{"model_type": "llama", "head_dim": 8, "rope_theta": 0}')
config("Hugging Face, heads zero", "num_attention_heads",
       '{"model_type": "llama", "hidden_size": 64, "num_attention_heads": 0}')
config("Hugging Face, unknown type", "rope_scaling",
       '{"model_type": "llama", "head_dim": 8, "rope_scaling": {"rope_type": "wobble", "factor": 2.0}}')
case("missing CONFIG", 1, "No such file", "inspect", folder / "absent.json")
case("CONFIG is a directory", 1, "", "inspect", folder.path)
case("empty standard input", 1, "JSON", "inspect", "-", stdin=b"")
noted = folder.config({**GOOD, "unheard_of": 1})
case("a note under --strict", 1, "unheard_of", "inspect", noted, "--strict")
case("a layer of the native form", 1, "layer", "inspect", good, "--layer", "3")
nested = folder.config({"model_type": "gemma3", "head_dim": 8, "rope_parameters": {
    "full_attention": {"rope_type": "default", "rope_theta": 1e6}, "sliding_attention": {"rope_type": "default"}}})
case("layers without a choice", 1, "sliding_attention", "inspect", nested)
case("a layer type that is not there", 1, "full_attention", "inspect", nested, "--layer-type", "wobbling")


# -- the tensor's file
def npy(header, data=b"", version=1):
    length = struct.pack("<H" if version == 1 else "<I", len(header))
    path = folder.new(".npy")
    with open(path, "wb") as file:
        file.write(b"\x93NUMPY" + bytes([version, 0]) + length + header + data)
    return path


def described(descr, shape, order="False"):
    return f"{{'descr': {descr!r}, 'fortran_order': {order}, 'shape': {shape}, }}\n".encode()


def tensor(name, says, path, *options, axes="b s h d"):
    case(name, 1, says, "rotate", good, "--in", path, "--axes", axes, "--out", "OUT", *options)


whole = open(x, "rb").read()


def cut(data):
    path = folder.new(".npy")
    with open(path, "wb") as file:
        file.write(data)
    return path


tensor("missing --in", "No such file", folder / "absent.npy")
tensor("--in is a directory", "regular file", folder.path)
tensor("empty .npy", "truncated", cut(b""))
tensor("not an .npy", "NUMPY", cut(b"PK\3\4 this is a zip archive"))
tensor("truncated data", "needs", cut(whole[:-1]))
tensor("trailing bytes", "needs", cut(whole + b"x"))
tensor("truncated header", "header", cut(whole[:40]))
tensor("truncated magic", "truncated", cut(whole[:7]))
tensor("unknown version", "version", cut(whole[:6] + b"\x09" + whole[7:]))
tensor("header beyond the file", "header", cut(b"\x93NUMPY\2\0" + b"\xff" * 4 + b"{}"))
tensor("no shape", "shape", npy(b"{'descr': '<f4', 'fortran_order': False}"))
tensor("header is code", "header", npy(b"__import__('os').system('true')"))
tensor("object dtype", "not supported", npy(described("|O", (2, 8))))
tensor("complex dtype", "not supported", npy(described("<c8", (2, 8))))
tensor("structured dtype", "structured", npy(b"{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (2,)}"))
tensor("absurd extents", "needs", npy(described("<f4", (10**6, 10**6, 2, 8))))
tensor("extents that overflow", "does not fit", npy(described("<f4", (2**62, 2**62, 2, 8))))
tensor("extents that overflow to few", "does not fit", npy(described("<f4", (2**32, 2**32, 2, 8))))
tensor("negative extent", "negative", npy(described("<f4", (-2, 3, 2, 8))))
tensor("fractional extent", "header", npy(described("<f4", (2.5, 3, 2, 8))))
tensor("integers", "int32", folder.array(np.ones((2, 3, 2, 8), np.int32)))
tensor("uint16 without bf16", "bf16", folder.array(np.ones((2, 3, 2, 8), np.uint16)))
tensor("float32 as bf16", "uint16", x, "--dtype", "bf16")
tensor("float32 as f64", "float64", x, "--dtype", "f64")

# -- axes
tensor("too few axes", "axes", x, axes="b s d")
tensor("too many axes", "axes", x, axes="b s h g d")
tensor("no axes", "axes", x, axes="")
tensor("no d", "\"d\"", x, axes="b s h e")
tensor("an axis twice", "twice", x, axes="s s h d")
tensor("d in the wrong place", "head_dim", x, axes="d s h b")
tensor("no s", "positions", x, axes="b t h d")
tensor("head_dim of another model", "head_dim", folder.array(np.ones((2, 3, 2, 16), np.float32)))
tensor("more axes than a view has", "16", folder.array(np.ones((1,) * 17 + (8,), np.float32)),
       axes=" ".join(f"a{k}" for k in range(16)) + " s d")


# -- positions
def positions(name, says, spec, *options):
    tensor("positions: " + name, says, x, f"--positions={spec}", *options)


positions("too many", "positions", "4")
positions("too few", "positions", "0,1")
positions("none", "positions", "0")
positions("too many in a file", "positions", folder.array(np.arange(4)))
positions("of another batch", "positions", folder.array(np.zeros((3, 3), np.int64)))
positions("of three axes without names", "--position-axes", folder.array(np.zeros((2, 3, 2), np.int64)))
positions("with too many names", "names", folder.array(np.arange(3)), "--position-axes", "b s")
positions("with too few names", "names", folder.array(np.zeros((2, 3), np.int64)), "--position-axes", "s")
positions("with an unknown axis", "not one of", folder.array(np.arange(3)), "--position-axes", "q")
positions("along d", "d", folder.array(np.arange(8)), "--position-axes", "d")
positions("axis in the middle", "axis", folder.array(np.zeros((2, 1, 3), np.int64)), "--position-axes", "b axis s")
positions("missing file", "No such file", folder / "absent.npy")
positions("truncated file", "needs", cut(open(folder.array(np.arange(3)), "rb").read()[:-1]))
positions("NaN", "nan", folder.array(np.array([0, np.nan, 1])))
positions("infinity", "inf", folder.array(np.array([0, np.inf, 1])))
positions("beyond 2^63", "2^63", folder.array(np.array([0.0, 2.0**63, 1])))
positions("beyond 2^63, unsigned", "2^63", folder.array(np.array([0, 2**63, 1], np.uint64)))
positions("booleans", "not supported", folder.array(np.array([True, False, True])))
for spec, says in (("abc", "expected"), ("1,,2", "expected"), ("1,b,2", "expected"), ("nan", "neither"),
                   ("0:", "expected"), (":3", "expected"), ("0:3:", "expected"), ("0:3:0", "step"), ("0:3:-1", "step"),
                   ("3:0", "begin"), ("0:1:2:3", "expected"), ("-3", "negative"), ("2.5", "whole"), ("0:1e18", "memory"),
                   ("0:9000000000000000000", "memory"), ("4000000000000000000", "memory"), ("0:2e12", "memory"), ("0:1e6:1e-6", "memory"), ("0:inf", "finite"),
                   ("0:1:1e-300", "memory"), ("1e30,0,1", "2^63"), ("0,99999999999999999999,1", "2^63"), ("0x3", "expected"),
                   ("-9223372036854775808,0,1", "2^63"), ("99999999999999999999", "whole")):
    positions(f"'{spec}'", says, spec)
    case(f"table of '{spec}'", 1, says, "table", good, f"--positions={spec}", "--cos", "COS", "--sin", "SIN")
multi = folder.config({**GOOD, "axis_of_pair": [0, 1, 2, 0]})
for name, array in (("two of three axes", np.zeros((2, 3))), ("no axis in front", np.zeros((4, 2, 3))),
                    ("axis at the end", np.zeros((2, 3, 3)))):
    case(name, 1, "axis", "rotate", multi, "--in", x, "--axes", "b s h d", "--out", "OUT", "--positions",
         folder.array(array))
case("table: two of three axes", 1, "positions", "table", multi, "--positions", folder.array(np.zeros((2, 5))), "--cos",
     "COS", "--sin", "SIN")
xpos = folder.config({**GOOD, "scaling": {"type": "xpos"}})
case("rotating by xpos", 1, "xpos", "rotate", xpos, "--in", x, "--axes", "b s h d", "--out", "OUT")
case("a table of xpos", 1, "xpos", "table", xpos, "--positions", "3", "--cos", "COS", "--sin", "SIN")
case("table: two-dimensional positions", 1, "one axis", "table", good, "--positions", folder.array(np.zeros((2, 5))),
     "--cos", "COS", "--sin", "SIN")
tensor("--position-axes for nothing", "--positions", x, "--position-axes", "s")

# -- outputs
inside = folder.array(np.ones(1))
for name, path in (("a directory", folder.path), ("a missing directory", folder / "absent/y.npy"), ("below a file",
                   inside + "/y.npy"), ("nothing", ""), ("a full device", "/dev/full"), ("a name too long", folder / ("y" * 300)),
                   ("a directory that takes nothing", "/proc/y.npy")):
    if path.startswith(("/dev", "/proc")) and not os.path.exists(os.path.dirname(path) if "proc" in path else path):
        continue
    case(f"output: {name}", 1, "", "rotate", good, "--in", x, "--axes", "b s h d", "--out", path)
    case(f"cos: {name}", 1, "", "table", good, "--positions", "3", "--cos", path, "--sin", "SIN")
    case(f"sin: {name}", 1, "", "table", good, "--positions", "3", "--cos", "COS", "--sin", path)
case("cos and sin in one place", 1, "same place", "table", good, "--positions", "3", "--cos", "COS", "--sin", "COS")
case("an unavailable kernel", 1, "scalar", "rotate", good, "--in", x, "--axes", "b s h d", "--out", "OUT", "--isa",
     "neon" if "neon" not in must("isa") else "avx2")
case("an unknown kernel", 1, "scalar", "isa", "--isa", "sse9")

# -- the command line
rotating = ("rotate", good, "--in", x, "--axes", "b s h d", "--out", "OUT")
for name, arguments in (
        ("no subcommand", ()), ("an unknown subcommand", ("spin", good)), ("no CONFIG", ("inspect",)),
        ("two CONFIGs", ("inspect", good, good)), ("an unknown option", ("inspect", good, "--wobble")),
        ("no --axes", ("rotate", good, "--in", x, "--out", "OUT")), ("no --in", ("rotate", good, "--axes", "s d", "--out", "OUT")),
        ("no --out", ("rotate", good, "--in", x, "--axes", "b s h d")),
        ("no --positions", ("table", good, "--cos", "COS", "--sin", "SIN")),
        ("no --sin", ("table", good, "--positions", "3", "--cos", "COS")),
        ("--adjoint and --undo", (*rotating, "--adjoint", "--undo")), ("unknown --dtype", (*rotating, "--dtype", "f8")),
        ("unknown --pairing", (*rotating, "--pairing", "thirds")), ("unknown --out-pairing", (*rotating, "--out-pairing", "x")),
        ("unknown --numerics", (*rotating, "--numerics", "sloppy")), ("no threads", (*rotating, "--threads", "0")),
        ("fewer threads", (*rotating, "--threads", "-2")), ("absurd threads", (*rotating, "--threads", "1000000")),
        ("threads as a word", (*rotating, "--threads", "many")), ("--seq-len 0", (*rotating, "--seq-len", "0")),
        ("negative --seq-len", (*rotating, "--seq-len", "-5")), ("absurd --seq-len", (*rotating, "--seq-len", "1e30")),
        ("--json and --native", ("inspect", good, "--json", "--native")), ("negative --layer", ("inspect", good, "--layer", "-1")),
        ("--layer and --layer-type", ("inspect", good, "--layer", "1", "--layer-type", "x")),
        ("--in twice", (*rotating, "--in", x)), ("--positions without a value", (*rotating, "--positions")), ("empty --positions", (*rotating, "--positions="))):
    case(name, 2, "spin" if name == "an unknown subcommand" else "", *arguments)


# -- run them all: outputs absent, then there
for there in (False, True):
    for name, status, says, arguments, stdin in cases:
        places = {key: out_folder / f"{key}.npy" for key in ("OUT", "COS", "SIN")}
        shutil.rmtree(out_folder.path)
        os.mkdir(out_folder.path)
        for path in places.values() if there else ():
            with open(path, "w") as file:
                file.write("was here")
        seen, out, err = rope(*(places.get(a, a) for a in arguments), stdin=stdin)
        check(seen == status, name, "status", seen, "expected", status, err)
        lines = err.splitlines()
        if not check(err.startswith("rope: ") and len(err) > 16, name, "begins with rope:", err):
            continue
        check(says.lower() in lines[0].lower(), name, f"expected '{says}' in", lines[0])
        if status == 1:
            check(len(lines) == 1 and err.endswith("\n"), name, "one line", err)
        else:
            check(any(line.startswith("Usage:") for line in lines), name, "usage", err)
        check(out == "", name, "standard output", out)
        left = sorted(os.listdir(out_folder.path))
        if there:
            check(left == ["COS.npy", "OUT.npy", "SIN.npy"] and
                  all(open(p).read() == "was here" for p in places.values()), name, "outputs touched", left)
        else:
            check(left == [], name, "left behind", left)
most = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
check(most < 600 << 20, "memory", most)
if os.path.exists("/dev/full"):
    for arguments in (("inspect", good), ("inspect", good, "--json"), ("isa",), ("--help",)):
        with open("/dev/full", "w") as full:
            done = subprocess.run([ROPE, *arguments], stdout=full, stderr=subprocess.PIPE)
        check(done.returncode == 1 and b"standard output" in done.stderr, "a full standard output", *arguments, done.stderr)
check(sorted(os.listdir(folder.path)) == sorted(set(os.listdir(folder.path))) and
      not any(len(f.split(".")) > 2 for f in os.listdir(folder.path)), "temporary files beside inputs")
check(open(x, "rb").read() == whole, "the input is as it was")

print(len({c[0].split(",")[0] for c in cases}), "kinds of bad input")
finish()
