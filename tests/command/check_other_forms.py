# rope inspect of what is neither Hugging Face's form nor the library's own: params.json of Mistral and Meta, the
# transformers of diffusers, and files that are none of these. Frequencies are computed here.
# usage: check_other_forms.py PATH_OF_ROPE
# SPDX-License-Identifier: MIT
from support import *

folder = Folder()


def inspect(config, *options):
    status, out, err = rope("inspect", folder.config(config), "--json", *options)
    return json.loads(out) if status == 0 else err.strip()


def expect(name, config, *options, frequencies=None, notes=0, **facts):
    seen = inspect(config, *options)
    if not check(isinstance(seen, dict), name, seen):
        return
    for key, value in facts.items():
        check(seen[key] == value, name, key, seen[key], value)
    if frequencies is not None:
        want = [float(f) for f in frequencies]
        got = seen["inverse_frequencies"]
        check(len(got) == len(want) and all(abs(a - b) <= 1e-14 * b for a, b in zip(got, want)), name, got[:3], want[:3])
    check(len(seen["notes"]) == notes, name, "notes", seen["notes"])


def refused(name, config, *words):
    said = inspect(config)
    check(isinstance(said, str) and all(w in said for w in words) and "\n" not in said, name, said)


# -- params.json: pairs are interleaved
meta = {"dim": 4096, "ffn_dim_multiplier": 1.3, "multiple_of": 1024, "n_heads": 32, "n_kv_heads": 8, "n_layers": 32,
        "norm_eps": 1e-05, "vocab_size": 128256}
expect("Llama 2", {**meta, "multiple_of": 256}, frequencies=plain(10000.0, 128), pairing="interleaved", head_dim=128)
expect("Llama 3", {**meta, "rope_theta": 500000.0}, frequencies=plain(500000.0, 128), pairing="interleaved")
expect("Llama 3.1", {**meta, "rope_theta": 500000.0, "use_scaled_rope": True}, scaling="llama3",
       frequencies=llama3(500000.0, 128, 8.0, 1.0, 4.0, 8192), pairing="interleaved")
llama4 = {**meta, "dim": 5120, "n_heads": 40, "n_layers": 48, "rope_theta": 500000.0, "use_scaled_rope": True,
          "rope_scaling_factor": 16, "rope_high_freq_factor": 1, "nope_layer_interval": 4}
expect("Llama 4, layer 2", llama4, "--layer", 2, frequencies=llama3(500000.0, 128, 16.0, 1.0, 1.0, 8192), rotates=True)
expect("Llama 4, layer 3", llama4, "--layer", 3, rotates=False)
mistral = {"dim": 4096, "n_layers": 32, "head_dim": 128, "hidden_dim": 14336, "n_heads": 32, "n_kv_heads": 8,
           "norm_eps": 1e-05, "vocab_size": 32000}
expect("Mistral 7B v0.1", {**mistral, "sliding_window": 4096}, base=10000, pairing="interleaved", head_dim=128)
expect("Mistral 7B v0.2", mistral, base=1e6)
expect("Mistral 7B v0.3", {**mistral, "rope_theta": 1e6}, frequencies=plain(1e6, 128))
spread = {"original_max_position_embeddings": 16384, "factor": 16, "apply_scale": False, "beta": 32, "alpha": 1}
ministral = {**mistral, "dim": 5120, "rope_theta": 1e9, "max_position_embeddings": 262144, "yarn": spread,
             "llama_4_scaling": {"original_max_position_embeddings": 16384, "beta": 0.1}}
expect("Ministral 3", ministral, frequencies=yarn(1e9, 128, 16.0, 16384, 32.0, 1.0, True), scaling="yarn", attention_factor=1)
expect("Ministral 3, scaled", {**ministral, "yarn": {**spread, "apply_scale": True}},
       attention_factor=float(yarn_amplitude(16.0)))
expect("latent attention", {**mistral, "qk_rope_head_dim": 64, "kv_lora_rank": 512}, head_dim=64, rotary_dim=64)
expect("misspelt", {**mistral, "rope_thetta": 5.0}, notes=1)
refused("not a multiple", {**meta, "n_heads": 30}, "dim = 4096 is not a multiple of n_heads = 30")
refused("a text for a number", {**meta, "rope_theta": "500000"}, "rope_theta")


# -- diffusers
def axial(base, *dims):
    return [f for d in dims for f in plain(base, d)] if dims else []


def axes(*dims):
    return [a for a, d in enumerate(dims) for _ in range(d // 2)]


for name, base, dims, config in (
        ("FluxTransformer2DModel", 10000.0, (16, 56, 56), {"attention_head_dim": 128, "axes_dims_rope": [16, 56, 56]}),
        ("FluxTransformer2DModel", 10000.0, (16, 56, 56), {"attention_head_dim": 128, "num_attention_heads": 24}),
        ("Flux2Transformer2DModel", 2000.0, (32, 32, 32, 32), {"attention_head_dim": 128}),
        ("QwenImageTransformer2DModel", 10000.0, (16, 56, 56), {"attention_head_dim": 128, "axes_dims_rope": [16, 56, 56]}),
        ("HunyuanVideoTransformer3DModel", 256.0, (16, 56, 56),
         {"attention_head_dim": 128, "rope_axes_dim": [16, 56, 56], "rope_theta": 256.0}),
        ("WanTransformer3DModel", 10000.0, (44, 42, 42), {"attention_head_dim": 128, "rope_max_seq_len": 1024}),
        ("CogVideoXTransformer3DModel", 10000.0, (16, 24, 24),
         {"attention_head_dim": 64, "use_rotary_positional_embeddings": True, "use_learned_positional_embeddings": False}),
        ("ZImageTransformer2DModel", 256.0, (32, 48, 48),
         {"axes_dims": [32, 48, 48], "axes_lens": [1536, 512, 512], "rope_theta": 256.0, "dim": 3840, "n_heads": 30}),
        ("Lumina2Transformer2DModel", 10000.0, (32, 32, 32),
         {"axes_dim_rope": [32, 32, 32], "axes_lens": [300, 512, 512], "hidden_size": 2304, "num_attention_heads": 24})):
    expect(name, {"_class_name": name, "_diffusers_version": "0.35.0", **config}, frequencies=axial(base, *dims),
           axis_of_pair=axes(*dims), pairing="interleaved", rotary_dim=sum(dims))
expect("CogView4", {"_class_name": "CogView4Transformer2DModel", "attention_head_dim": 128},
       frequencies=axial(10000.0, 64, 64), pairing="half_split", axis_of_pair=axes(64, 64))
expect("LTX", {"_class_name": "LTXVideoTransformer3DModel", "attention_head_dim": 64, "num_attention_heads": 32},
       scaling="log_spaced", head_dim=2048, pairing="interleaved", axes=3)
for name in ("SD3Transformer2DModel", "PixArtTransformer2DModel", "UNet2DConditionModel"):
    expect(name, {"_class_name": name, "attention_head_dim": 64, "pos_embed_max_size": 192}, rotates=False)
expect("CogVideoX 2B", {"_class_name": "CogVideoXTransformer3DModel", "attention_head_dim": 64,
                        "use_rotary_positional_embeddings": False}, rotates=False)
expect("unlisted", {"_class_name": "NewTransformer2DModel", "axes_dims_rope": [16, 56, 56], "attention_head_dim": 128},
       pairing="interleaved", notes=1)
refused("a pipeline", {"_class_name": "FluxPipeline", "transformer": ["diffusers", "FluxTransformer2DModel"]},
        "_class_name = \"FluxPipeline\"")
refused("Mochi", {"_class_name": "MochiTransformer3DModel", "attention_head_dim": 128}, "its frequencies are weights")
refused("an odd share", {"_class_name": "FluxTransformer2DModel", "axes_dims_rope": [15, 57, 56]}, "expected even numbers")
refused("too wide", {"_class_name": "FluxTransformer2DModel", "attention_head_dim": 64, "axes_dims_rope": [16, 56, 56]},
        "together 128", "head_dim = 64")

# -- none of these, and directories
refused("something else", {"name": "a package", "version": "1.0.0"}, "expected")
for name, text in (("params.json", json.dumps(meta)),
                   ("transformer/config.json", json.dumps({"_class_name": "WanTransformer3DModel"}))):
    directory = folder.new("")
    os.makedirs(os.path.dirname(os.path.join(directory, name)))
    with open(os.path.join(directory, name), "w") as f:
        f.write(text)
    check(json.loads(must("inspect", directory, "--json"))["head_dim"] == 128, name, "in a directory")
empty = folder.new("")
os.mkdir(empty)
status, out, err = rope("inspect", empty)
check(status == 1 and "config.json, params.json" in err and err.count("\n") == 1, "an empty directory", err)
finish()
