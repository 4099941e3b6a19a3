// precision: the ways in which a right rotation is calculated less exactly than the arrays' type could hold.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/diagnose/hypothesis.hpp>
#include <rope/support/linkage.hpp>

#include <string>
#include <vector>

namespace rope {
inline namespace ROPE_ABI {
namespace detail {

// `h` as it is, and with each way or two of them; those with fewer differences first.
std::vector<hypothesis> precision_variants(const hypothesis& h, dtype type, bool table_alone);

// Whether the rounding of tables or products is part of it, so that single entries may be rounded the other way.
inline bool is_narrow(const hypothesis& h) {
    return h.table_type || h.product_type || h.input_type || h.result_type;
}

#if ROPE_DEFINITIONS

inline hypothesis with_numerics(hypothesis h, numerics way, bool loose) {
    h.numerics = way;
    h.loose_angles = loose;
    h.differences.push_back(
        {aspect::arithmetic, "exact angles",
         std::string(way == numerics::ggml ? "ggml, each angle a product of floats with the one before"
                                           : "hf_fp32, angles in float") +
             (loose ? ", to a few units" : "")});
    h.prior += way == numerics::ggml ? 72 : 70;
    h.prior += loose ? 5 : 0;
    return h;
}

// Exact but for angles that are a few units of double off: position times frequency in double.
inline hypothesis with_double_angles(hypothesis h) {
    h.loose_angles = true;
    h.differences.push_back({aspect::arithmetic, "exact angles", "angles in double"});
    h.prior += 69;
    return h;
}

inline hypothesis with_table(hypothesis h, dtype type, dtype own) {
    h.table_type = type;
    h.differences.push_back(
        {aspect::table_dtype, own == dtype::f64 ? "float64" : "float32", type_name(type)});
    h.prior += 74;
    return h;
}

inline hypothesis with_products(hypothesis h, dtype type) {
    h.product_type = type;
    h.differences.push_back(
        {aspect::arithmetic, "products in float32", std::string("products rounded to ") + type_name(type)});
    h.prior += 78;
    return h;
}

inline hypothesis calculated_in(hypothesis h, dtype type, bool input) {
    h.table_type = h.product_type = h.result_type = type;
    if (input) {
        h.input_type = type;
    }
    h.differences.push_back({aspect::arithmetic, "calculated in the arrays' type",
                             std::string("calculated in ") + type_name(type) +
                                 (input ? "" : ", from inputs that are not rounded to it")});
    h.prior += 80;
    return h;
}

inline hypothesis rounded_values(hypothesis h, dtype type, bool input, bool result) {
    if (input) {
        h.input_type = type;
    }
    if (result) {
        h.result_type = type;
    }
    h.differences.push_back({aspect::arithmetic, "values in the arrays' type",
                             std::string(input && result ? "inputs and results"
                                         : input         ? "inputs"
                                                         : "results") +
                                 " rounded to " + type_name(type)});
    h.prior += 82;
    return h;
}

ROPE_API std::vector<hypothesis> precision_variants(const hypothesis& h, dtype type, bool table_alone) {
    std::vector<hypothesis> out = {h};
    std::vector<dtype> narrower;
    for (const dtype t : {dtype::f32, dtype::f16, dtype::bf16}) {
        if (type == dtype::f64 || t != dtype::f32) {
            narrower.push_back(t);
        }
    }
    if (type == dtype::f64) {
        out.push_back(with_double_angles(h));
    }
    for (const numerics way : {numerics::hf_fp32, numerics::ggml}) {
        if (h.frequencies.base > 0) {
            out.push_back(with_numerics(h, way, false));
        }
    }
    for (const dtype t : narrower) {
        if (t != type || !table_alone) {
            out.push_back(with_table(h, t, type));
        }
    }
    const bool narrow = type == dtype::f16 || type == dtype::bf16;
    if (narrow && !table_alone) {
        out.push_back(with_products(h, type));
    } else if (!table_alone) {
        for (const dtype t : narrower) {
            out.push_back(calculated_in(h, t, true));
            out.push_back(calculated_in(h, t, false));
            out.push_back(rounded_values(h, t, false, true));
            out.push_back(rounded_values(h, t, true, false));
            out.push_back(rounded_values(h, t, true, true));
        }
    }
    if (h.frequencies.base > 0) {
        out.push_back(with_numerics(h, numerics::hf_fp32, true));
        out.push_back(with_numerics(h, numerics::ggml, true));
    }
    for (const dtype t : narrower) { // two at once
        if (t == type && table_alone) {
            continue;
        }
        const hypothesis rounded = with_table(h, t, type);
        if (narrow && !table_alone) {
            out.push_back(with_products(rounded, type));
        }
        for (const numerics way : {numerics::hf_fp32, numerics::ggml}) {
            if (h.frequencies.base > 0) {
                hypothesis both = with_numerics(h, way, false);
                out.push_back(with_table(both, t, type));
            }
        }
    }
    return out;
}

#endif

} // namespace detail
} // namespace ROPE_ABI
} // namespace rope
