# rope inspect of .gguf files: what llama.cpp's architectures make of their keys, in both versions and byte orders, and
# hostile headers. What is expected is written down by hand from llama.cpp's code and computed here.
# usage: check_gguf.py PATH_OF_ROPE
# SPDX-License-Identifier: MIT
import random
import struct

import gguf_writer as gguf
from support import *

folder = Folder()


def keys(architecture, **more):
    """The keys that every file has, then those of its own; double underscores for dots."""
    values = {"general.architecture": architecture, "general.name": "a model",
              "general.tags": gguf.Typed(gguf.ARRAY, ["a", "bc"], gguf.STRING)}
    for key, value in more.items():
        values[f"{architecture}.{key.replace('__', '.')}"] = value
    values["tokenizer.ggml.model"] = "gpt2"
    values["tokenizer.ggml.tokens"] = gguf.Typed(gguf.ARRAY, [f"token {k}" for k in range(300)], gguf.STRING)
    values["tokenizer.ggml.scores"] = gguf.Typed(gguf.ARRAY, [0.5] * 300, gguf.F32)
    return values


def file_of(data):
    path = folder.new(".gguf")
    with open(path, "wb") as f:
        f.write(data)
    return path


def inspect(values, *options, **form):
    status, out, err = rope("inspect", file_of(gguf.header(values, **form)), "--json", *options)
    return json.loads(out) if status == 0 else err.strip()


def close(a, b, rel=1e-7):  # the keys are floats
    return len(a) == len(b) and all(abs(x - y) <= rel * abs(y) for x, y in zip(a, b))


def expect(name, values, *options, rotary, base=None, pairing, head=None, rotates=True, frequencies=None, **facts):
    """Reads one file in every version and byte order; all give the same, and that is what is expected."""
    seen = inspect(values, *options)
    forms = () if "--layer" in options and options[1] > 0 else ((2, False), (3, True), (2, True))
    for version, big_endian in forms:
        check(inspect(values, *options, version=version, big_endian=big_endian) == seen, name, version, big_endian)
    if not check(isinstance(seen, dict), name, seen):
        return None
    check(seen["rotates"] == rotates, name, "rotates", seen["rotates"])
    if not rotates:
        check(not any(seen["inverse_frequencies"]), name, "does not rotate")
        return seen
    check(seen["rotary_dim"] == rotary, name, "rotary_dim", seen["rotary_dim"])
    check(head is None or seen["head_dim"] == head, name, "head_dim", seen["head_dim"])
    check(seen["pairing"] == pairing, name, "pairing", seen["pairing"])
    want = [float(f) for f in plain(base, rotary)] if frequencies is None else [float(f) for f in frequencies]
    check(close(seen["inverse_frequencies"], want), name, "frequencies", seen["inverse_frequencies"][:3], want[:3])
    for key, value in facts.items():
        same = abs(seen[key] - value) <= 1e-6 * abs(value) if isinstance(value, float) else seen[key] == value
        check(same, name, key, seen[key], value)
    check(seen["notes"] == [], name, "notes", seen["notes"])
    return seen


def refused(name, values, *words, options=(), **form):
    said = inspect(values, *options, **form)
    check(isinstance(said, str) and all(w in said for w in words) and "\n" not in said, name, said)


# -- one kind of layers
half, whole = "half_split", "interleaved"
expect("llama", keys("llama", block_count=32, context_length=8192, embedding_length=4096, attention__head_count=32,
                     attention__head_count_kv=8, rope__freq_base=500000.0, rope__dimension_count=128),
       rotary=128, head=128, base=500000.0, pairing=whole)
expect("gptneox", keys("gptneox", block_count=44, embedding_length=6144, attention__head_count=64, rope__dimension_count=24),
       rotary=24, head=96, base=10000.0, pairing=half)
expect("qwen3moe, yarn", keys("qwen3moe", block_count=48, context_length=131072, embedding_length=2048,
                              attention__head_count=32, attention__key_length=128, rope__freq_base=1e6,
                              rope__scaling__type="yarn", rope__scaling__factor=4.0,
                              rope__scaling__original_context_length=32768),
       rotary=128, head=128, pairing=half, frequencies=yarn(1e6, 128, 4.0, 32768, 32.0, 1.0, True),
       attention_factor=float(yarn_amplitude(4.0)), softmax_scale_multiplier=1.0)
expect("linear", keys("llama", block_count=32, embedding_length=4096, attention__head_count=32, rope__scaling__type="linear",
                      rope__scaling__factor=8.0), rotary=128, pairing=whole, frequencies=linear(10000.0, 128, 8.0))
expect("the older key", keys("llama", block_count=32, embedding_length=4096, attention__head_count=32, rope__scale_linear=8.0),
       rotary=128, pairing=whole, frequencies=linear(10000.0, 128, 8.0))
expect("a factor without a type", keys("deepseek", block_count=32, embedding_length=4096, attention__head_count=32,
                                       rope__scaling__factor=4.0),
       rotary=128, pairing=whole, frequencies=linear(10000.0, 128, 4.0))
expect("type none", keys("llama", block_count=32, embedding_length=4096, attention__head_count=32,
                         rope__scaling__type="none", rope__scaling__factor=4.0), rotary=128, base=10000.0, pairing=whole)
expect("an amplitude alone", keys("phi3", block_count=32, embedding_length=3072, attention__head_count=32,
                                  rope__dimension_count=96, rope__scaling__attn_factor=1.25,
                                  rope__scaling__original_context_length=4096),
       rotary=96, base=10000.0, pairing=half, attention_factor=1.25)
expect("hunyuan-dense", keys("hunyuan-dense", block_count=32, embedding_length=4096, attention__head_count=32,
                             attention__key_length=128, rope__scaling__alpha=1000.0),
       rotary=128, base=10000.0 * 1000.0 ** (128 / 126), pairing=half)

# -- latent attention: the last part of the head, which is a tensor by itself
latent = dict(block_count=27, embedding_length=2048, attention__head_count=16, attention__key_length=576,
              attention__kv_lora_rank=512, attention__key_length_mla=192, rope__dimension_count=64)
scaled = dict(rope__scaling__type="yarn", rope__scaling__factor=40.0, rope__scaling__original_context_length=4096)
slow = yarn(10000.0, 64, 40.0, 4096, 32.0, 1.0, True)


def g(k, factor=40.0):
    return float(yarn_amplitude(factor) - 1) * k + 1


for name, log, amplitude, softmax in (("deepseek2", 0.0707, 1.0, g(0.707) ** 2), ("deepseek2", 0.1, 1.0, g(1) ** 2),
                                      ("deepseek2", None, g(1), g(1) ** 2), ("deepseek32", 0.1, 1.0, g(1) ** 2),
                                      ("deepseek32", 0.05, g(1) / g(0.5), g(1) ** 2),
                                      ("mistral4", 0.1, 1.0, g(1) ** 2), ("glm-dsa", None, g(1), g(1) ** 2)):
    more = {} if log is None else {"rope__scaling__yarn_log_multiplier": log}
    expect(f"{name} {log}", keys(name, **latent, **scaled, **more), rotary=64, head=64, pairing=whole, frequencies=slow,
           attention_factor=amplitude, softmax_scale_multiplier=softmax)
expect("mistral3", keys("mistral3", block_count=40, embedding_length=5120, attention__head_count=32,
                        attention__key_length=128, rope__freq_base=1e9, rope__scaling__type="yarn",
                        rope__scaling__factor=16.0, rope__scaling__original_context_length=16384,
                        rope__scaling__yarn_log_multiplier=1.0, rope__scaling__yarn_beta_fast=32.0,
                        rope__scaling__yarn_beta_slow=1.0, attention__temperature_scale=0.1),
       rotary=128, pairing=whole, frequencies=yarn(1e9, 128, 16.0, 16384, 32.0, 1.0, True), attention_factor=1.0,
       softmax_scale_multiplier=1.0)
for name, pairing in (("minicpm3", half), ("plm", whole), ("bailingmoe3", whole), ("deepseek2", whole)):
    expect(name, keys(name, **{**latent, "rope__dimension_count": 32}), rotary=32, head=32, base=10000.0, pairing=pairing)

# -- position axes
sizes = dict(block_count=28, embedding_length=3584, attention__head_count=28, attention__key_length=128)
for name, sections, rotary, axes in (
        ("qwen2vl", [16, 24, 24, 0], 128, [0] * 16 + [1] * 24 + [2] * 24),
        ("paddleocr", [16, 24, 24, 0], 128, [0] * 16 + [1] * 24 + [2] * 24),
        ("glm4", [8, 12, 12, 0], 64, [0] * 8 + [1] * 12 + [2] * 12),
        ("glm4moe", [8, 12, 12, 0], 64, [0] * 8 + [1] * 12 + [2] * 12),
        ("hunyuan_vl", [16, 16, 16, 16], 128, [0] * 16 + [1] * 16 + [2] * 16 + [3] * 16),
        ("qwen3vl", [24, 20, 20, 0], 128, [k % 3 if k < 60 or k % 3 == 0 and k < 72 else 3 for k in range(64)]),
        ("qwen3vlmoe", [24, 20, 20, 0], 128, [k % 3 if k < 60 or k % 3 == 0 and k < 72 else 3 for k in range(64)])):
    seen = expect(name, keys(name, **sizes, rope__dimension_count=rotary,
                             rope__dimension_sections=gguf.Typed(gguf.ARRAY, sections, gguf.I32)),
                  rotary=rotary, base=10000.0, pairing=half, axis_of_pair=axes)
for name, pairing in (("glm4", whole), ("glm4moe", half), ("hunyuan_vl", half)):
    expect(name + " without sections", keys(name, **sizes, rope__dimension_count=64), rotary=64, base=10000.0, pairing=pairing)
refused("qwen2vl without sections", keys("qwen2vl", **sizes), "qwen2vl.rope.dimension_sections is missing")


# -- layers that differ
def layers(name, values, want, *, pairing, rotary=128):
    """`want`: for each layer None (it does not rotate), or (theta, rotary_dim), or a list of frequencies."""
    for i, layer in enumerate(want):
        if layer is None:
            expect(f"{name} layer {i}", values, "--layer", i, rotary=0, pairing=pairing, rotates=False)
        elif isinstance(layer, tuple):
            expect(f"{name} layer {i}", values, "--layer", i, rotary=layer[1], base=layer[0], pairing=pairing)
        else:
            expect(f"{name} layer {i}", values, "--layer", i, rotary=rotary, pairing=pairing, frequencies=layer)
    said = inspect(values, "--layer", len(want))
    check(isinstance(said, str) and f"expected 0 to {len(want) - 1}" in said, name, "one layer too many", said)


small = dict(embedding_length=1024, attention__head_count=8, attention__key_length=128, rope__freq_base=1e6)
few = dict(small, block_count=7, attention__sliding_window=512)
own, shared = (10000.0, 128), (1e6, 128)
layers("gemma3", keys("gemma3", **few), [own] * 5 + [shared, own], pairing=half)
refused("gemma3 by itself", keys("gemma3", **few), "the layers differ", "sliding_attention, full_attention")
expect("gemma3 by name", keys("gemma3", **few), "--layer-type", "full_attention", rotary=128, base=1e6, pairing=half)

layers("gemma3 with a theta", keys("gemma3", **few, rope__freq_base_swa=20000.0),
       [(20000.0, 128)] * 5 + [shared, (20000.0, 128)], pairing=half)
expect("gemma3 without windows", keys("gemma3", **small, block_count=7), rotary=128, base=1e6, pairing=half)
layers("gemma3n", keys("gemma3n", **few), [own] * 4 + [shared] + [own] * 2, pairing=half)
layers("modern-bert", keys("modern-bert", **few), [shared, own, own, shared, own, own, shared], pairing=half)
layers("gemma2", keys("gemma2", **few), [shared] * 7, pairing=half)
layers("gpt-oss", keys("gpt-oss", **few, rope__freq_base_swa=5000.0), [(5000.0, 128), shared] * 3 + [(5000.0, 128)], pairing=half)
layers("cohere2", keys("cohere2", **few), [shared] * 3 + [None] + [shared] * 3, pairing=whole)
layers("cohere2moe", keys("cohere2moe", **few, attention__sliding_window_pattern=4, leading_dense_block_count=1),
       [shared] * 4 + [None] + [shared] * 2, pairing=whole)
layers("llama4", keys("llama4", **small, block_count=6), [shared] * 3 + [None] + [shared] * 2, pairing=whole)
layers("llama4 without chunks", keys("llama4", **small, block_count=5, attention__sliding_window=0), [shared] * 5, pairing=whole)
layers("smollm3", keys("smollm3", **small, block_count=8), ([shared] * 3 + [None]) * 2, pairing=whole)
layers("exaone4", keys("exaone4", **small, block_count=64), ([shared] * 3 + [None]) * 16, pairing=half)
layers("exaone4, small", keys("exaone4", **small, block_count=6), [shared] * 6, pairing=half)
layers("smallthinker", keys("smallthinker", **few), [None, shared, shared, shared, None, shared, shared], pairing=half)
layers("afmoe", keys("afmoe", **few), [shared] * 3 + [None] + [shared] * 3, pairing=half)
spread = dict(rope__scaling__type="yarn", rope__scaling__factor=8.0, rope__scaling__original_context_length=8192)
spread_out = yarn(1e6, 128, 8.0, 8192, 32.0, 1.0, True)
layers("olmo2", keys("olmo2", **few, **spread), [shared] * 3 + [spread_out] + [shared] * 3, pairing=half)
layers("mellum", keys("mellum", **few, **spread), [shared] * 3 + [spread_out] + [shared] * 3, pairing=half)
layers("laguna", keys("laguna", **few, **spread, rope__freq_base_swa=10000.0, rope__dimension_count=64,
                      rope__dimension_count_swa=128),
       [yarn(1e6, 64, 8.0, 8192, 32.0, 1.0, True) if i % 4 == 0 else own for i in range(7)], pairing=half, rotary=64)
alternate = gguf.Typed(gguf.ARRAY, [True, True, False, True, True, False, True], gguf.BOOL)
layers("gemma4", keys("gemma4", **{**few, "attention__key_length": 512}, rope__dimension_count=512,
                      attention__key_length_swa=256, attention__value_length_swa=256, rope__dimension_count_swa=256,
                      attention__sliding_window_pattern=alternate, rope__freq_base_swa=10000.0),
       [(10000.0, 256), (10000.0, 256), (1e6, 512)] * 2 + [(10000.0, 256)], pairing=half)
layers("mimo2", keys("mimo2", **few, rope__dimension_count=64, attention__sliding_window_pattern=alternate),
       [(10000.0, 64), (10000.0, 64), (1e6, 64)] * 2 + [(10000.0, 64)], pairing=half)
layers("step35", keys("step35", **few, attention__sliding_window_pattern=alternate, rope__freq_base_swa=10000.0),
       [(10000.0, 128), (10000.0, 128), (1e6, 64)] * 2 + [(10000.0, 128)], pairing=half)
layers("deepseek4", keys("deepseek4", block_count=4, embedding_length=2048, attention__head_count=16,
                         attention__key_length=512, rope__dimension_count=64, rope__freq_base=10000.0,
                         attention__compress_rope_freq_base=160000.0, attention__sliding_window=128,
                         attention__compress_ratios=[0, 4, 128, 0], rope__scaling__type="yarn",
                         rope__scaling__factor=16.0, rope__scaling__original_context_length=65536),
       [(10000.0, 64), yarn(160000.0, 64, 16.0, 65536, 32.0, 1.0, True), yarn(160000.0, 64, 16.0, 65536, 32.0, 1.0, True),
        (10000.0, 64)], pairing=whole, rotary=64)
seen = inspect(keys("deepseek4", block_count=1, embedding_length=2048, attention__head_count=16, attention__key_length=512,
                    rope__dimension_count=64, attention__compress_rope_freq_base=160000.0,
                    attention__compress_ratios=gguf.Typed(gguf.ARRAY, [0], gguf.U32)))
check(seen["head_dim"] == 512 and seen["rotary_offset"] == 448, "deepseek4 rotates the last part of its head", seen)
layers("qwen3next", keys("qwen3next", **small, block_count=8, rope__dimension_count=64), ([None] * 3 + [(1e6, 64)]) * 2,
       pairing=half)
layers("qwen35moe", keys("qwen35moe", **small, block_count=5, rope__dimension_count=64, full_attention_interval=2,
                         rope__dimension_sections=gguf.Typed(gguf.ARRAY, [11, 11, 10, 0], gguf.I32), nextn_predict_layers=1),
       [None, (1e6, 64), None, (1e6, 64), (1e6, 64)], pairing=half)
kv_heads = gguf.Typed(gguf.ARRAY, [0, 0, 8, 0, 8], gguf.U32)
for name, pairing in (("lfm2", half), ("granitehybrid", whole), ("plamo2", half), ("deci", whole)):
    layers(name, keys(name, **small, block_count=5, attention__head_count_kv=kv_heads),
           [None, None, shared, None, shared], pairing=pairing)
expect("openelm", keys("openelm", block_count=3, embedding_length=1280, attention__head_count=[12, 12, 16],
                       attention__head_count_kv=[3, 3, 4], attention__key_length=64), rotary=64, base=10000.0, pairing=half)

# -- no rotary embedding
for name in ("gpt2", "bert", "mamba", "jamba", "t5", "bloom", "nemotron_h", "kimi-linear", "rwkv7"):
    expect(name, keys(name, block_count=4, embedding_length=768, attention__head_count=12), rotary=0, pairing=None, rotates=False)
expect("granite without", keys("granite", **small, block_count=4, rope__scaling__finetuned=False), rotary=0, pairing=None,
       rotates=False)
expect("granite with", keys("granite", **small, block_count=4, rope__scaling__finetuned=True), rotary=128, base=1e6, pairing=whole)
expect("llama says finetuned", keys("llama", **small, block_count=4, rope__scaling__finetuned=False), rotary=128, base=1e6,
       pairing=whole)
expect("baichuan 13B", keys("baichuan", **small, block_count=40), rotary=0, pairing=None, rotates=False)
expect("width 0", keys("llama", **small, block_count=4, rope__dimension_count=0), rotary=0, pairing=None, rotates=False)

# -- notes
for key, words in (("rope__freq_bas", "rope.freq_base"), ("rope__scaling__factr", "rope.scaling.factor"),
                   ("rope__thetta", "rope"), ("context_lenght", "context_length"), ("rope__freq_base_swa", "does not use")):
    seen = inspect(keys("qwen2", **small, block_count=4, **{key: 7.0}))
    check(isinstance(seen, dict) and len(seen["notes"]) == 1 and words in seen["notes"][0], key, seen)
    refused(key, keys("qwen2", **small, block_count=4, **{key: 7.0}), "strict", options=["--strict"])
seen = inspect(dict(keys("qwen2", **small, block_count=4), **{"llama.rope.freq_base": 5.0}))
check("llama.rope.freq_base" in seen["notes"][0], "another architecture's key", seen["notes"])
seen = inspect(keys("llama", **small, block_count=4), tensors=["token_embd.weight", "rope_freqs.weight"])
check(len(seen["notes"]) == 1 and "rope_freqs.weight" in seen["notes"][0], "a tensor of divisors", seen["notes"])
seen = inspect(keys("llama", **small, block_count=4), tensor_count=291)
check(seen["notes"] == [], "a file that ends after its keys", seen)
seen = inspect(keys("brand-new", **small, block_count=4))
check("assumption" in seen["notes"][0] and seen["pairing"] == half, "unlisted", seen["notes"])
seen = inspect(keys("brand-new", **latent))
check("assumption" in seen["notes"][0] and seen["pairing"] == whole and seen["head_dim"] == 64, "unlisted", seen["notes"])

# -- hostile headers
good = gguf.header(keys("llama", **small, block_count=4))
for cut in list(range(0, 200, 3)) + list(range(200, len(good), 397)):
    status, out, err = rope("inspect", file_of(good[:cut]), "--json")
    check(status == 1 and err.count("\n") == 1 and not out, "cut at", cut, err)
for name, data, words in (
        ("version 1", gguf.header({}, version=1), "version = 1: expected 2 or 3"),
        ("version 4", gguf.header({}, version=4, big_endian=True), "version = 4: expected 2 or 3"),
        ("no architecture", gguf.header({}), "general.architecture is missing"),
        ("too many keys", gguf.header({}, key_count=1 << 60), "the number of keys"),
        ("a long key", b"GGUF" + struct.pack("<IQQQ", 3, 0, 1, 1 << 62) + bytes(40), "has the length"),
        ("an empty key", gguf.header([("", 1)]), "expected 1 to 65535"),
        ("twice", gguf.header([("a", 1), ("a", 2)]), "the key a appears twice"),
        ("unknown type", gguf.header([("a", 1)]).replace(struct.pack("<II", 4, 1), struct.pack("<II", 99, 1)), "type 99"),
        ("truth of 2", gguf.header([("a", gguf.Typed(gguf.BOOL, True))])[:-1] + b"\2", "truth value of 2"),
        ("a long list", gguf.header([("a", [1])])[:-12] + struct.pack("<Q", 1 << 61) + bytes(4), "has the length"),
        ("a list of type 13", gguf.header([("a", [1])])[:-16] + struct.pack("<IQI", 13, 1, 1), "list of type 13"),
        ("nested", b"GGUF" + struct.pack("<IQQQ", 3, 0, 1, 1) + b"a" + struct.pack("<I", 9) +
         struct.pack("<IQ", 9, 1) * 1000, "nested deeper"),
        ("not GGUF", b"GGML" + good[4:], "no GGUF file")):
    status, out, err = rope("inspect", file_of(data), "--json")
    check(status == 1 and words in err and err.count("\n") == 1, name, err)
for path, words in ((folder.path, "expected one of config.json"), ("/nonexistent.gguf", "cannot open")):
    status, out, err = rope("inspect", path)
    check(status == 1 and words in err and err.count("\n") == 1, path, err)
status, out, err = rope("inspect", "-", stdin=good)
check(status == 1 and "expected its path" in err, "GGUF on standard input", err)
chance = random.Random(4)
for k in range(100):
    data = bytearray(good)
    for _ in range(chance.randrange(1, 6)):
        data[chance.randrange(len(data) if k % 2 else 400)] = chance.randrange(256)
    status, out, err = rope("inspect", file_of(bytes(data)), "--json")
    check(status in (0, 1) and (status == 0 or err.count("\n") == 1), "random bytes", k, status, err)

# -- directories
directory = folder / "a model"
os.mkdir(directory)
with open(os.path.join(directory, "config.json"), "w") as f:
    json.dump({"model_type": "llama", "head_dim": 64, "rope_theta": 5000.0}, f)
check(json.loads(must("inspect", directory, "--json"))["base"] == 5000.0, "a directory")

finish()
