// Rotation jobs for the kernels' tests, made from a seed by integers alone: the same on every machine and
// compiler. A family is one pair of storage types in one pattern; its jobs go through the dimensions 2 to 320
// with changing strides, offsets, tails, orders, values, and their results are condensed into one hash.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/kernels/rotate_job.hpp>
#include <rope/numbers/scalars.hpp>

#include <cstdint>
#include <cstring>
#include <string>
#include <type_traits>
#include <vector>

namespace kernel_cases {

using rope::kernels::rotate_job;

// A job with its data and with what the kernel said of itself.
struct job_with_data : rotate_job {
    const void* in = nullptr;
    void* out = nullptr;
    rope::isa ran = rope::isa::scalar;

    void run_by(rope::kernels::rotate_kernel kernel) { ran = kernel(*this, in, out); }
};

struct random_bits { // splitmix64
    std::uint64_t state;
    std::uint64_t next() {
        state += 0x9e3779b97f4a7c15u;
        std::uint64_t z = state;
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
        z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
        return z ^ (z >> 31);
    }
    std::int64_t below(std::int64_t n) {
        return static_cast<std::int64_t>(next() % static_cast<std::uint64_t>(n));
    }
};

template <class T>
struct format;
template <>
struct format<float> {
    static constexpr int exponent = 8, fraction = 23;
    static constexpr const char* name = "f32";
};
template <>
struct format<double> {
    static constexpr int exponent = 11, fraction = 52;
    static constexpr const char* name = "f64";
};
template <>
struct format<rope::half> {
    static constexpr int exponent = 5, fraction = 10;
    static constexpr const char* name = "f16";
};
template <>
struct format<rope::bfloat16> {
    static constexpr int exponent = 8, fraction = 7;
    static constexpr const char* name = "bf16";
};

// ordinary: between 2^-3 and 4. tiny: around the denormals. wild: any bits, infinities and NaN among them.
enum class values { ordinary, tiny, wild };

template <class T>
T make_value(random_bits& random, values kind) {
    using f = format<T>;
    const std::uint64_t one = 1, sign = random.next() & 1,
                        fraction = random.next() & ((one << f::fraction) - 1);
    const std::uint64_t bias = (one << (f::exponent - 1)) - 1;
    std::uint64_t field = bias - 3 + random.next() % 5;
    if (kind == values::tiny) {
        field = random.next() % 4;
    } else if (kind == values::wild) {
        field = random.next() & ((one << f::exponent) - 1);
    }
    const std::uint64_t bits = (((sign << f::exponent) | field) << f::fraction) | fraction;
    T value;
    if constexpr (sizeof(T) == 8) {
        std::memcpy(&value, &bits, 8);
    } else if constexpr (sizeof(T) == 4) {
        const auto low = static_cast<std::uint32_t>(bits);
        std::memcpy(&value, &low, 4);
    } else {
        const auto low = static_cast<std::uint16_t>(bits);
        std::memcpy(&value, &low, 2);
    }
    return value;
}

template <class T>
std::uint64_t bits_of(const T& value) {
    std::uint64_t bits = 0;
    if constexpr (sizeof(T) == 8) {
        std::memcpy(&bits, &value, 8);
    } else if constexpr (sizeof(T) == 4) {
        std::uint32_t low;
        std::memcpy(&low, &value, 4);
        bits = low;
    } else {
        std::uint16_t low;
        std::memcpy(&low, &value, 2);
        bits = low;
    }
    return bits;
}

// FNV-1a over the bits; every NaN counts as one and the same.
struct digest {
    std::uint64_t hash = 0xcbf29ce484222325u;
    template <class T>
    void add(const T& value) {
        using f = format<T>;
        constexpr std::uint64_t one = 1, infinity = ((one << f::exponent) - 1) << f::fraction;
        std::uint64_t bits = bits_of(value);
        if ((bits & ((one << (f::exponent + f::fraction)) - 1)) > infinity) {
            bits = infinity + 1;
        }
        for (std::size_t i = 0; i < sizeof(T); ++i, bits >>= 8) {
            hash = (hash ^ (bits & 0xff)) * 0x100000001b3u;
        }
    }
};

enum class pattern { split, zipped, split_to_zipped, zipped_to_split, strided, columns };
constexpr pattern patterns[] = {pattern::split,           pattern::zipped,  pattern::split_to_zipped,
                                pattern::zipped_to_split, pattern::strided, pattern::columns};
inline const char* pattern_name(pattern p) {
    constexpr const char* names[] = {"split",           "zipped",  "split_to_zipped",
                                     "zipped_to_split", "strided", "columns"};
    return names[static_cast<int>(p)];
}

// One job with the memory that it needs, allocated to the element, so that a sanitizer sees a step beyond it.
template <class In, class Out>
struct rotation_case {
    using compute = rope::compute_type<In>;
    std::vector<In> in;
    std::vector<Out> out; // empty in place
    std::vector<compute> cos, sin;
    std::vector<std::int64_t> rows;
    job_with_data job{};
    std::string text;

    rotation_case(const rotation_case&) = delete;
    rotation_case& operator=(const rotation_case&) = delete;

    rotation_case(random_bits& random, pattern shape, std::int64_t dim) {
        const std::int64_t pairs = dim / 2, tokens = random.below(4), heads = 1 + random.below(7);
        const std::int64_t before = 2 * random.below(3), after = random.below(4), offset = random.below(5);
        const bool in_place = std::is_same_v<In, Out> && random.below(2) == 0;
        const auto kind = static_cast<values>(random.below(3));
        job.tokens = tokens;
        job.heads = heads;
        job.pairs = pairs;
        job.in_place = in_place;
        job.conjugate = random.below(2) == 0;
        job.heads_outer = random.below(3) == 0;
        job.non_temporal = !in_place && random.below(2) == 0;
        job.prefetch = dim % 4 == 0;
        const std::int64_t full = before + dim + after;
        // Aligned rows now and then, since streams ask for them.
        const std::int64_t row = random.below(2) == 0 ? (full + 31) / 32 * 32 : full + random.below(3);
        const std::int64_t shift = random.below(2) == 0 ? 0 : offset;
        std::int64_t element = 1, token = heads * row, head = row;
        if (shape == pattern::strided) {
            element = 2 + random.below(2);
            token *= element;
            head *= element;
        } else if (shape == pattern::columns) {
            element = tokens * heads + random.below(3) + 1;
            token = 1;
            head = tokens + (tokens == 0 ? 1 : 0);
        } else if (random.below(2) == 0) { // heads outermost in memory
            token = row;
            head = (tokens + 1) * row;
        }
        const bool from_zipped =
            shape == pattern::zipped || shape == pattern::zipped_to_split ||
            ((shape == pattern::strided || shape == pattern::columns) && random.below(2) == 0);
        const bool to_zipped =
            shape == pattern::zipped || shape == pattern::split_to_zipped ||
            ((shape == pattern::strided || shape == pattern::columns) && random.below(2) == 0);
        const auto lattice = [&](bool zipped) {
            return rope::kernels::row_layout{token,
                                             head,
                                             before * element,
                                             zipped ? 2 * element : element,
                                             zipped ? element : element * pairs,
                                             2 * element,
                                             element};
        };
        job.from = lattice(from_zipped);
        job.to = lattice(to_zipped);
        if (!in_place) {
            job.copied[0] = {0, before};
            job.copied[1] = {before + dim, full};
        }
        const std::int64_t size =
            shift + (tokens > 0 ? (tokens - 1) * token + (heads - 1) * head + (full - 1) * element + 1 : 0);
        in.reserve(static_cast<std::size_t>(size));
        for (std::int64_t i = 0; i < size; ++i) {
            in.push_back(make_value<In>(random, kind));
        }
        if (!in_place) {
            for (std::int64_t i = 0; i < size; ++i) {
                out.push_back(
                    make_value<Out>(random, values::ordinary)); // what must stay where nothing is written
            }
        }
        const std::int64_t table_rows = tokens + 2;
        job.row_stride = pairs + random.below(2);
        for (std::int64_t i = 0; i < table_rows * job.row_stride - (job.row_stride - pairs); ++i) {
            cos.push_back(make_value<compute>(random, values::ordinary));
            sin.push_back(make_value<compute>(random, values::ordinary));
        }
        job.rows_step = 1;
        if (random.below(2) == 0) {
            for (std::int64_t t = 0; t < tokens; ++t) {
                rows.push_back(random.below(table_rows));
            }
            job.rows = rows.data();
        } else {
            job.first_row = random.below(2);
            if (random.below(4) == 0) {
                job.rows_step = 0;
            }
        }
        job.in = in.data() + shift;
        job.out = in_place ? static_cast<void*>(in.data() + shift) : static_cast<void*>(out.data() + shift);
        job.cos = cos.data();
        job.sin = sin.data();
        text = std::string(format<In>::name) + " to " + format<Out>::name + ", " + pattern_name(shape) +
               ", dim " + std::to_string(dim) + ", " + std::to_string(tokens) + " tokens, " +
               std::to_string(heads) + " heads, row " + std::to_string(row) + ", shift " +
               std::to_string(shift) + (in_place ? ", in place" : "") +
               (job.heads_outer ? ", heads outer" : "") + (job.non_temporal ? ", non-temporal" : "") +
               (job.conjugate ? ", conjugate" : "");
    }

    void add_to(digest& d) const {
        for (const In& x : in) {
            d.add(x);
        }
        for (const Out& y : out) {
            d.add(y);
        }
    }
};

inline std::int64_t next_dim(std::int64_t dim) {
    return dim + (dim < 40 ? 2 : dim < 140 ? 6 : 22);
}

// Runs `rotate(job, text)` on every job of the family; the hash of all that is in memory then.
template <class In, class Out, class Rotate>
std::uint64_t family_hash(pattern shape, Rotate&& rotate) {
    random_bits random{static_cast<std::uint64_t>(shape) * 977 + sizeof(In) * 31 + sizeof(Out) +
                       (std::is_same_v<In, rope::half> ? 1009u : 0u) +
                       (std::is_same_v<Out, rope::half> ? 2003u : 0u)};
    digest d;
    for (std::int64_t dim = 2; dim <= 320; dim = next_dim(dim)) {
        for (int again = 0; again < 3; ++again) {
            rotation_case<In, Out> one(random, shape, dim);
            rotate(one.job, one.text);
            one.add_to(d);
        }
    }
    return d.hash;
}

} // namespace kernel_cases
