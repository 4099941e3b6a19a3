// run() that reports the instruction set whose kernel ran, so that a test fails when the kernel that it names did not run.
#pragma once

#include <rope/rotate/run.hpp>

#include <cstdint>

namespace test {

template <class In, class Out>
rope::isa run_isa(const rope::rotation_plan<In, Out>& plan, const In* in, Out* out, std::int64_t part = 0,
                  std::int64_t parts = 1) {
    return rope::detail::run_part(plan, in, out, part, parts, 0);
}
template <class T>
rope::isa run_isa(const rope::rotation_plan<T, T>& plan, T* data, std::int64_t part = 0,
                  std::int64_t parts = 1) {
    return run_isa(plan, static_cast<const T*>(data), data, part, parts);
}

} // namespace test
