// No kernel touches memory beside its tensors and tables: each of them lies between two pages that may not be read or
// written, flush with the one before it or with the one behind.
// SPDX-License-Identifier: MIT
#include "support/catch.hpp"
#include "support/run_isa.hpp"

#include "kernels/cases.hpp"

#include <rope/rotate/plan.hpp>

#include <csignal>
#include <optional>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

namespace {

class guarded {
  public:
    explicit guarded(std::size_t bytes) {
        const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
        size_ = (bytes + page - 1) / page * page;
        all_ = size_ + 2 * page;
        void* const memory = mmap(nullptr, all_, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        REQUIRE(memory != MAP_FAILED);
        begin_ = static_cast<unsigned char*>(memory) + page;
        REQUIRE(mprotect(begin_, size_, PROT_READ | PROT_WRITE) == 0);
        std::memset(begin_, filler, size_);
    }
    ~guarded() { munmap(begin_ - (all_ - size_) / 2, all_); }
    guarded(const guarded&) = delete;
    guarded& operator=(const guarded&) = delete;

    // `count` elements flush with the page before them or behind them; the rest is filler.
    template <class T>
    T* place(std::int64_t count, bool behind) {
        const std::size_t bytes = static_cast<std::size_t>(count) * sizeof(T);
        used_ = behind ? begin_ + size_ - bytes : begin_;
        used_bytes_ = bytes;
        return reinterpret_cast<T*>(used_);
    }
    // Nothing but the elements was written; they are filler again.
    bool restored() {
        std::memset(used_, filler, used_bytes_);
        // Only the line beside them is looked at: what strays, strays there.
        const unsigned char* const from = used_ == begin_ ? used_ + used_bytes_ : used_ - beside;
        for (std::size_t k = 0; k < beside; ++k) {
            if (from[k] != filler) {
                return false;
            }
        }
        return true;
    }
    unsigned char* end() const { return begin_ + size_; }
    unsigned char* begin() const { return begin_; }

  private:
    static constexpr unsigned char filler = 0xa5;
    static constexpr std::size_t beside = 256;
    unsigned char *begin_, *used_ = nullptr;
    std::size_t size_, all_, used_bytes_ = 0;
};

constexpr std::size_t room = std::size_t{1}
                             << 17; // 19 tokens of 3 heads of 133 doubles, every other, and a line

struct memory {
    guarded in{room}, out{room}, cos{room}, sin{room};
};

template <class In, class Out>
struct guard_case {
    using compute = rope::compute_type<In>;
    std::int64_t tokens, heads, pairs;
    rope::pairing from, to;
    bool in_place, behind;
    int order; // 0: token, head, element; 1: head, token, element; 2: every other element; 3: features far apart

    // True when the kernel named was the one that ran and wrote nothing else.
    bool run(memory& m, rope::isa which) const {
        rope::table<compute> t;
        rope::frequency_set& f = t.frequencies;
        f.rotary_dim = 2 * pairs;
        f.rotary_offset = pairs % 3;
        f.head_dim = f.rotary_offset + f.rotary_dim + pairs % 2;
        f.pairing = from;
        f.axis_of_pair.resize(static_cast<std::size_t>(pairs));
        f.inv_freq.resize(static_cast<std::size_t>(pairs));
        f.step.resize(static_cast<std::size_t>(pairs));
        t.rows = tokens;
        const std::int64_t d = f.head_dim;
        const rope::extent_list extents = {tokens, heads, d};
        const rope::extent_list strides = order == 0   ? rope::extent_list{heads * d, d, 1}
                                          : order == 1 ? rope::extent_list{d, tokens * d, 1}
                                          : order == 2 ? rope::extent_list{2 * heads * d, 2 * d, 2}
                                                       : rope::extent_list{1, tokens, tokens * heads};
        const std::int64_t size = order == 2 ? 2 * tokens * heads * d - 1 : tokens * heads * d;
        In* const in = m.in.place<In>(size, behind);
        Out* const out = m.out.place<Out>(size, behind);
        kernel_cases::random_bits random{static_cast<std::uint64_t>(pairs)};
        for (std::int64_t k = 0; k < size; ++k) {
            in[k] = kernel_cases::make_value<In>(random, kernel_cases::values::ordinary);
        }
        compute* const cos = m.cos.place<compute>(tokens * pairs, behind);
        compute* const sin = m.sin.place<compute>(tokens * pairs, behind);
        for (std::int64_t k = 0; k < tokens * pairs; ++k) {
            cos[k] = sin[k] = compute{1};
        }
        t.cos.assign(cos, cos + tokens * pairs);
        t.sin = t.cos;
        rope::rotate_options options;
        options.out_pairing = to;
        const auto x = rope::view(in, extents, strides);
        rope::isa ran;
        if constexpr (std::is_same_v<In, Out>) {
            auto plan = in_place ? rope::plan(t, x, "s h d", {}, options)
                                 : rope::plan(t, x, rope::view(out, extents, strides), "s h d", {}, options);
            plan.job.cos = cos;
            plan.job.sin = sin;
            ran = test::run_isa(plan, static_cast<const In*>(in), in_place ? in : out);
        } else {
            auto plan = rope::plan(t, x, rope::view(out, extents, strides), "s h d", {}, options);
            plan.job.cos = cos;
            plan.job.sin = sin;
            ran = test::run_isa(plan, static_cast<const In*>(in), out);
        }
        const bool kept[] = {m.in.restored(), m.out.restored(), m.cos.restored(), m.sin.restored()};
        return ran == which && kept[0] && kept[1] && kept[2] && kept[3];
    }
};

template <class In, class Out>
void check_guards(memory& m) {
    constexpr rope::pairing both[] = {rope::pairing::half_split, rope::pairing::interleaved};
    for (const rope::isa which : rope::available_isas()) {
        rope::force_isa(which);
        long cases = 0, bad = 0;
        for (const std::int64_t pairs : {1,  2,  3,  4,  5,  6,  7,  8,  9,  11, 12, 13, 15, 16,
                                         17, 20, 23, 24, 31, 32, 33, 40, 47, 48, 63, 64, 65}) {
            for (int k = 0; k < 256; ++k) {
                if (((k >> 2) & 1) != 0 && !std::is_same_v<In, Out>) {
                    continue;
                }
                constexpr std::int64_t tokens[] = {1, 3, 8, 19};
                const guard_case<In, Out> c = {tokens[k >> 6],       1 + (k & 1) * 2,  pairs,
                                               both[k >> 1 & 1],     both[k >> 5 & 1], (k >> 2 & 1) != 0,
                                               (pairs + k) % 2 == 0, k >> 3 & 3};
                guard_case<In, Out> other = c;
                other.behind = !c.behind;
                bad += c.run(m, which) ? 0 : 1;
                bad += other.run(m, which) ? 0 : 1;
                cases += 2;
            }
        }
        INFO(rope::isa_name(which) << ", " << kernel_cases::format<In>::name << " to "
                                   << kernel_cases::format<Out>::name << ", " << cases << " cases");
        CHECK(bad == 0);
        rope::force_isa(std::nullopt);
    }
}

// Does a step over the edge end a process?
bool ends(volatile unsigned char* at) {
    const pid_t child = fork();
    if (child == 0) {
        std::signal(SIGSEGV, SIG_DFL);
        std::signal(SIGBUS, SIG_DFL);
        *at = 1;
        _exit(0);
    }
    int status = 0;
    return waitpid(child, &status, 0) == child && !(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

} // namespace

TEST_CASE("kernels stay within their tensors and tables, to the page", "[kernels]") {
    using rope::bfloat16;
    using rope::half;
    memory m;
    REQUIRE(ends(m.in.end()));
    REQUIRE(ends(m.in.begin() - 1));
    REQUIRE_FALSE(ends(m.in.begin()));
    check_guards<float, float>(m);
    check_guards<double, double>(m);
    check_guards<half, half>(m);
    check_guards<bfloat16, bfloat16>(m);
    check_guards<float, half>(m);
    check_guards<float, bfloat16>(m);
    check_guards<half, float>(m);
    check_guards<bfloat16, float>(m);
    check_guards<half, bfloat16>(m);
    check_guards<bfloat16, half>(m);
}
