// The functions of rope.h for tables, tensors, rotations and instruction sets. In one source file of a program: see c.hpp.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/c/config.hpp>
#include <rope/c/convert.hpp>
#include <rope/kernels/isa.hpp>
#include <rope/rotate/one_token.hpp>
#include <rope/rotate/plan.hpp>
#include <rope/rotate/run.hpp>
#include <rope/support/version.hpp>
#include <rope/table/cos_sin_table.hpp>

#include <memory>
#include <optional>
#include <string>
#include <utility>

struct rope_plan {
    rope::detail::plan_data data;
};

namespace rope {
inline namespace ROPE_ABI {
namespace detail {

template <class T>
status make_c_table(rope_table& to, const frequency_set& f, range run) {
    result<table<T>> made = try_cos_sin_table<T>(f, run);
    if (made.ok()) {
        auto kept = std::make_shared<const table<T>>(std::move(made.value));
        to.source = row_source_of<table<T>>::of(*kept);
        to.owner = std::move(kept);
    }
    return std::move(made.why);
}

template <class T>
row_source source_of_rows(const rope_rows& r) noexcept {
    given_rows<T> g;
    g.cos = static_cast<const T*>(r.cos);
    g.sin = static_cast<const T*>(r.sin);
    g.rows = r.rows;
    g.pairs = r.pairs;
    g.pairing = static_cast<pairing>(r.pairing);
    g.row_stride = r.row_stride;
    g.pair_stride = r.pair_stride;
    g.first = r.first;
    g.head_dim = r.head_dim;
    g.rotary_offset = r.rotary_offset;
    g.cos_rows = r.cos_rows;
    g.sin_rows = r.sin_rows;
    return row_source_of<given_rows<T>>::of(g);
}

// A new table, filled by `f`, which returns a status.
template <class F>
rope_code make_table_handle(rope_table** out, F&& f) noexcept {
    return guarded([&]() -> status {
        if (out == nullptr) {
            return null_argument("out");
        }
        *out = nullptr;
        auto made = std::make_unique<rope_table>();
        if (status s = f(*made); !s.ok()) {
            return s;
        }
        *out = made.release();
        return {};
    });
}

// A decoder's token without a plan. False: the plan does it, or says why not.
inline bool rotate_token(const c_rotation& r) noexcept {
    const bool of_type = r.rows->type == (r.in.type == dtype::f64 ? dtype::f64 : dtype::f32);
    if (!r.in_place || r.in.type != r.out.type || !of_type || r.rows->kind != row_kind::stored ||
        r.rows->listed_axes != 0 || !has_dense_rows(*r.rows)) {
        return false;
    }
    return rotate_one_token({*r.rows, r.in, r.names, r.where, r.options, *r.functions});
}

inline bool can_run(const rope_plan* plan, const void* in, const void* out, std::int64_t part,
                    std::int64_t parts) noexcept {
    return plan != nullptr && in != nullptr && out != nullptr && part >= 0 && part < parts &&
           (in == out) == plan->data.job.in_place;
}
ROPE_COLD inline rope_code refuse_run_of(const rope_plan* plan, const void* in, const void* out,
                                         std::int64_t part, std::int64_t parts) noexcept {
    return guarded([&]() -> status {
        status why;
        if (plan == nullptr || in == nullptr || out == nullptr) {
            return null_argument(plan == nullptr ? "plan" : in == nullptr ? "in" : "out");
        }
        if (part < 0 || part >= parts) {
            refuse(why, errc::shape, {"part is ", part, " of ", parts, "; expected 0 <= part < parts"});
        } else {
            refuse_place(plan->data, why);
        }
        return why;
    });
}

} // namespace detail
} // namespace ROPE_ABI
} // namespace rope

extern "C" {

const char* rope_last_error(void) {
    return rope::detail::last_message;
}
const char* rope_version(void) {
    return ROPE_VERSION_STRING;
}

rope_code rope_table_make(const rope_config* config, int64_t seq_len, int64_t first, int64_t rows,
                          rope_dtype dtype, rope_table** out) {
    return rope::detail::make_table_handle(out, [&](rope_table& to) -> rope::status {
        if (config == nullptr) {
            return rope::detail::null_argument("config");
        }
        if (rope::status s = rope::detail::no_rotation_of(*config); !s.ok()) {
            return s;
        }
        rope::result<rope::frequency_set> f = rope::try_frequencies(config->read.config, seq_len);
        if (!f.ok()) {
            return std::move(f.why);
        }
        switch (dtype) {
        case ROPE_F32:
            return rope::detail::make_c_table<float>(to, f.value, {first, rows});
        case ROPE_F64:
            return rope::detail::make_c_table<double>(to, f.value, {first, rows});
        case ROPE_F16:
            return rope::detail::make_c_table<rope::half>(to, f.value, {first, rows});
        case ROPE_BF16:
            return rope::detail::make_c_table<rope::bfloat16>(to, f.value, {first, rows});
        }
        return {"dtype is " + std::to_string(static_cast<int>(dtype)) + "; expected 0 to 3",
                rope::errc::table};
    });
}

rope_code rope_table_of_rows(const rope_rows* rows, rope_table** out) {
    return rope::detail::make_table_handle(out, [&](rope_table& to) -> rope::status {
        if (rows == nullptr) {
            return rope::detail::null_argument("rows");
        }
        if (rows->pairing != ROPE_HALF_SPLIT && rows->pairing != ROPE_INTERLEAVED) {
            return {"pairing is " + std::to_string(static_cast<int>(rows->pairing)) + "; expected 0 or 1",
                    rope::errc::pairing};
        }
        using maker = rope::row_source (*)(const rope_rows&) noexcept;
        constexpr maker of_type[] = {
            &rope::detail::source_of_rows<float>, &rope::detail::source_of_rows<double>,
            &rope::detail::source_of_rows<rope::half>, &rope::detail::source_of_rows<rope::bfloat16>};
        if (rows->dtype < ROPE_F32 || rows->dtype > ROPE_BF16) {
            return {"dtype is " + std::to_string(static_cast<int>(rows->dtype)) + "; expected 0 to 3",
                    rope::errc::table};
        }
        to.source = of_type[rows->dtype](*rows);
        return {};
    });
}

rope_code rope_table_describe(const rope_table* table, rope_table_info* out) {
    return rope::detail::guarded([&]() -> rope::status {
        if (table == nullptr || out == nullptr) {
            return rope::detail::null_argument(table == nullptr ? "table" : "out");
        }
        const rope::row_source& s = table->source;
        *out = {s.cos,
                s.sin,
                static_cast<rope_dtype>(s.type),
                s.first,
                s.rows,
                rope::detail::slice_of(s).pairs,
                s.row_stride,
                rope::detail::factor_of(s)};
        return {};
    });
}

void rope_table_free(rope_table* table) {
    delete table;
}

rope_tensor rope_tensor_of(void* data, rope_dtype dtype, int rank, const int64_t* extents,
                           const int64_t* strides) {
    rope_tensor t = {};
    t.data = data;
    t.dtype = dtype;
    t.rank = extents == nullptr ? -1 : rank; // refused where it is used
    std::int64_t step = 1;
    for (int k = t.rank < ROPE_MAX_RANK ? t.rank : ROPE_MAX_RANK; k-- > 0;) {
        t.extent[k] = extents[k];
        t.stride[k] = strides != nullptr ? strides[k] : step;
        step = rope::detail::saturating_multiply(step, extents[k]);
    }
    return t;
}

rope_positions rope_offset(int64_t past) {
    rope_positions p = {};
    p.offset = past;
    p.counting = 1;
    return p;
}
rope_positions rope_at(int64_t position) {
    rope_positions p = {};
    p.offset = position;
    return p;
}
rope_positions rope_ids(const void* ids, rope_id_type type, int64_t count) {
    rope_positions p = {};
    p.ids = ids;
    p.type = type;
    p.rank = 1;
    p.extent[0] = count;
    p.stride[0] = 1;
    return p;
}

rope_code rope_rotate(const rope_table* table, const rope_tensor* in, const rope_tensor* out,
                      const char* axes, rope_positions where, const rope_options* options) {
    return rope::detail::guarded([&]() -> rope::status {
        rope::status why;
        rope::detail::c_rotation r;
        if (!r.take(table, in, out, axes, where, options, why) || rope::detail::rotate_token(r)) {
            return why;
        }
        return rope::detail::rotate_now(r.made());
    });
}

rope_code rope_plan_make(const rope_table* table, const rope_tensor* in, const rope_tensor* out,
                         const char* axes, rope_positions where, const rope_options* options,
                         rope_plan** out_plan) {
    return rope::detail::guarded([&]() -> rope::status {
        rope::status why;
        if (out_plan == nullptr) {
            return rope::detail::null_argument("out_plan");
        }
        *out_plan = nullptr;
        rope::detail::c_rotation r;
        if (!r.take(table, in, out, axes, where, options, why)) {
            return why;
        }
        auto made = std::make_unique<rope_plan>();
        why = rope::detail::make_reusable_plan(made->data, r.made());
        if (why.ok()) {
            *out_plan = made.release();
        }
        return why;
    });
}

rope_code rope_plan_run(const rope_plan* plan, const void* in, void* out, int64_t part, int64_t parts) {
    if (!rope::detail::can_run(plan, in, out, part, parts)) {
        return rope::detail::refuse_run_of(plan, in, out, part, parts);
    }
    if (parts == 1) {
        rope::detail::run_all(plan->data, in, out);
    } else {
        rope::detail::run_part(plan->data, in, out, part, parts, 0);
    }
    return ROPE_OK;
}

rope_code rope_plan_run_at(const rope_plan* plan, const void* in, void* out, int64_t past, int64_t part,
                           int64_t parts) {
    if (!rope::detail::can_run(plan, in, out, part, parts)) {
        return rope::detail::refuse_run_of(plan, in, out, part, parts);
    }
    if (!plan->data.rows.is_movable_to(past)) {
        return rope::detail::guarded([&]() -> rope::status {
            rope::status why;
            rope::detail::refuse_move(plan->data, past, why);
            return why;
        });
    }
    rope::detail::run_part(plan->data, in, out, part, parts, past - plan->data.rows.offset);
    return ROPE_OK;
}

void rope_plan_free(rope_plan* plan) {
    delete plan;
}

const char* rope_isa(void) {
    const char* name = nullptr;
    rope::detail::guarded([&]() -> rope::status {
        rope::isa which = rope::isa::scalar;
        rope::status why = rope::detail::choose_isa(which);
        if (why.ok()) {
            name = rope::isa_name(which);
        }
        why.code = why.ok() ? rope::errc::ok : rope::errc::isa;
        return why;
    });
    return name;
}

rope_code rope_force_isa(const char* name) {
    return rope::detail::guarded([&]() -> rope::status {
        const std::optional<rope::isa> which =
            name != nullptr ? rope::isa_from_name(name) : std::optional<rope::isa>();
        rope::status why = name != nullptr && !which
                               ? rope::status{"instruction set \"" + std::string(name) + "\" is not known"}
                               : rope::try_force_isa(which);
        why.code = why.ok() ? rope::errc::ok : rope::errc::isa;
        return why;
    });
}

} // extern "C"
