// keys: the names that configurations use for the same thing, the first one goes first; and the words by which a key that
// nobody has read is recognised as one about rotary embedding.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/support/abi.hpp>

namespace rope {
inline namespace ROPE_ABI {
namespace detail {

inline constexpr const char* head_dim_keys[] = {"head_dim", "kv_channels", "attention_head_dim",
                                                "attention_head_size", "head_size"};
inline constexpr const char* width_keys[] = {"hidden_size", "n_embd", "d_model", "dim", "model_dim"};
inline constexpr const char* heads_keys[] = {"num_attention_heads", "n_head", "n_heads", "num_heads"};
inline constexpr const char* layers_keys[] = {"num_hidden_layers", "n_layer", "num_layers", "n_layers"};
inline constexpr const char* theta_keys[] = {"rope_theta", "rotary_emb_base", "rope_base", "rotary_base",
                                             "rope_embedding_base"};
inline constexpr const char* share_keys[] = {"partial_rotary_factor", "rotary_pct", "rope_pct",
                                             "rotary_emb_fraction", "rope_percent"};
inline constexpr const char* pairing_keys[] = {"rope_interleave", "rope_interleaved", "rotary_interleaved",
                                               "rotary_emb_interleaved"};
inline constexpr const char* length_keys[] = {"max_position_embeddings", "n_positions",         "seq_length",
                                              "max_sequence_length",     "max_seq_len",         "n_ctx",
                                              "max_seq_length",          "max_target_positions"};

// Keys that switch rotation off: a boolean of this value.
struct switch_key {
    const char* key;
    bool off;
};
inline constexpr switch_key switch_keys[] = {{"use_rope", false},
                                             {"rope", false},
                                             {"use_rotary", false},
                                             {"rotary", false},
                                             {"use_rotary_embeddings", false},
                                             {"use_rotary_position_embeddings", false},
                                             {"use_rotary_pos_emb", false},
                                             {"alibi", true},
                                             {"use_alibi", true},
                                             {"mla_use_nope", true},
                                             {"use_nope", true},
                                             {"no_rope", true},
                                             {"nope", true}};

// Keys whose word says what kind of positions a model has.
inline constexpr const char* position_keys[] = {"position_embedding_type", "position_embeddings_type",
                                                "positional_embedding_type", "pos_embed_type", "pe_type"};

// Types of layers that have no rotary embedding, whatever the family.
inline constexpr const char* unrotated_layers[] = {"linear_attention",
                                                   "linear",
                                                   "conv",
                                                   "short_conv",
                                                   "mamba",
                                                   "mamba2",
                                                   "recurrent",
                                                   "rglru",
                                                   "ssm",
                                                   "rwkv",
                                                   "retention",
                                                   "lightning_attention",
                                                   "kda",
                                                   "gated_delta",
                                                   "gated_deltanet",
                                                   "cross_attention",
                                                   "no_rope",
                                                   "nope",
                                                   "mlp",
                                                   "moe",
                                                   "identity",
                                                   "skip",
                                                   "hyena"};

// A key is about rotary embedding where it has one of these in it.
inline constexpr const char* rotary_words[] = {
    "rope",       "rotary",     "rotat",          "theta",        "yarn",        "ntk",
    "alibi",      "nope",       "position_embed", "pos_em",       "freq",        "inv_f",
    "wavelength", "compress_r", "swa_",           "max_position", "max_trained", "logn"};

// Keys that have such a word in them and change nothing here; a number of position embeddings is that of learned ones.
inline constexpr const char* harmless_keys[] = {"original_rope",
                                                "num_position_embeddings",
                                                "position_embedding_size",
                                                "position_embeddings_size",
                                                "qk_nope_head_dim",
                                                "compress_rates",
                                                "compress_rate_csa",
                                                "compress_rate_hca",
                                                "swa_num_attention_heads",
                                                "swa_num_key_value_heads",
                                                "swa_v_head_dim",
                                                "add_swa_attention_sink_bias",
                                                "rope_full_precision",
                                                "frequency_penalty",
                                                "save_frequency",
                                                "logging_frequency",
                                                "moe_layer_freq",
                                                "moe_layer_frequency",
                                                "decoder_sparse_step_freq",
                                                "num_freq_bins",
                                                "frequency_embedding_size",
                                                "rotary_emb_scale_base",
                                                "token_dropout_rotate",
                                                "memory_attention_rope_feat_sizes",
                                                "memory_attention_rope_k_sizes",
                                                "memory_attention_rope_dropout",
                                                "enable_temporal_pos_encoding_for_object_pointers",
                                                "use_mem_eff_path",
                                                "position_embeddings_type",
                                                "left_max_position_embeddings",
                                                "right_max_position_embeddings",
                                                "v_head_dim",
                                                "qk_head_dim",
                                                "layers",
                                                "hidden_sizes"};

} // namespace detail
} // namespace ROPE_ABI
} // namespace rope
