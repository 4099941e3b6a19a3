# What the checks of the command share: running it, its exact counterpart in Python's own arithmetic, and reporting.
# The mathematics is that of the papers, in decimal arithmetic of 60 digits; nothing comes from the library.
# SPDX-License-Identifier: MIT
import json
import os
import resource
import subprocess
import sys
import tempfile
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal, getcontext

import numpy as np

getcontext().prec = 60
ROPE = os.path.abspath(sys.argv[1])

PI = Decimal("3.14159265358979323846264338327950288419716939937510582097494459230781640628620899862803482534211706798")
failures = []
checks = 0


def check(condition, *what):
    """Counts a check; a failed one is printed at once and makes the script fail at its end."""
    global checks
    checks += 1
    if not condition:
        failures.append(what)
        print("FAILED:", *what)
    return condition


def finish():
    print(f"{checks} checks, {len(failures)} failed")
    sys.exit(1 if failures or checks == 0 else 0)


def rope(*arguments, stdin=None):
    """Runs the command: (exit status, standard output, standard error)."""
    done = subprocess.run([ROPE, *map(str, arguments)], input=stdin, capture_output=True, timeout=300)
    return done.returncode, done.stdout.decode(errors="replace"), done.stderr.decode(errors="replace")


def seconds():
    """Processor time of all commands so far: on a busy machine the clock says nothing of a command."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def must(*arguments, stdin=None):
    status, out, err = rope(*arguments, stdin=stdin)
    if status != 0:
        raise SystemExit(f"rope {' '.join(map(str, arguments))}: status {status}: {err}")
    return out


class Folder:
    """A directory that goes away, and files in it."""

    def __init__(self):
        self.directory = tempfile.TemporaryDirectory(prefix="rope_command_")
        self.path = self.directory.name
        self.count = 0

    def __truediv__(self, name):
        return os.path.join(self.path, name)

    def new(self, ending):
        self.count += 1
        return self / f"{self.count}{ending}"

    def config(self, data):
        path = self.new(".json")
        with open(path, "w") as file:
            file.write(data if isinstance(data, str) else json.dumps(data))
        return path

    def array(self, data, **how):
        path = self.new(".npy")
        np.save(path, data, **how)
        return path


# ---- recipes: from a configuration to frequencies and an amplitude -------------------------------------------------


def real(x):
    return Decimal(x)  # a double exactly, an int exactly


def plain(base, d):
    return [real(base) ** (Decimal(-2 * i) / d) for i in range(d // 2)]


def linear(base, d, factor):
    return [f / real(factor) for f in plain(base, d)]


def dynamic(base, d, factor, longest, length):
    length = max(length, longest)
    stretch = real(factor) * length / longest - (real(factor) - 1)
    return plain(real(base) * stretch ** (Decimal(d) / (d - 2)), d)


def llama3(base, d, factor, low, high, original):
    result = []
    for f in plain(base, d):
        wavelength = 2 * PI / f
        if wavelength < original / real(high):
            result.append(f)
        elif wavelength > original / real(low):
            result.append(f / real(factor))
        else:
            smooth = (original / wavelength - real(low)) / (real(high) - real(low))
            result.append((1 - smooth) * f / real(factor) + smooth * f)
    return result


def yarn(base, d, factor, original, fast=32.0, slow=1.0, truncate=True):
    def dimension(turns):
        return d * (original / (real(turns) * 2 * PI)).ln() / (2 * real(base).ln())

    low, high = dimension(fast), dimension(slow)
    if truncate:
        low = low.to_integral_value(ROUND_FLOOR)
        high = high.to_integral_value(ROUND_CEILING)
    low, high = max(low, Decimal(0)), min(high, Decimal(d - 1))
    if low == high:
        high += Decimal("0.001")
    result = []
    for i, f in enumerate(plain(base, d)):
        ramp = min(max((i - low) / (high - low), Decimal(0)), Decimal(1))
        result.append(f / real(factor) * ramp + f * (1 - ramp))
    return result


def yarn_amplitude(factor, mscale=1):
    return Decimal(1) if real(factor) <= 1 else real(mscale) * real(factor).ln() / 10 + 1


# ---- cos, sin and rounding -----------------------------------------------------------------------------------------


def cos_sin(angle):
    """Both, to 40 digits beyond what the size of the angle costs."""
    turns = (angle / (PI / 2)).to_integral_value()
    r = angle - turns * (PI / 2)
    square = -r * r
    cos = sin = Decimal(0)
    term, n = Decimal(1), 0
    while term and abs(term) > Decimal("1e-50"):
        cos += term
        sin += term * r / (n + 1)
        term = term * square / ((n + 1) * (n + 2))
        n += 2
    return [(cos, sin), (-sin, cos), (-cos, -sin), (sin, -cos)][int(turns) % 4]


def odd(x):
    """x as a double rounded to odd, from which rounding to 51 bits or fewer is correct."""
    d = float(x)
    exact = Decimal(d)
    if exact == x:
        return d
    if abs(exact) > abs(x):
        d = float(np.nextafter(d, 0.0))
    bits = np.array([d]).view(np.int64)
    return float((bits | 1).view(np.float64)[0])


def to_bf16(x):
    """float32 -> the bits of bfloat16, to nearest even; finite values."""
    bits = np.ascontiguousarray(x, np.float32).view(np.uint32).astype(np.uint64)
    return ((bits + 0x7FFF + (bits >> 16 & 1)) >> 16).astype(np.uint16)


def from_bf16(bits):
    return (np.asarray(bits).astype(np.uint32) << 16).view(np.float32)


def round_odd_to_bf16(x):
    """float64 rounded to odd -> bfloat16 bits, for normal values: 45 bits of the fraction go."""
    bits = np.ascontiguousarray(x, np.float64).view(np.uint64)
    half = np.uint64(1) << np.uint64(44)
    kept = (bits + (half - np.uint64(1)) + (bits >> np.uint64(45) & np.uint64(1))) >> np.uint64(45)
    return from_bf16_of(kept << np.uint64(45))


def from_bf16_of(double_bits):
    return to_bf16(double_bits.view(np.float64).astype(np.float32))


class Rows:
    """cos and sin of positions, [position][pair], from exact frequencies (positions: one number, or one per axis)."""

    def __init__(self, frequencies, amplitude, positions, axis_of_pair=None):
        self.exact = []
        cache = {}
        for p in positions:
            row = []
            for i, f in enumerate(frequencies):
                q = p[axis_of_pair[i]] if isinstance(p, (tuple, list)) else p
                key = (i, q)
                if key not in cache:
                    c, s = cos_sin(f * real(q))
                    cache[key] = (c * amplitude, s * amplitude)
                row.append(cache[key])
            self.exact.append(row)

    def part(self, k):
        return [[entry[k] for entry in row] for row in self.exact]

    def rounded(self, dtype):
        def convert(k):
            doubles = np.array([[odd(x) for x in row] for row in self.part(k)], np.float64)
            if dtype == "bf16":
                return round_odd_to_bf16(doubles)
            return doubles.astype({"f32": np.float32, "f16": np.float16}[dtype])

        return convert(0), convert(1)

    def doubles(self):
        return tuple(np.array([[float(x) for x in row] for row in self.part(k)], np.float64) for k in (0, 1))


# ---- the rotation, in the order of operations that is promised -----------------------------------------------------


def fma32(a, b, c):
    """fma of float32 arrays, rounded once: the product is exact in doubles, the sum is rounded to odd there."""
    p, t = a.astype(np.float64) * b.astype(np.float64), c.astype(np.float64)
    s = p + t
    back = s - p
    error = (p - (s - back)) + (t - back)
    bits = s.view(np.int64).copy()
    step = np.where((error > 0) == (s > 0), 1, -1)
    bits += np.where((error != 0) & (bits & 1 == 0), step, 0)
    return bits.view(np.float64).astype(np.float32)


def rotate_pairs(x0, x1, c, s):
    return fma32(x0, c, -(x1 * s)), fma32(x0, s, x1 * c)


def pair_index(d, pairing):
    i = np.arange(d // 2)
    return (i, i + d // 2) if pairing == "half_split" else (2 * i, 2 * i + 1)


def rotate(x, cos, sin, pairing, rotary_dim, out_pairing=None, offset=0):
    """x: [..., head_dim] in float32; cos, sin: float32, [..., rotary_dim/2], broadcast over x."""
    y = x.copy()
    a, b = pair_index(rotary_dim, pairing)
    p, q = pair_index(rotary_dim, out_pairing or pairing)
    y[..., offset + p], y[..., offset + q] = rotate_pairs(x[..., offset + a], x[..., offset + b], cos, sin)
    return y


def same_bits(a, b):
    return a.shape == b.shape and a.dtype == b.dtype and a.tobytes() == b.tobytes()
