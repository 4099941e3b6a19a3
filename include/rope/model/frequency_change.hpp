// frequency_change(from, to): what turns keys that one configuration rotated into keys that another one would have rotated.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/model/frequency_set.hpp>
#include <rope/support/error.hpp>
#include <rope/support/linkage.hpp>
#include <rope/support/platform.hpp>

#if ROPE_DEFINITIONS
#include <rope/numbers/wide.hpp>
#include <rope/numbers/wide_functions.hpp>

#include <cstddef>
#include <cstdint>
#include <utility>
#endif

namespace rope {
inline namespace ROPE_ABI {

// The frequencies of R_to(p) R_from(p)^-1, for a change of regime (LongRoPE from short to long factors, dynamic NTK at a new
// length): for pair i
//   step[i] = to.step[i] - from.step[i],   amplitude = to.amplitude / from.amplitude
// so that rotating a key that was rotated by `from` at position p, by the result at the same p, gives the key of `to`.
//   Shapes      both of one head_dim, slice, pairing, number of axes and axis of each pair; so is the result
//   Error       steps are exact differences of what both sets hold; inv_freq the nearest doubles; the amplitude is the quotient to
//               192 fractional bits. A table of the result is correctly rounded as any other
//   Throws      rope::error where the sets differ in anything else, or from.amplitude is not above 0; try_ returns the reason
//   Allocations the lists of the result
ROPE_COLD frequency_set frequency_change(const frequency_set& from, const frequency_set& to);
ROPE_COLD result<frequency_set> try_frequency_change(const frequency_set& from, const frequency_set& to);

#if ROPE_DEFINITIONS
namespace detail {

// a - b; what does not fit wraps around, by whole turns.
inline numbers::q64_192 difference(const numbers::q64_192& a, const numbers::q64_192& b) noexcept {
    numbers::q64_192 d = {};
    std::uint64_t borrow = 0;
    for (int k = 0; k < 4; ++k) {
        const std::uint64_t x = a.limb[k] - b.limb[k];
        d.limb[k] = x - borrow;
        borrow = (a.limb[k] < b.limb[k] ? 1u : 0u) | (x < borrow ? 1u : 0u);
    }
    return d;
}

inline bool sets_match(const frequency_set& a, const frequency_set& b, status& why) {
    struct number {
        const char* name;
        std::int64_t from, to;
    };
    const auto pairs_of = [](const frequency_set& f) { return static_cast<std::int64_t>(f.step.size()); };
    for (const number& each :
         {number{"head_dim", a.head_dim, b.head_dim}, number{"rotary_dim", a.rotary_dim, b.rotary_dim},
          number{"rotary_offset", a.rotary_offset, b.rotary_offset}, number{"axes", a.axes, b.axes},
          number{"the number of pairs", pairs_of(a), pairs_of(b)}}) {
        if (each.from != each.to) {
            return refuse(why, errc::table,
                          {each.name, " is ", each.from, " in the frequencies before and ", each.to,
                           " in those after; expected one number"});
        }
    }
    if (a.pairing != b.pairing) {
        return refuse(why, errc::pairing, {"the pairing differs between the frequencies before and after"});
    }
    if (a.axis_of_pair != b.axis_of_pair) {
        return refuse(why, errc::table, {"axis_of_pair differs between the frequencies before and after"});
    }
    return true;
}

} // namespace detail

ROPE_NOINLINE ROPE_API result<frequency_set> try_frequency_change(const frequency_set& from,
                                                                  const frequency_set& to) {
    result<frequency_set> made;
    if (!detail::sets_match(from, to, made.why)) {
        return made;
    }
    const wide before = from_q64_192(from.amplitude);
    const wide quotient = before.is_zero() ? wide(0) : from_q64_192(to.amplitude) / before;
    if (before.is_zero() || before.is_negative() || quotient.is_negative() || !fits_q64_192(quotient)) {
        detail::refuse(made.why, errc::table,
                       {"the attention factor before is ", from.attention_factor, " and after ",
                        to.attention_factor, "; expected two above 0, with a quotient below 2^63"});
        return made;
    }
    frequency_set f = to;
    const wide radians = wide(2) * pi<wide>();
    f.inv_freq.resize(f.step.size());
    for (std::size_t i = 0; i < f.step.size(); ++i) {
        f.step[i] = detail::difference(to.step[i], from.step[i]);
        f.inv_freq[i] = to_double(from_q64_192(f.step[i]) * radians);
    }
    f.amplitude = to_q64_192(quotient);
    f.attention_factor = to_double(quotient);
    f.softmax_scale_multiplier = 1;
    f.base = 0;
    made.value = std::move(f);
    return made;
}

ROPE_API frequency_set frequency_change(const frequency_set& from, const frequency_set& to) {
    return detail::value_or_throw(try_frequency_change(from, to));
}
#endif

} // namespace ROPE_ABI
} // namespace rope
