# Rotations with planted mistakes, made by numpy in double precision from the papers' formulas; nothing comes from the library.
# SPDX-License-Identifier: MIT
import json
import math
import os

import numpy as np

CONFIGS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "examples", "configs")


def geometric(base, d, denominator=None):
    return float(base) ** (-2.0 * np.arange(d // 2) / (denominator or d))


def llama3(base, d, factor, low, high, original):
    f = geometric(base, d)
    wave = 2 * np.pi / f
    smooth = (original / wave - low) / (high - low)
    mid = (1 - smooth) * f / factor + smooth * f
    return np.where(wave < original / high, f, np.where(wave > original / low, f / factor, mid))


def yarn(base, d, factor, original, fast=32.0, slow=1.0, truncate=True):
    low, high = (d * math.log(original / (turns * 2 * np.pi)) / (2 * math.log(base)) for turns in (fast, slow))
    if truncate:
        low, high = math.floor(low), math.ceil(high)
    low, high = max(low, 0), min(high, d - 1)
    ramp = np.clip((np.arange(d // 2) - low) / ((high - low) or 0.001), 0, 1)
    f = geometric(base, d)
    return f / factor * ramp + f * (1 - ramp)


class Recipe:
    """What a model says, as numbers that a mistake may change."""

    def __init__(self, name, d, base, kind="none", rotary=None, pairing="half_split", options=(), sections=None, offset=0, **more):
        self.name, self.head, self.rotary, self.base, self.kind = name, d, rotary or d, float(base), kind
        self.pairing, self.options, self.sections, self.offset, self.more = pairing, list(options), sections, offset, more
        self.path = os.path.join(CONFIGS, name + ".json")
        self.denominator = None

    def copy(self):
        other = Recipe.__new__(Recipe)
        other.__dict__.update(self.__dict__)
        other.more = dict(self.more)
        return other

    def scaled(self):
        """frequencies and the amplitude of cos and sin"""
        d, m = self.rotary, self.more
        f, amplitude = geometric(self.base, d, self.denominator), 1.0
        if self.kind == "linear":
            f = f / m["factor"]
        elif self.kind == "ntk":
            f = geometric(self.base * m["factor"] ** (d / (d - 2)), d)
        elif self.kind == "dynamic":
            length = max(m["length"], m["longest"])
            f = geometric(self.base * (m["factor"] * length / m["longest"] - (m["factor"] - 1)) ** (d / (d - 2)), d)
        elif self.kind == "llama3":
            f = llama3(self.base, d, m["factor"], m["low"], m["high"], m["original"])
        elif self.kind == "yarn":
            f = yarn(self.base, d, m["factor"], m["original"], truncate=m.get("truncate", True))
            amplitude = 1.0 if m.get("mscale") else 0.1 * math.log(m["factor"]) + 1
        elif self.kind == "longrope":
            f = f / np.array(m["long"] if m["length"] > m["original"] else m["short"])
            amplitude = math.sqrt(1 + math.log(m["longest"] / m["original"]) / math.log(m["original"]))
        return f, amplitude


def longrope_lists(name):
    with open(os.path.join(CONFIGS, name + ".json")) as file:
        scaling = json.load(file)["rope_scaling"]
    return {"short": scaling["short_factor"], "long": scaling["long_factor"]}


def models():
    return [
        Recipe("llama-3.1-8b", 128, 5e5, "llama3", factor=8.0, low=1.0, high=4.0, original=8192),
        Recipe("llama-2-7b", 128, 1e4),
        Recipe("gpt-oss-20b", 64, 150000, "yarn", factor=32.0, original=4096, truncate=False),
        Recipe("phi-3-vision-128k", 96, 1e4, "longrope", original=4096, longest=131072, length=1,
               **longrope_lists("phi-3-vision-128k")),
        Recipe("internlm2-7b", 128, 1e6, "dynamic", factor=2.0, longest=32768, length=1),
        Recipe("phi-2", 80, 1e4, rotary=32),
        Recipe("qwen2-vl-7b", 128, 1e6, sections=[16, 24, 24]),
        Recipe("deepseek-v3", 64, 1e4, "yarn", pairing="interleaved", factor=40.0, original=4096, mscale=True),
        Recipe("gemma-3-4b", 256, 1e6, "linear", factor=8.0, options=["--layer-type", "full_attention"]),
        Recipe("gpt-j-6b", 256, 1e4, rotary=64, pairing="interleaved"),
    ]


class Rotation:
    """One rotation of one tensor "b s h d": what was asked for, and the knobs that mistakes turn."""

    def __init__(self, recipe, rng, batch, tokens, heads, start, dtype):
        self.asked = recipe
        self.recipe = recipe.copy()
        self.dtype = dtype
        self.axes = len(recipe.sections) if recipe.sections else 1
        self.x = rng.standard_normal((batch, tokens, heads, recipe.head))
        self.positions = np.broadcast_to(start + np.arange(tokens), (self.axes, batch, tokens)).astype(np.float64).copy()
        if self.axes > 1:
            for a in range(1, self.axes):
                self.positions[a] = start + rng.integers(0, 24, (batch, tokens))
        if batch > 1:  # sequences one after the other
            self.positions += (np.arange(batch) * tokens)[:, None]
        self.used = self.positions.copy()
        self.in_pairing = self.out_pairing = recipe.pairing
        self.offset = recipe.offset
        self.phase = "right"
        self.direction = 1
        self.frequencies = self.amplitude = self.axis_of_pair = None
        self.table = self.angles = None
        self.products = False
        self.length = int(self.positions.max()) + 1
        if "length" in recipe.more:
            self.recipe.more["length"] = self.length
        self.by_head = None

    def round(self, a, dtype):
        if dtype == "f16":
            return a.astype(np.float16).astype(np.float64)
        if dtype == "bf16":
            bits = np.ascontiguousarray(a, np.float32).view(np.uint32)
            bits = (bits + 0x7FFF + (bits >> 16 & 1)) & 0xFFFF0000
            return bits.astype(np.uint32).view(np.float32).astype(np.float64)
        if dtype == "f32":
            return a.astype(np.float32).astype(np.float64)
        return a

    def table_of(self):
        f, amplitude = self.recipe.scaled()
        f = f if self.frequencies is None else self.frequencies
        amplitude = amplitude if self.amplitude is None else self.amplitude
        sections = self.recipe.sections
        axis = self.axis_of_pair if self.axis_of_pair is not None else (
            np.repeat(np.arange(len(sections)), sections) if sections else np.zeros(len(f), int))
        p = self.used[axis].transpose(1, 2, 0)  # b s pair
        if self.by_head is not None:
            p = np.broadcast_to(self.by_head, (*self.x.shape[:3], len(f)))
        else:
            p = p[:, :, None, :]
        if self.angles == "hf_fp32":
            angle = (p.astype(np.float32) * f.astype(np.float32)).astype(np.float64)
        elif self.angles == "ggml":
            step = np.float32(np.float32(self.recipe.base) ** np.float32(-2.0 / self.recipe.rotary))
            plain = geometric(self.recipe.base, self.recipe.rotary)
            ratio = (f / plain).astype(np.float32)
            running, columns = p[..., :1].astype(np.float32), []
            for i in range(len(f)):
                columns.append((running * ratio[i])[..., 0])
                running = (running * step).astype(np.float32)
            angle = np.stack(columns, -1).astype(np.float64)
        else:
            angle = p * f
        angle = angle * self.direction
        c, s = amplitude * np.cos(angle), amplitude * np.sin(angle)
        c, s = {"right": (c, s), "swapped": (s, c), "cos": (-c, s), "sin": (c, -s)}[self.phase]
        return (self.round(c, self.table), self.round(s, self.table)) if self.table else (c, s)

    def pairs(self, pairing):
        d = self.recipe.rotary
        i = np.arange(d // 2)
        a, b = (i, i + d // 2) if pairing == "half_split" else (2 * i, 2 * i + 1)
        return a + self.offset, b + self.offset

    def run(self, noise, rng):
        x = self.round(self.x, self.dtype)
        if self.dtype == "f32":
            x = x.astype(np.float32).astype(np.float64)
        c, s = self.table_of()
        y = x.copy()
        a, b = self.pairs(self.in_pairing)
        k, l = self.pairs(self.out_pairing)
        x0, x1 = x[..., a], x[..., b]
        if self.products:
            r = lambda v: self.round(v, self.dtype)
            y[..., k], y[..., l] = r(x0 * c) - r(x1 * s), r(x0 * s) + r(x1 * c)
        else:
            y[..., k], y[..., l] = x0 * c - x1 * s, x0 * s + x1 * c
        if noise:
            y = y * (1 + 2.0**-11 * rng.standard_normal(y.shape))
        return self.stored(x), self.stored(y)

    def stored(self, a):
        if self.dtype == "bf16":
            return (np.ascontiguousarray(self.round(a, "bf16"), np.float32).view(np.uint32) >> 16).astype(np.uint16)
        return a.astype({"f32": np.float32, "f16": np.float16}[self.dtype])


# ---- mistakes: each changes a Rotation, and says what may be named for it; None: it cannot be made here ------------------


def other(pairing):
    return "interleaved" if pairing == "half_split" else "half_split"


def pairing(r, rng):
    r.in_pairing = r.out_pairing = other(r.in_pairing)
    return {"pairing"}


def permuted(r, rng):
    r.out_pairing = other(r.in_pairing)
    return {"pairing"}


def permuted_input(r, rng):
    r.in_pairing = other(r.in_pairing)
    return {"pairing"}


def reverse(r, rng):
    r.direction = -1
    return {"direction", "sin_cos"}


def base(r, rng):
    r.recipe.base = float(rng.choice([b for b in (1e4, 5e5, 1e6, 2e4, 123456, 1e5, 7e5) if b != r.recipe.base]))
    return {"base"}


def unscaled(r, rng):
    if r.recipe.kind in ("none", "dynamic") or r.recipe.kind == "longrope":
        return None
    r.recipe.kind = "none"
    return {"scaling"}


def unscaled_with_amplitude(r, rng):
    if r.recipe.kind != "yarn" or r.recipe.more.get("mscale"):
        return None
    r.amplitude = r.recipe.scaled()[1]
    r.recipe.kind = "none"
    return {"scaling"}


def twice(r, rng):
    if r.recipe.kind not in ("llama3", "yarn", "linear"):
        return None
    f, r.amplitude = r.recipe.scaled()
    r.frequencies = f * f / geometric(r.recipe.base, r.recipe.rotary)
    return {"scaling"} if r.recipe.kind != "linear" else {"scaling", "positions"}


def factor(r, rng):
    if r.recipe.kind not in ("llama3", "yarn", "linear"):
        return None
    r.recipe.more["factor"] = r.recipe.more["factor"] * float(rng.choice([0.5, 2.0, 1.3]))
    return {"scaling"}


def original(r, rng):
    if r.recipe.kind not in ("llama3", "yarn"):
        return None
    r.recipe.more["original"] *= int(rng.choice([2, 4]))
    return {"scaling"}


def truncate(r, rng):
    if r.recipe.kind != "yarn":
        return None
    r.recipe.more["truncate"] = not r.recipe.more.get("truncate", True)
    return {"scaling"}


def long_list(r, rng):
    if r.recipe.kind != "longrope":
        return None
    m = r.recipe.more
    m["short"], m["long"] = m["long"], m["short"]
    return {"scaling"}


def dynamic_length(r, rng):
    if r.recipe.kind != "dynamic":
        return None
    r.recipe.more["length"] = 65536
    return {"scaling", "base"}


def added_scaling(r, rng):
    if r.recipe.kind != "none" or r.recipe.sections:
        return None
    r.recipe.kind, r.recipe.more["factor"] = "linear", 4.0
    return {"scaling", "positions"}


def shifted(r, rng):
    r.used = r.used + float(rng.choice([1, -1, 3, 17]))
    return {"positions"}


def reversed_positions(r, rng):
    if r.x.shape[1] < 3 or r.axes > 1:
        return None
    r.used = r.used[:, :, ::-1]
    return {"positions"}


def scaled_positions(r, rng):
    r.used = r.used * float(rng.choice([2.0, 0.5, 0.25]))
    return {"positions"} if r.recipe.kind != "linear" else {"positions", "scaling"}  # the same rotation


def head_positions(r, rng):
    if r.x.shape[2] < 3 or r.axes > 1:
        return None
    r.by_head = np.arange(r.x.shape[2], dtype=np.float64)[None, None, :, None]
    return {"positions"}


def swapped_axes(r, rng):
    if r.axes < 3 or r.x.shape[1] < 3:
        return None
    r.used = r.used[[0, 2, 1]]
    return {"positions", "sections"}


def restarted(r, rng):
    if r.x.shape[0] < 2:
        return None
    r.used = r.used - r.used[:, :, :1]
    return {"positions"}


def past_the_end(r, rng):
    if r.x.shape[1] < 4 or r.axes > 1:
        return None
    r.used = np.minimum(r.used, np.floor(np.median(r.used)))
    return {"positions"}


def share(r, rng):
    if r.recipe.rotary == r.recipe.head:
        return None
    r.recipe.rotary = int(rng.choice([r.recipe.head, r.recipe.rotary // 2]))
    return {"rotary_dim"}


def denominator(r, rng):
    if r.recipe.rotary == r.recipe.head:
        return None
    r.recipe.denominator = r.recipe.head
    return {"rotary_dim"}


def slice_offset(r, rng):
    if r.recipe.rotary == r.recipe.head:
        return None
    r.offset = r.recipe.head - r.recipe.rotary
    return {"rotary_offset"}


def section_order(r, rng):
    if r.axes < 3:
        return None
    r.axis_of_pair = np.repeat([1, 2, 0], [24, 24, 16])
    return {"sections"}


def no_amplitude(r, rng):
    if abs(r.recipe.scaled()[1] - 1) < 1e-3:
        return None
    r.amplitude = 1.0
    return {"attention_factor"}


def amplitude_squared(r, rng):
    if abs(r.recipe.scaled()[1] - 1) < 1e-3:
        return None
    r.amplitude = r.recipe.scaled()[1] ** 2
    return {"attention_factor"}


def swapped(r, rng):
    r.phase = "swapped"
    return {"sin_cos"}


def cos_negated(r, rng):
    r.phase = "cos"
    return {"sin_cos"}


def sin_negated(r, rng):
    r.phase = "sin"
    return {"sin_cos", "direction"}


def half_table(r, rng):
    r.table = "f16"
    return {"table_dtype"} if r.dtype != "bf16" else None


def bfloat16_table(r, rng):
    r.table = "bf16"
    return {"table_dtype"}


def float_angles(r, rng):
    if r.dtype != "f32":
        return None
    r.angles = "hf_fp32"
    return {"numerics"}


def recurrence(r, rng):
    if r.dtype != "f32" or r.axes > 1:
        return None
    r.angles = "ggml"
    return {"numerics"}


def rounded_products(r, rng):
    if r.dtype == "f32":
        return None
    r.products = True
    return {"numerics"}


MISTAKES = [pairing, permuted, permuted_input, reverse, base, unscaled, unscaled_with_amplitude, twice, factor, original,
            truncate, long_list, dynamic_length, added_scaling, shifted, reversed_positions, scaled_positions, head_positions,
            swapped_axes, restarted, past_the_end, share, denominator, slice_offset, section_order, no_amplitude,
            amplitude_squared, swapped, cos_negated, sin_negated, half_table, bfloat16_table, float_angles, recurrence,
            rounded_products]
FINE = {half_table, bfloat16_table, float_angles, recurrence, rounded_products}  # hidden by noise
GROUP = {}  # mistakes of one group are not combined
for name, group in {"pairs": [pairing, permuted, permuted_input], "phase": [reverse, swapped, cos_negated, sin_negated],
                    "recipe": [unscaled, unscaled_with_amplitude, twice, factor, original, truncate, long_list, dynamic_length,
                               added_scaling, denominator, share],
                    "positions": [shifted, reversed_positions, scaled_positions, head_positions, swapped_axes, restarted,
                                  past_the_end],
                    "slice": [slice_offset], "base": [base], "sections": [section_order],
                    "amplitude": [no_amplitude, amplitude_squared, unscaled_with_amplitude], "fine": list(FINE)}.items():
    for each in group:
        GROUP.setdefault(each, set()).add(name)
