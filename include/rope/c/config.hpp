// The functions of rope.h for configurations, verify and diagnose. In one source file of a program: see c.hpp.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/c/convert.hpp>
#include <rope/diagnose/diagnose.hpp>
#include <rope/diagnose/verify.hpp>
#include <rope/model/frequencies.hpp>
#include <rope/read/read_config.hpp>

#include <string>
#include <utility>

struct rope_config {
    rope::reading read;
};

namespace rope {
inline namespace ROPE_ABI {
namespace detail {

inline status no_rotation_of(const rope_config& c) {
    return c.read.rotates ? status{} : status{"the configuration has no rotary embedding: " + c.read.why};
}

inline read_options take_read_options(const rope_read_options* from) {
    read_options to;
    if (from != nullptr) {
        to.layer_type = from->layer_type != nullptr ? from->layer_type : "";
        to.layer = from->layer;
        to.part = from->part != nullptr ? from->part : "";
    }
    return to;
}

// A new configuration, filled by `f`, which returns a status.
template <class F>
rope_code make_config(rope_config** out, F&& f) noexcept {
    return guarded([&]() -> status {
        if (out == nullptr) {
            return null_argument("out");
        }
        *out = nullptr;
        auto made = std::make_unique<rope_config>();
        if (status s = f(made->read); !s.ok()) {
            return s;
        }
        *out = made.release();
        return {};
    });
}

inline std::string lines_of(const explanation& e) {
    std::string text;
    for (const rotation_difference& d : e.differences) {
        text += (text.empty() ? "" : "\n") + std::string(name_of(d.what)) + ": expected " + d.expected +
                ", found " + d.found;
    }
    return text;
}

} // namespace detail
} // namespace ROPE_ABI
} // namespace rope

extern "C" {

rope_code rope_config_read(const char* path, const rope_read_options* options, rope_config** out) {
    return rope::detail::make_config(out, [&](rope::reading& read) {
        return path == nullptr ? rope::detail::null_argument("path")
                               : rope::try_read_config(path, rope::detail::take_read_options(options), read);
    });
}

rope_code rope_config_read_text(const char* text, size_t size, const rope_read_options* options,
                                rope_config** out) {
    return rope::detail::make_config(out, [&](rope::reading& read) {
        return text == nullptr ? rope::detail::null_argument("text")
                               : rope::try_read_text(std::string_view(text, size), "the text",
                                                     rope::detail::take_read_options(options), read);
    });
}

rope_code rope_config_plain(int64_t head_dim, int64_t rotary_dim, double base, rope_pairing pairing,
                            rope_config** out) {
    return rope::detail::make_config(out, [&](rope::reading& read) -> rope::status {
        if (pairing != ROPE_HALF_SPLIT && pairing != ROPE_INTERLEAVED) {
            return {"pairing is " + std::to_string(static_cast<int>(pairing)) + "; expected 0 or 1"};
        }
        read.config.head_dim = head_dim;
        read.config.rotary_dim = rotary_dim;
        read.config.base = base;
        read.config.pairing = static_cast<rope::pairing>(pairing);
        return rope::validate(read.config);
    });
}

rope_code rope_config_describe(const rope_config* config, rope_config_info* out) {
    return rope::detail::guarded([&]() -> rope::status {
        if (config == nullptr || out == nullptr) {
            return rope::detail::null_argument(config == nullptr ? "config" : "out");
        }
        const rope::config& c = config->read.config;
        *out = {config->read.rotates ? 1 : 0,
                c.head_dim,
                c.rotary_dim == 0 ? c.head_dim : c.rotary_dim,
                c.rotary_offset,
                c.max_position,
                c.base,
                static_cast<rope_pairing>(c.pairing)};
        return {};
    });
}

rope_code rope_config_explain(const rope_config* config, int64_t seq_len, char* text, size_t size,
                              size_t* needed) {
    return rope::detail::guarded([&]() -> rope::status {
        if (config == nullptr) {
            return rope::detail::null_argument("config");
        }
        std::string all;
        for (const std::string& line : rope::explain(config->read, seq_len)) {
            all += line + "\n";
        }
        rope::detail::copy_text(all, text, size);
        if (needed != nullptr) {
            *needed = all.size() + 1;
        }
        return {};
    });
}

void rope_config_free(rope_config* config) {
    delete config;
}

rope_code rope_frequencies(const rope_config* config, int64_t seq_len, double* inv_freq, int64_t size,
                           int64_t* pairs) {
    return rope::detail::guarded([&]() -> rope::status {
        if (config == nullptr || (inv_freq == nullptr && size > 0)) {
            return rope::detail::null_argument(config == nullptr ? "config" : "inv_freq");
        }
        if (rope::status s = rope::detail::no_rotation_of(*config); !s.ok()) {
            return s;
        }
        rope::result<rope::frequency_set> made = rope::try_frequencies(config->read.config, seq_len);
        const auto count = static_cast<int64_t>(made.value.inv_freq.size());
        for (int64_t i = 0; made.ok() && i < count && i < size; ++i) {
            inv_freq[i] = made.value.inv_freq[static_cast<std::size_t>(i)];
        }
        if (made.ok() && pairs != nullptr) {
            *pairs = count;
        }
        return std::move(made.why);
    });
}

rope_code rope_verify(const rope_config* config, int64_t seq_len, const void* cos, const void* sin,
                      rope_dtype dtype, int64_t first, int64_t rows, int64_t columns, int* matches,
                      double* difference, char* text, size_t size) {
    return rope::detail::guarded([&]() -> rope::status {
        if (config == nullptr || cos == nullptr || sin == nullptr) {
            return rope::detail::null_argument(config == nullptr ? "config" : cos == nullptr ? "cos" : "sin");
        }
        if (rope::status s = rope::detail::no_rotation_of(*config); !s.ok()) {
            return s;
        }
        if (dtype < ROPE_F32 || dtype > ROPE_BF16) {
            return {"dtype is " + std::to_string(static_cast<int>(dtype)) + "; expected 0 to 3",
                    rope::errc::table};
        }
        constexpr rope::dtype types[] = {rope::dtype::f32, rope::dtype::f64, rope::dtype::f16,
                                         rope::dtype::bf16};
        rope::verify_options options;
        options.seq_len = seq_len;
        rope::verification found;
        rope::status s =
            rope::detail::verify_arrays({cos, sin, types[dtype], rows, columns}, config->read.config,
                                        rope::offset(first), options, found);
        if (!s.ok()) {
            return s;
        }
        if (matches != nullptr) {
            *matches = found.verdict.matches ? 1 : 0;
        }
        if (difference != nullptr) {
            *difference = found.difference;
        }
        rope::detail::copy_text(found.message, text, size);
        return {};
    });
}

rope_code rope_diagnose(const rope_config* config, int64_t seq_len, const rope_tensor* before,
                        const rope_tensor* after, const char* axes, rope_positions where, int* matches,
                        char* text, size_t size) {
    return rope::detail::guarded([&]() -> rope::status {
        rope::status why;
        rope::detail::untyped_view x, y;
        rope::positions at;
        if (config == nullptr || axes == nullptr) {
            return rope::detail::null_argument(config == nullptr ? "config" : "axes");
        }
        if (!rope::detail::take_tensor(before, "before", x, why) ||
            !rope::detail::take_tensor(after, "after", y, why) ||
            !rope::detail::take_positions(where, at, why)) {
            return why;
        }
        if (rope::status s = rope::detail::no_rotation_of(*config); !s.ok()) {
            return s;
        }
        rope::diagnose_options options;
        options.seq_len = seq_len;
        rope::diagnosis found;
        why = rope::detail::diagnose_views(x, y, rope::axis_names(std::string_view(axes)),
                                           config->read.config, at, options, found);
        if (!why.ok()) {
            return why;
        }
        if (matches != nullptr) {
            *matches = found.matches ? 1 : 0;
        }
        rope::detail::copy_text(found.matches       ? "the configuration's rotation, within rounding"
                                : found.unexplained ? "no rotation that is known explains it"
                                                    : rope::detail::lines_of(found.best),
                                text, size);
        return {};
    });
}

} // extern "C"
