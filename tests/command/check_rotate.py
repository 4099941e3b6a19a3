# rope rotate against the rotation in numpy: bit for bit where the definition fixes the bits (float, half, bfloat16),
# and within a stated bound for doubles.
# usage: check_rotate.py PATH_OF_ROPE
# SPDX-License-Identifier: MIT
import itertools
from fractions import Fraction

from support import *

folder = Folder()
seed = int.from_bytes(os.urandom(4), "little")
print("seed", seed)
random = np.random.default_rng(seed)

YARN = {"type": "yarn", "factor": 32.0}  # amplitude 1.3466
ROWS = {}


def native(d, rotary=None, pairing="half_split", scaling=None, **more):
    return {"head_dim": d, "rotary_dim": rotary or d, "base": 10000.0, "pairing": pairing,
            "scaling": scaling or {"type": "none"}, "original_max_position": 4096, **more}


def rows_of(rotary, positions, scaling=None, undo=False, axis_of_pair=None):
    """Exact cos and sin; those of the inverse have the reciprocal amplitude."""
    key = (rotary, tuple(positions), bool(scaling), undo, str(axis_of_pair))
    if key not in ROWS:
        amplitude = yarn_amplitude(32.0) if scaling else Decimal(1)
        frequencies = yarn(10000.0, rotary, 32.0, 4096) if scaling else plain(10000.0, rotary)
        ROWS[key] = Rows(frequencies, 1 / amplitude if undo else amplitude, positions, axis_of_pair)
    return ROWS[key]


def values(shape, dtype):
    """What the file holds, and the float32 (or float64) values that it stands for."""
    x = random.standard_normal(shape) * np.exp2(random.integers(-8, 8, shape))
    if dtype == "bf16":
        bits = to_bf16(x.astype(np.float32))
        return bits, from_bf16(bits)
    stored = x.astype({"f32": np.float32, "f64": np.float64, "f16": np.float16}[dtype])
    return stored, stored.astype(np.float64 if dtype == "f64" else np.float32)


def run(config, x, axes, *options, dtype=None):
    out = folder.new(".npy")
    printed = must("rotate", folder.config(config), "--in", folder.array(x), "--axes", axes, "--out", out, *options,
                   *(["--dtype", "bf16"] if dtype == "bf16" else []))
    check(printed == "", "rotate prints nothing")
    return np.load(out)


def to_last(x, axes, order):
    """x with its axes in this order."""
    names = axes.split()
    return np.transpose(x, [names.index(n) for n in order])


def compare(name, y, x, cos_sin_rows, config, dtype, out_pairing=None, reverse=False):
    """y and x: [..., head_dim]; the rows broadcast over x[..., pair]. reverse: by the opposite angle."""
    cos, sin = cos_sin_rows
    sin = -sin if reverse else sin
    offset = config.get("rotary_offset", 0)
    pairing, rotary = config["pairing"], config["rotary_dim"]
    if dtype != "f64":
        want = rotate(x, cos, sin, pairing, rotary, out_pairing, offset)
        want = to_bf16(want) if dtype == "bf16" else want.astype(np.float16) if dtype == "f16" else want
        check(same_bits(y, want), name, dtype, "differs at", np.argwhere(y != want)[:3].tolist())
        return
    a, b = pair_index(rotary, pairing)
    p, q = pair_index(rotary, out_pairing or pairing)
    a, b, p, q = a + offset, b + offset, p + offset, q + offset
    check(y.dtype == np.float64 and y.shape == x.shape, name, y.dtype, y.shape)
    x0, x1 = x[..., a].astype(np.longdouble), x[..., b].astype(np.longdouble)
    cos, sin = cos.astype(np.longdouble), sin.astype(np.longdouble)
    # cos and sin within an ulp (here rounded once more), two roundings in y: 4 units of 2^-53 of the terms' sizes.
    for k, want in ((p, x0 * cos - x1 * sin), (q, x0 * sin + x1 * cos)):
        bound = (np.abs(x0 * cos) + np.abs(x1 * sin) + np.abs(x0 * sin) + np.abs(x1 * cos)) * 4 * 2.0**-53
        check((np.abs(y[..., k] - want) <= bound).all(), name, dtype, "beyond the bound",
              float(np.max(np.abs(y[..., k] - want) / bound)))
    rest = [e for e in range(x.shape[-1]) if e < offset or e >= offset + rotary]
    check(same_bits(y[..., rest], x[..., rest]), name, "the rest is copied")


def table(rows, dtype):
    return rows.doubles() if dtype == "f64" else rows.rounded("f32")


DTYPES = ("f32", "f64", "f16", "bf16")

# -- every order of the axes, both pairings, all dtypes
for order in itertools.permutations("bshd"):
    axes = " ".join(order)
    extents = {"b": 2, "s": 3, "h": 4, "d": 10}
    for pairing in ("half_split", "interleaved"):
        for dtype in DTYPES:
            config = native(10, 6, pairing)
            stored, x = values([extents[a] for a in order], dtype)
            y = to_last(run(config, stored, axes, dtype=dtype), axes, "bhsd")
            compare(f"axes {axes} {pairing}", y, to_last(x, axes, "bhsd"), table(rows_of(6, range(3)), dtype), config, dtype)

# -- fewer and more axes, words for names, any place of d
for axes, shape in (("d s", [8, 5]), ("s d", [5, 8]), ("s h d", [5, 3, 8]), ("d h s", [8, 3, 5]),
                    ("batch s kv group d", [2, 5, 2, 3, 8]), ("kv d s batch x y", [2, 8, 5, 2, 1, 2])):
    for dtype in DTYPES:
        config = native(8, pairing="interleaved")
        stored, x = values(shape, dtype)
        names = axes.split()
        order = [n for n in names if n not in ("s", "d")] + ["s", "d"]
        y = to_last(run(config, stored, axes, dtype=dtype), axes, order)
        compare(f"axes {axes}", y, to_last(x, axes, order), table(rows_of(8, range(5)), dtype), config, dtype)

# -- dims, whole and partial, at an offset, with an amplitude, re-paired
for d in (2, 6, 10, 34, 66, 80, 96, 100, 128, 256):
    shape, axes = [1, 4, 3, d], "b s h d"
    for pairing, other in (("half_split", "interleaved"), ("interleaved", "half_split")):
        for dtype in DTYPES:
            partial = max(2, d // 4 * 2)
            for rotary, offset, scaling, out in ((d, 0, None, None), (partial, 0, None, None), (d, 0, YARN, None),
                                                 (partial, d - partial, None, other), (d, 0, None, other)):
                if scaling and d < 4:
                    continue
                config = native(d, rotary, pairing, scaling, rotary_offset=offset)
                stored, x = values(shape, dtype)
                options = ["--out-pairing", out] if out else []
                y = run(config, stored, axes, *options, dtype=dtype)
                cos, sin = table(rows_of(rotary, range(4), scaling), dtype)
                compare(f"d={d} rotary={rotary}+{offset} {pairing}>{out}", y, x, (cos[:, None], sin[:, None]), config,
                        dtype, out)

# -- positions: fractional, negative, from a file, for each token, for one axis, for all
config, shape = native(16), [2, 3, 2, 16]


def with_positions(name, positions, *options, axes="b s h d", config=config, shape=shape, axis_of_pair=None, dtypes=DTYPES):
    """positions: an array over the tensor's axes but d, of extents 1 where it is shared (entries may be tuples)."""
    for dtype in dtypes:
        stored, x = values(shape, dtype)
        y = run(config, stored, axes, *options, dtype=dtype)
        flat = list(positions.reshape(-1, *positions.shape[len(shape) - 1:]))
        flat = [tuple(map(float, p)) if p.shape else float(p) for p in flat]
        cos, sin = table(rows_of(config["rotary_dim"], flat, axis_of_pair=axis_of_pair), dtype)
        broad = (*positions.shape[:len(shape) - 1], -1)
        compare(f"positions {name}", y, x, (cos.reshape(broad), sin.reshape(broad)), config, dtype)


each = np.array([[0, 5, 5], [-3, 7, 100000]])
with_positions("list", np.array([0.0, 5, -3])[None, :, None], "--positions", "0,5,-3")
with_positions("steps", np.array([-1.5, -1.0, -0.5])[None, :, None], "--positions", "-1.5:0:0.5")
with_positions("range", np.array([-2.0, -1, 0])[None, :, None], "--positions=-2:1")
with_positions("count", np.arange(3.0)[None, :, None], "--positions", "3")
with_positions("far apart", np.array([0.0, 2.0**40, 3])[None, :, None], "--positions", f"0,{2**40},3")
with_positions("file", np.array([9.0, -1, 4])[None, :, None], "--positions", folder.array(np.array([9, -1, 4], "i4")))
for dtype in ("i8", "i4", "u4", ">i8"):
    with_positions(f"b s of {dtype}", np.abs(each)[:, :, None], "--positions", folder.array(np.abs(each).astype(dtype)),
                   dtypes=("f32",))
with_positions("b s", each[:, :, None], "--positions", folder.array(each))
with_positions("b s, fractional", each[:, :, None] + 0.25, "--positions", folder.array(each + 0.25))
with_positions("Fortran order", each[:, :, None], "--positions", folder.array(np.asfortranarray(each)))
with_positions("named s b", each[:, :, None], "--positions", folder.array(each.T.copy()), "--position-axes", "s b")
with_positions("named b", np.array([4.0, -9])[:, None, None], "--positions", folder.array(np.array([4, -9])),
               "--position-axes", "b")
with_positions("a list named b", np.array([4.0, -9])[:, None, None], "--positions", "4,-9", "--position-axes", "b")
with_positions("one row for all", each[:1, :, None], "--positions", folder.array(each[:1]))
with_positions("of heads", np.array([4.0, 2])[None, None, :], "--positions", "4,2", "--position-axes", "h")
with_positions("b s h", np.arange(12.0).reshape(2, 3, 2), "--positions",
               folder.array(np.arange(12).reshape(2, 3, 2)), "--position-axes", "b s h")
with_positions("axis in front of one", each[:, :, None], "--positions", folder.array(each[None]), "--position-axes",
               "axis b s")
with_positions("axis in front, left out", each[:, :, None], "--positions", folder.array(each), "--position-axes", "axis b s")
for name, spec in (("a list of one", "7,"), ("a range of one", "7:8"), ("a file of one", folder.array(np.array([7]))),
                   ("a scalar file", folder.array(np.array(7))), ("a file of one by one", folder.array(np.array([[7]])))):
    with_positions(name, np.full((1, 1, 1), 7.0), "--positions", spec)
    with_positions(name + " without s", np.full((1, 1), 7.0), "--positions", spec, axes="b h d", shape=[2, 3, 16])
with_positions("one, fractional", np.full((1, 1, 1), -0.75), "--positions", "-0.75,")

# -- several position axes
of_pair = [0, 1, 2, 0, 2, 1, 1, 0]
three = native(16, axis_of_pair=of_pair)
grid = np.stack([each, each + 1, each * 2 + 0.5], -1)  # b s axis
kwargs = {"config": three, "axis_of_pair": of_pair}
front = np.moveaxis(grid, -1, 0).copy()
with_positions("axis b s", grid[:, :, None], "--positions", folder.array(front), **kwargs)
with_positions("axis b s, written", grid[:, :, None], "--positions", folder.array(front), "--position-axes", "axis b s",
               **kwargs)
with_positions("axis b s, half written", grid[:, :, None], "--positions", folder.array(front), "--position-axes", "b s",
               **kwargs)
with_positions("axis s", grid[:1, :, None], "--positions", folder.array(front[:, 0].copy()), **kwargs)
with_positions("axis alone", grid[:1, :1, None], "--positions", folder.array(front[:, 0, 0].copy()), **kwargs)
with_positions("axis, whole numbers", np.floor(grid)[:, :, None], "--positions",
               folder.array(np.floor(front).astype(np.int64)), **kwargs)
with_positions("every axis alike", np.repeat(np.array([3.0, -1, 2])[None, :, None, None], 3, -1), "--positions",
               "3,-1,2", **kwargs)
sections = native(16, sections=[2, 3, 3])
with_positions("sections", grid[:, :, None], "--positions", folder.array(front), config=sections,
               axis_of_pair=[0, 0, 1, 1, 1, 2, 2, 2], dtypes=("f32",))

# -- undo, adjoint: the bits of their definition, what they undo, what they are the transpose of
for pairing in ("half_split", "interleaved"):
    for scaling in (None, YARN):
        config = native(34, 20, pairing, scaling)
        positions, spec = [0, 1, 77, -5], "0,1,77,-5"
        for dtype in DTYPES:
            stored, x = values([2, 4, 3, 34], dtype)
            for option, undo in (("--adjoint", False), ("--undo", True)):
                y = run(config, stored, "b s h d", "--positions", spec, option, dtype=dtype)
                cos, sin = table(rows_of(20, positions, scaling, undo), dtype)
                compare(f"{option} {pairing}", y, x, (cos[:, None], sin[:, None]), config, dtype, reverse=True)
            there = run(config, stored, "b s h d", "--positions", spec, dtype=dtype)
            back = run(config, there, "b s h d", "--positions", spec, "--undo", dtype=dtype)
            back = (from_bf16(back) if dtype == "bf16" else back).astype(np.float64)
            a, b = pair_index(20, pairing)
            size = np.hypot(x[..., a].astype(np.float64), x[..., b])
            unit = {"f32": 2.0**-24, "f64": 2.0**-53, "f16": 2.0**-11, "bf16": 2.0**-8}[dtype]
            for k in (a, b):
                far = np.max(np.abs(back[..., k] - x[..., k]) / size)
                check(far <= 8 * unit, f"--undo undoes {pairing} {dtype}", far / unit)
        u, v = random.standard_normal((2, 4, 3, 34)), random.standard_normal((2, 4, 3, 34))
        left = np.sum(run(config, u, "b s h d", "--positions", spec) * v)
        right = np.sum(u * run(config, v, "b s h d", "--positions", spec, "--adjoint"))
        check(abs(left - right) <= 1e-13 * np.sum(np.abs(u * v) + np.abs(u) + np.abs(v)), "transpose", left, right)

# -- doubles: the order of operations, with the exact product and one rounding
config = native(16, scaling=YARN)
x = random.standard_normal((5, 16))
cos, sin = folder.new(".npy"), folder.new(".npy")
must("table", folder.config(config), "--positions", "5", "--cos", cos, "--sin", sin, "--dtype", "f64")
cos, sin, y = np.load(cos), np.load(sin), run(config, x, "s d")
for s, i in itertools.product(range(5), range(8)):
    x0, x1, c, n = (float(v) for v in (x[s, i], x[s, i + 8], cos[s, i], sin[s, i]))
    check(y[s, i] == float(Fraction(x0) * Fraction(c) - Fraction(x1 * n)), "fma of doubles, first", s, i)
    check(y[s, i + 8] == float(Fraction(x0) * Fraction(n) + Fraction(x1 * c)), "fma of doubles, second", s, i)

# -- the same bits from every kernel and number of threads, from Fortran order and foreign byte order, into the input
isas = [line.split()[-1] for line in must("isa").splitlines() if line[:2] in ("* ", "  ")]
for dtype in DTYPES:
    for pairing in ("half_split", "interleaved"):
        config = native(100, 66, pairing, YARN)
        stored, _ = values([3, 7, 5, 100], dtype)
        first = run(config, stored, "b s h d", dtype=dtype)
        for name in isas:
            for threads in (1, 2, 7, 64):
                y = run(config, stored, "b s h d", "--isa", name, "--threads", threads, dtype=dtype)
                check(same_bits(first, y), "isa", name, "threads", threads, dtype)
        check(same_bits(first, run(config, np.asfortranarray(stored), "b s h d", dtype=dtype)), "Fortran order", dtype)
        swapped = stored.astype(stored.dtype.newbyteorder())
        check(same_bits(first, run(config, swapped, "b s h d", dtype=dtype)), "byte order", dtype)
        for order in ("half_split", "interleaved"):
            y = run(config, stored, "b s h d", "--out-pairing", order, dtype=dtype)
            check((order == pairing) == same_bits(first, y), "out-pairing", order, "of", pairing)
path = folder.array(stored)
must("rotate", folder.config(config), "--in", path, "--axes", "b s h d", "--out", path, "--dtype", "bf16")
check(same_bits(first, np.load(path)), "onto its input")
must("rotate", folder.config(native(100, 66, "half_split", YARN)), "--in", folder.array(stored), "--axes", "b s h d",
     "--out", path, "--dtype", "bf16", "--pairing", "interleaved")
check(same_bits(first, np.load(path)), "--pairing overrides")
for shape in ([0, 3, 2, 16], [2, 0, 2, 16], [2, 3, 0, 16]):
    y = run(native(16), np.zeros(shape, np.float32), "b s h d")
    check(y.shape == tuple(shape), "empty", shape)

finish()
