// dual: a number and its derivative with respect to one parameter. A formula written for any real type, evaluated in duals,
// gives its value and its derivative to the precision of wide. floor has derivative 0; where a formula branches, the
// derivative is that of the branch taken.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/numbers/wide.hpp>

#include <type_traits>

namespace rope {
inline namespace ROPE_ABI {

struct dual {
    wide value = {};
    wide slope = {};

    dual() noexcept = default;
    dual(const wide& v) noexcept : value(v) {}
    dual(const wide& v, const wide& s) noexcept : value(v), slope(s) {}
    template <class Number, class = std::enable_if_t<std::is_arithmetic_v<Number>>>
    dual(Number v) noexcept : value(v) {}

    friend dual operator-(const dual& a) noexcept { return {-a.value, -a.slope}; }
    friend dual operator+(const dual& a, const dual& b) noexcept {
        return {a.value + b.value, a.slope + b.slope};
    }
    friend dual operator-(const dual& a, const dual& b) noexcept {
        return {a.value - b.value, a.slope - b.slope};
    }
    friend dual operator*(const dual& a, const dual& b) noexcept {
        return {a.value * b.value, a.slope * b.value + a.value * b.slope};
    }
    friend dual operator/(const dual& a, const dual& b) noexcept {
        const wide quotient = a.value / b.value;
        return {quotient, (a.slope - quotient * b.slope) / b.value};
    }
    friend bool operator<(const dual& a, const dual& b) noexcept { return a.value < b.value; }
    friend bool operator>(const dual& a, const dual& b) noexcept { return a.value > b.value; }
    friend bool operator<=(const dual& a, const dual& b) noexcept { return a.value <= b.value; }
    friend bool operator>=(const dual& a, const dual& b) noexcept { return a.value >= b.value; }
    friend bool operator==(const dual& a, const dual& b) noexcept { return a.value == b.value; }
    friend bool operator!=(const dual& a, const dual& b) noexcept { return a.value != b.value; }
};

inline dual exp(const dual& x) noexcept {
    const wide y = exp(x.value);
    return {y, y * x.slope};
}
inline dual log(const dual& x) noexcept {
    return {log(x.value), x.slope / x.value};
}
inline dual sqrt(const dual& x) noexcept {
    const wide y = sqrt(x.value);
    return {y, x.slope / (y + y)};
}
inline dual floor(const dual& x) noexcept {
    return {floor(x.value)};
}
// x > 0.
inline dual pow(const dual& x, const dual& y) noexcept {
    const wide power = pow(x.value, y.value);
    return {power, power * (y.slope * log(x.value) + y.value * x.slope / x.value)};
}
template <>
inline dual pi<dual>() noexcept {
    return {pi<wide>()};
}

} // namespace ROPE_ABI
} // namespace rope
