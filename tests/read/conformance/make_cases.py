# make_cases.py: writes families.jsonl and layers.jsonl beside itself, which check_conformance.py runs through the command.
#
# A line is one case: {"id", "config", "args", "expected": {pairing, rotary_dim, head_dim, inverse_frequencies, axis_of_pair,
# attention_factor, softmax_scale_multiplier, rotates, direction, error}} or {"id", "config", "layers": [[rotates, base], ...]},
# asked with --layer 0, 1, ... What is expected comes from the formulas below and from what the models' published classes
# have as defaults; nothing here comes from the library.
# SPDX-License-Identifier: MIT
import json
import math
import os

HERE = os.path.dirname(os.path.abspath(__file__))


def plain(base, d):
    return [base ** (-2 * i / d) for i in range(d // 2)]


def yarn(base, d, factor, length, fast=32.0, slow=1.0, truncate=True):
    pair_of = lambda turns: d * math.log(length / (turns * 2 * math.pi)) / (2 * math.log(base))
    low, high = pair_of(fast), pair_of(slow)
    if truncate:
        low, high = math.floor(low), math.ceil(high)
    low, high = max(low, 0), min(high, d - 1)
    high += 0.001 if low == high else 0
    out = []
    for i, w in enumerate(plain(base, d)):
        ramp = min(max((i - low) / (high - low), 0), 1)
        out.append(w / factor * ramp + w * (1 - ramp))
    return out


def llama3(base, d, factor, low, high, length):
    out = []
    for w in plain(base, d):
        turns = length * w / (2 * math.pi)
        if turns < low:
            out.append(w / factor)
        elif turns > high:
            out.append(w)
        else:
            s = (turns - low) / (high - low)
            out.append((1 - s) * w / factor + s * w)
    return out


def proportional(base, d, share):
    turning = int(share * d // 2)
    return plain(base, d)[:turning] + [0.0] * (d // 2 - turning)


def contiguous(*sections):
    return [a for a, n in enumerate(sections) for _ in range(n)]


def interleaved(pairs, *sections):
    n = len(sections)
    return [i % n if i < n * sections[i % n] else 0 for i in range(pairs)]


def ernie(h, w, t):
    return [1 + i % 2 for i in range(h + w)] + [0] * t


def gain(factor, mscale=1.0):
    return 0.1 * mscale * math.log(factor) + 1


cases = []


def case(name, config, frequencies=None, args=(), **expected):
    if frequencies is not None:
        expected["inverse_frequencies"] = [float(f"{w:.9g}") for w in frequencies]
    cases.append({"id": name, "config": config, "args": list(args), "expected": expected})


# ---- class defaults: a part that says its model_type alone
def default(kind, frequencies, args=(), **expected):
    expected.setdefault("pairing", "half_split")
    case(f"default/{kind}" + "".join("/" + a for a in args if not a.startswith("-")),
         {"model_type": "unlisted_wrapper", "text_config": {"model_type": kind}}, frequencies, args, **expected)


def full(kind, base, head_dim, rotary=None, **expected):
    rotary = rotary or head_dim
    default(kind, plain(base, rotary), head_dim=head_dim, rotary_dim=rotary, **expected)


for kind, base, head in (("llama", 1e4, 128), ("mistral", 1e4, 128), ("mixtral", 1e6, 128), ("bitnet", 5e5, 128), ("csm", 5e5, 64),
                         ("emu3_text_model", 1e6, 128), ("falcon", 1e4, 64), ("flex_olmo", 5e5, 128), ("gemma2", 1e4, 256),
                         ("vaultgemma", 1e4, 256), ("granite", 1e4, 128), ("hunyuan_v1_dense", 1e4, 128), ("hy_v3", 11158840.0, 128),
                         ("seed_oss", 1e4, 128), ("gpt_neox_japanese", 1e4, 80), ("chameleon", 1e4, 128), ("aria_text", 1e4, 128),
                         ("idefics", 1e4, 128), ("qwen2", 1e4, 128), ("qwen3", 1e4, 128), ("qwen3_moe", 1e4, 64), ("phimoe", 1e6, 128),
                         ("minimax_m2", 5e6, 128), ("jina_embeddings_v3", 2e4, 64)):
    full(kind, base, head)
for kind, base, head in (("ernie4_5", 5e5, 128), ("ernie4_5_moe", 5e5, 128), ("roformer", 1e4, 64), ("cohere", 5e5, 128),
                         ("helium", 1e5, 128), ("qwen2_5_omni_dit", 1e4, 64), ("pe_video_encoder", 2e4, 128)):
    full(kind, base, head, pairing="interleaved")
full("glm4", 1e4, 128, 64, pairing="interleaved")
full("stablelm", 1e4, 80, 20)
full("gptj", 1e4, 256, 64, pairing="interleaved")
full("codegen", 1e4, 256, 64, pairing="interleaved")
full("moonshine", 1e4, 36, 32, pairing="interleaved")
full("moonshine_streaming", 1e4, 40, 32, pairing="interleaved")
for kind, width in (("deepseek_v3", 64), ("glm4_moe_lite", 64), ("longcat_flash", 64)):
    base = 1e7 if kind == "longcat_flash" else 1e4
    default(kind, plain(base, width), pairing="interleaved", head_dim=width, rotary_dim=width)
default("glm4_moe", plain(1e4, 64), head_dim=128, rotary_dim=64)
default("gpt_oss", yarn(150000.0, 64, 32.0, 4096, truncate=False), attention_factor=gain(32), head_dim=64)
default("openai_privacy_filter", yarn(150000.0, 64, 32.0, 4096, truncate=False), attention_factor=gain(32),
        pairing="interleaved", head_dim=64)
default("apertus", llama3(1.2e7, 128, 8.0, 1.0, 4.0, 8192))
default("higgs_audio_v2", llama3(5e5, 128, 32.0, 0.125, 0.5, 1024))
default("ministral3", yarn(1e6, 128, 16.0, 16384), attention_factor=1.0, softmax_scale_multiplier=1.0)
default("mistral4", yarn(1e4, 64, 128.0, 8192), attention_factor=1.0, pairing="interleaved",
        softmax_scale_multiplier=gain(128) ** 2)
default("qwen2_5_omni_text", plain(1e6, 128), axis_of_pair=contiguous(16, 24, 24))
default("ernie4_5_vl_moe_text", plain(5e5, 128), pairing="interleaved", axis_of_pair=ernie(22, 22, 20))
for kind in ("gemma3_text", "gemma3n_text"):
    default(kind, plain(1e6, 256), ("--layer-type", "full_attention"))
    default(kind, plain(1e4, 256), ("--layer-type", "sliding_attention"))
    default(kind, None, error=True)
default("gemma4_text", proportional(1e6, 512, 0.25), ("--layer-type", "full_attention"), head_dim=512)
default("gemma4_text", plain(1e4, 256), ("--layer-type", "sliding_attention"), head_dim=256)
default("gemma4_unified_text", proportional(1e6, 512, 0.25), ("--layer-type", "full_attention"), head_dim=512)
default("axk1", plain(1e4, 64), pairing="interleaved", head_dim=64, rotary_dim=64)
default("mellum", plain(5e5, 128), head_dim=128)
default("mellum", plain(1e4, 128), ("--layer-type", "sliding_attention"), head_dim=128)
default("zaya", plain(5e6, 64), head_dim=128, rotary_dim=64)
default("minimax_m3_vl_text", plain(5e6, 64), head_dim=128, rotary_dim=64)
default("muse_glimmer_text", plain(1e4, 128), head_dim=128)
default("clvp_encoder", plain(1e4, 32), head_dim=64, rotary_dim=32)
default("modernbert-decoder", plain(160000.0, 64), ("--layer-type", "full_attention"))
default("modernbert-decoder", plain(1e4, 64), ("--layer-type", "sliding_attention"))

# ---- switches
case("switch/esm rotary", {"model_type": "esm", "hidden_size": 320, "num_attention_heads": 20, "position_embedding_type": "rotary"},
     plain(1e4, 16), rotates=True)
case("switch/esm absolute", {"model_type": "esm", "hidden_size": 320, "num_attention_heads": 20, "position_embedding_type": "absolute"},
     rotates=False)
case("switch/falcon alibi", {"model_type": "falcon", "hidden_size": 4544, "num_attention_heads": 71, "alibi": True}, rotates=False)
case("switch/falcon rotary", {"model_type": "falcon", "hidden_size": 4544, "num_attention_heads": 71, "alibi": False}, plain(1e4, 64))
case("switch/baichuan 13b", {"model_type": "baichuan", "hidden_size": 5120, "num_attention_heads": 40}, rotates=False)
case("switch/baichuan 7b", {"model_type": "baichuan", "hidden_size": 4096, "num_attention_heads": 32}, plain(1e4, 128))
case("switch/use_rope", {"model_type": "llama", "head_dim": 64, "use_rope": False}, rotates=False)
case("switch/nope", {"model_type": "granitemoehybrid", "hidden_size": 768, "num_attention_heads": 12, "position_embedding_type": "nope"},
     rotates=False)
case("switch/mla nope", {"model_type": "kimi_linear", "qk_rope_head_dim": 64, "kv_lora_rank": 512, "mla_use_nope": True}, rotates=False)
case("switch/no slice", {"model_type": "deepseek_v3", "hidden_size": 512, "num_attention_heads": 8, "qk_rope_head_dim": 0,
                         "kv_lora_rank": 64}, rotates=False)
case("switch/wav2vec2 relative", {"model_type": "wav2vec2-conformer", "hidden_size": 768, "num_attention_heads": 12,
                                  "position_embeddings_type": "relative"}, rotates=False)
case("switch/wav2vec2 rotary", {"model_type": "wav2vec2-conformer", "hidden_size": 768, "num_attention_heads": 12,
                                "position_embeddings_type": "rotary", "rotary_embedding_base": 500}, plain(500.0, 64))
for kind in ("bert", "gpt2", "opt", "bloom", "t5", "whisper", "mamba2", "jamba", "clip_vision_model", "xlstm"):
    case(f"unrotated/{kind}", {"model_type": kind, "hidden_size": 64, "num_attention_heads": 4}, rotates=False)
case("fope", {"model_type": "llama", "head_dim": 64, "use_fope": True}, error=True)
case("a pipeline of diffusers", {"_class_name": "FluxPipeline", "transformer": ["diffusers", "FluxTransformer2DModel"]},
     error=True)

# ---- recipes by name
def llama(scaling, **more):
    return {"model_type": "llama", "head_dim": 64, "rope_scaling": scaling, **more}


def gte(scaling):
    return {"model_type": "new", "hidden_size": 768, "num_attention_heads": 12, "rope_theta": 160000, "rope_scaling": scaling}


case("recipe/gte ntk", gte({"type": "ntk", "factor": 2.0}), [(160000.0 * 2) ** (-2 * i / 64) / 2 ** (2 / 64) for i in range(32)])
case("recipe/ntk", llama({"type": "ntk", "factor": 2.0}), plain(1e4 * 2 ** (64 / 62), 64))
case("recipe/telechat3", llama({"type": "telechat3-yarn", "factor": 4.0, "original_max_position_embeddings": 4096}),
     yarn(1e4, 64, 4.0, 4096), attention_factor=0.07 * math.log(4) + 1)
case("recipe/telechat3 attn_factor", llama({"type": "telechat3-yarn", "factor": 4.0, "original_max_position_embeddings": 4096,
                                            "attn_factor": 0.5}), yarn(1e4, 64, 4.0, 4096), attention_factor=0.5 * (0.07 * math.log(4) + 1))
case("recipe/yarn attn_factor", llama({"rope_type": "yarn", "factor": 4.0, "original_max_position_embeddings": 4096, "attn_factor": 0.5}),
     yarn(1e4, 64, 4.0, 4096), attention_factor=0.5 * gain(4))
case("recipe/yarn not applied", llama({"rope_type": "yarn", "factor": 4.0, "original_max_position_embeddings": 4096,
                                       "apply_yarn_scaling": False}), yarn(1e4, 64, 4.0, 4096), attention_factor=1.0)
case("recipe/yarn extrapolation", llama({"rope_type": "yarn", "factor": 4.0, "original_max_position_embeddings": 4096,
                                         "extrapolation_factor": 0.5}), error=True)
case("recipe/openpangu", {"model_type": "llama", "head_dim": 16, "rope_parameters": {"rope_type": "openpangu", "rope_theta": 1e4,
                          "mrope_section": [2, 3, 3]}}, plain(1e4, 16), axis_of_pair=[0, 1, 2, 1, 2, 1, 2, 0])
case("recipe/nomic", {"model_type": "nomic_bert", "n_embd": 768, "n_head": 12, "rotary_emb_base": 1000, "rotary_scaling_factor": 2,
                      "max_trained_positions": 2048}, plain(1000 * (2 * 8192 / 2048 - 1) ** (64 / 62), 64), ["--seq-len", "8192"])
case("recipe/nanochat", {"model_type": "nanochat", "hidden_size": 768, "num_attention_heads": 6}, plain(1e4, 128), direction="reversed")
case("recipe/mrope without sections", {"model_type": "qwen2_vl", "hidden_size": 3584, "num_attention_heads": 28,
                                       "rope_scaling": {"type": "mrope"}}, error=True)
case("recipe/latent, unlisted", {"model_type": "llama", "qk_rope_head_dim": 32, "kv_lora_rank": 64}, plain(1e4, 32), pairing="half_split")

# ---- parts
omni = {"model_type": "qwen3_omni_moe",
        "thinker_config": {"model_type": "qwen3_omni_moe_thinker",
                           "text_config": {"model_type": "qwen3_omni_moe_text", "head_dim": 128, "rope_theta": 2e6},
                           "vision_config": {"model_type": "qwen3_omni_moe_vision_encoder", "hidden_size": 1152, "num_heads": 16}},
        "talker_config": {"text_config": {"model_type": "qwen3_omni_moe_talker_text", "head_dim": 128, "rope_theta": 3e6}}}
case("part/thinker", omni, plain(2e6, 128), axis_of_pair=interleaved(64, 24, 20, 20))
case("part/talker", omni, plain(3e6, 128), ["--part", "talker_config.text_config"], axis_of_pair=interleaved(64, 24, 20, 20))
case("part/talker, from above", omni, plain(3e6, 128), ["--part", "talker_config"])
case("part/tower", omni, plain(1e4, 36) + plain(1e4, 36), ["--part", "thinker_config.vision_config"],
     axis_of_pair=contiguous(18, 18))
case("part/tower by layer type", omni, plain(1e4, 36) + plain(1e4, 36), ["--layer-type", "vision"])
case("part/none of that name", omni, None, ["--part", "thinker_config.txt_config"], error=True)
case("part/encoder", {"model_type": "t5gemma", "encoder": {"model_type": "t5_gemma_module", "rope_theta": 5.0},
                      "decoder": {"model_type": "t5_gemma_module", "rope_theta": 7.0}}, plain(5.0, 256), ["--part", "encoder"])
case("part/decoder first", {"model_type": "t5gemma", "encoder": {"model_type": "t5_gemma_module", "rope_theta": 5.0},
                            "decoder": {"model_type": "t5_gemma_module", "rope_theta": 7.0}}, plain(7.0, 256))

m3 = {"model_type": "minimax_m3_vl", "text_config": {"model_type": "minimax_m2", "head_dim": 128, "rotary_dim": 64, "rope_theta": 5e6},
      "vision_config": {"model_type": "clip_vision_model", "hidden_size": 1280, "num_attention_heads": 16}}
case("part/minimax m3", m3, plain(5e6, 64))
case("part/minimax m3 tower", m3, plain(1e4, 26) * 3, ["--part", "vision_config"], head_dim=80, rotary_dim=78,
     axis_of_pair=contiguous(13, 13, 13), pairing="half_split")
case("part/muse glimmer tower", {"model_type": "muse_glimmer", "text_config": {}, "vision_config": {}}, plain(1e4, 48) * 2,
     ["--part", "vision_config"], head_dim=96, axis_of_pair=contiguous(24, 24), pairing="half_split")
case("part/sam 3", {"model_type": "sam3", "vision_config": {"model_type": "sam3_vision_model", "backbone_config": {
     "model_type": "sam3_vit_model", "hidden_size": 1024, "num_attention_heads": 16}}}, plain(1e4, 32) * 2, pairing="interleaved")
case("tower/efficientloftr", {"model_type": "efficientloftr", "hidden_size": 256, "num_attention_heads": 8, "partial_rotary_factor": 4.0,
     "rope_parameters": {"rope_type": "default", "rope_theta": 1e4}}, [w for w in plain(1e4, 128) for _ in range(2)],
     head_dim=256, pairing="interleaved", axis_of_pair=[i % 2 for i in range(128)])
for kind in ("vjepa2", "lightglue", "gemma4_vision"):  # no rotation, weights, two slices
    case(f"tower/{kind}", {"model_type": kind, "hidden_size": 1024, "num_attention_heads": 16}, error=True)
case("switch/cohere_asr", {"model_type": "cohere_asr", "hidden_size": 1024, "num_attention_heads": 8,
                           "rope_parameters": {"rope_type": "default", "rope_theta": 1e4}}, rotates=False)

with open(os.path.join(HERE, "families.jsonl"), "w") as out:
    for each in cases:
        out.write(json.dumps(each) + "\n")

# ---- layers: [rotates, base or null] for each
models = []


def layers(kind, config, rule):
    config = {"model_type": kind, **config}
    count = config.get("num_hidden_layers") or config.get("n_layer")
    models.append({"id": f"layers/{kind}/{len(models)}", "config": config, "layers": [list(rule(i)) for i in range(count)]})


def sizes(n, **more):
    return {"hidden_size": 256, "num_attention_heads": 4, "num_hidden_layers": n, **more}


def types(n, rule, a, b):
    return [a if rule(i) else b for i in range(n)]


on, off = (True, None), (False, None)
FULL, SLIDING, LINEAR = "full_attention", "sliding_attention", "linear_attention"

for kind in ("cohere2", "cohere2_moe", "afmoe"):  # only sliding layers rotate
    layers(kind, sizes(9, sliding_window=64), lambda i: off if i % 4 == 3 else on)
    layers(kind, sizes(5, sliding_window=64, layer_types=types(5, lambda i: i == 1, FULL, SLIDING)), lambda i: off if i == 1 else on)
for kind in ("exaone4", "exaone_moe"):
    layers(kind, sizes(8, sliding_window=64, sliding_window_pattern="LLLG"), lambda i: off if i % 4 == 3 else on)
    layers(kind, sizes(6, sliding_window=64, sliding_window_pattern="LLLG"), lambda i: off if i in (3, 5) else on)
    layers(kind, sizes(6, sliding_window=None), lambda i: on)
for kind in ("qwen3_next", "qwen3_5_text", "qwen3_5_moe_text", "olmo_hybrid"):  # linear attention, but every fourth
    layers(kind, sizes(8, head_dim=64), lambda i: on if i % 4 == 3 else off)
    layers(kind, sizes(6, head_dim=64, full_attention_interval=3), lambda i: on if i % 3 == 2 else off)
    layers(kind, sizes(4, head_dim=64, layer_types=types(4, lambda i: i == 0, FULL, LINEAR)), lambda i: on if i == 0 else off)
for kind in ("lfm2", "lfm2_moe"):
    layers(kind, sizes(6, layer_types=types(6, lambda i: i % 2, FULL, "conv")), lambda i: on if i % 2 else off)
    layers(kind, sizes(6, full_attn_idxs=[1, 4]), lambda i: on if i in (1, 4) else off)
layers("bamba", sizes(8, attn_layer_indices=[2, 5]), lambda i: on if i in (2, 5) else off)
layers("bamba", sizes(8), lambda i: off)
layers("zamba2", sizes(8, attention_head_dim=64, use_mem_rope=True, hybrid_layer_ids=[3, 6]), lambda i: on if i in (3, 6) else off)
layers("zamba2", sizes(8, attention_head_dim=64, use_mem_rope=False, hybrid_layer_ids=[3, 6]), lambda i: off)
layers("recurrent_gemma", sizes(8, num_attention_heads=4), lambda i: on if i % 3 == 2 else off)
layers("recurrent_gemma", sizes(6, block_types=["attention", "recurrent"]), lambda i: off if i % 2 else on)
layers("minimax", sizes(6), lambda i: off if i % 2 else on)
layers("minimax", sizes(4, attn_type_list=[0, 0, 1, 0]), lambda i: on if i == 2 else off)
layers("minimax_text_01", sizes(4, attn_type_list=[0, 1, 0, 1]), lambda i: on if i % 2 else off)
layers("granitemoehybrid", sizes(4, layer_types=["mamba", "attention", "mamba", "attention"]), lambda i: on if i % 2 else off)
layers("mllama_text_model", sizes(6, cross_attention_layers=[1, 4]), lambda i: off if i in (1, 4) else on)
layers("mllama_text_model", sizes(40), lambda i: off if i % 5 == 3 else on)
for kind in ("llama4_text", "smollm3"):  # layers without rotation
    layers(kind, sizes(8), lambda i: off if i % 4 == 3 else on)
    layers(kind, sizes(6, no_rope_layer_interval=2), lambda i: off if i % 2 else on)
    layers(kind, sizes(4, no_rope_layers=[1, 0, 0, 1]), lambda i: off if i in (1, 2) else on)
layers("llama", sizes(4, no_rope_layers=[0, 1, 1, 0]), lambda i: off if i in (0, 3) else on)
for kind, every in (("gemma3_text", 6), ("gemma3n_text", 5), ("t5gemma2_text", 6), ("t5gemma2_decoder", 6)):  # two thetas
    layers(kind, sizes(13, head_dim=64), lambda i: (True, 1e6 if i % every == every - 1 else 1e4))
    layers(kind, sizes(6, head_dim=64, rope_theta=5e5, rope_local_base_freq=3e3, layer_types=types(6, lambda i: i == 2, FULL, SLIDING)),
           lambda i: (True, 5e5 if i == 2 else 3e3))
    layers(kind, sizes(3, head_dim=64, layer_types=[FULL, SLIDING, FULL],
                       rope_parameters={FULL: {"rope_type": "default", "rope_theta": 11.0}, SLIDING: {"rope_type": "default", "rope_theta": 7.0}}),
           lambda i: (True, 7.0 if i == 1 else 11.0))
layers("gemma3_text", sizes(8, head_dim=64, sliding_window_pattern=4), lambda i: (True, 1e6 if i % 4 == 3 else 1e4))
layers("gemma4_text", sizes(8, head_dim=64), lambda i: (True, 1e6 if i in (5, 7) else 1e4))
for kind in ("modernbert", "modernbert-decoder"):
    layers(kind, sizes(7), lambda i: (True, 160000.0 if i % 3 == 0 else 1e4))
    layers(kind, sizes(5, global_attn_every_n_layers=2, global_rope_theta=9e4, local_rope_theta=None), lambda i: (True, 9e4))
layers("mimo_v2_flash", sizes(4, head_dim=192, rope_theta=5e5, swa_rope_theta=2e3, hybrid_layer_pattern=[0, 1, 1, 0]),
       lambda i: (True, 5e5 if i in (0, 3) else 2e3))
layers("deepseek_v4", sizes(5, head_dim=64, qk_rope_head_dim=32, rope_theta=100.0, compress_rope_theta=900.0, compress_ratios=[0, 4, 128, 0, 4]),
       lambda i: (True, 100.0 if i in (0, 3) else 900.0))
layers("step3p5", sizes(3, head_dim=64, rope_theta=[5e6, 1e4, 1e4, 5e6], partial_rotary_factors=[0.5, 1.0, 1.0, 0.5],
                        layer_types=[FULL, SLIDING, SLIDING, FULL]), lambda i: (True, 5e6 if i == 0 else 1e4))
for kind in ("granite_swa", "granitemoe_swa"):
    layers(kind, sizes(4, layer_rope_theta=[10.0, 0, 20.0, 10.0]), lambda i: off if i == 1 else (True, 20.0 if i == 2 else 10.0))
layers("laguna", sizes(3, head_dim=64, layer_types=[FULL, SLIDING, SLIDING]), lambda i: (True, 5e5 if i == 0 else 1e4))
layers("kimi_linear", sizes(4, qk_rope_head_dim=32, kv_lora_rank=64, linear_attn_config={"full_attn_layers": [2, 4], "kda_layers": [1, 3]}),
       lambda i: on if i % 2 else off)
layers("kimi_linear", sizes(4, qk_rope_head_dim=32, kv_lora_rank=64, mla_use_nope=True, linear_attn_config={"full_attn_layers": [2, 4]}),
       lambda i: off)
layers("nemotron_h", sizes(4, rope_theta=1e4), lambda i: off)
layers("cohere_compass_text", sizes(4, head_dim=128), lambda i: (True, 1e6 if i % 2 else 1e4))
layers("mellum", sizes(4, head_dim=64, layer_types=[FULL, SLIDING, SLIDING, FULL]), lambda i: (True, 1e4 if i in (1, 2) else 5e5))
layers("mellum", sizes(3, head_dim=64), lambda i: (True, 5e5))
layers("zaya", sizes(4, head_dim=64, layer_types=["hybrid", "hybrid_sliding"] * 2), lambda i: (True, 1e4 if i % 2 else 5e6))
layers("zaya", sizes(3, head_dim=64, layer_types=["hybrid"] * 3, rope_parameters={
    "rope_type": "default", "hybrid": {"rope_type": "default", "rope_theta": 3e6}, "hybrid_sliding": {"rope_type": "default", "rope_theta": 5.0}}),
    lambda i: (True, 3e6))
for n in (8, 6, 5):  # every fourth layer, counted backward from the last
    layers("muse_glimmer_text", sizes(n, head_dim=64), lambda i: off if (n - 1 - i) % 4 == 0 else (True, 1e4))
layers("muse_glimmer_text", sizes(4, head_dim=64, layer_rope_theta=[0, 7.0, 7.0, 7.0]), lambda i: off if i == 0 else (True, 7.0))
layers("gemma4_unified_text", sizes(8, head_dim=64), lambda i: (True, 1e6 if i in (5, 7) else 1e4))
layers("gemma4_text", sizes(4, head_dim=64, layer_types=[FULL, SLIDING, SLIDING, SLIDING]), lambda i: (True, 1e6 if i in (0, 3) else 1e4))
layers("minimax_m3_vl_text", sizes(4, head_dim=64, rotary_dim=32, layer_types=["full_attention", "minimax_m3_sparse"] * 2), lambda i: (True, 5e6))
for kind in ("jamba", "nemotron_h", "inkling_text", "rwkv7"):
    layers(kind, sizes(4), lambda i: off)
for kind in ("ministral", "gpt_oss", "qwen3", "falcon_h1", "vaultgemma"):  # windows alone differ
    layers(kind, sizes(4, head_dim=64, rope_theta=77.0, layer_types=types(4, lambda i: i % 2, FULL, SLIDING), rope_scaling=None),
           lambda i: (True, 77.0))
layers("olmo3", sizes(4, rope_theta=5e5, max_position_embeddings=65536, layer_types=types(4, lambda i: i == 3, FULL, SLIDING),
                      rope_scaling={"rope_type": "yarn", "factor": 8.0, "original_max_position_embeddings": 8192}),
       lambda i: (True, 5e5))
layers("llama", sizes(3, per_layer_config={"1": {"rope_theta": 9.0, "head_dim": 32}}, rope_theta=5.0), lambda i: (True, 9.0 if i == 1 else 5.0))
layers("a_new_one", sizes(4, nope_layer_interval=2), lambda i: off if i % 2 else on)

with open(os.path.join(HERE, "layers.jsonl"), "w") as out:
    for each in models:
        out.write(json.dumps(each) + "\n")
print(len(cases), "cases,", len(models), "models with layers")
