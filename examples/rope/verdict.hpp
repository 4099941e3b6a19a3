// verdict: what diagnose and verify found, for a person and as JSON.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/diagnose/diagnosis.hpp>
#include <rope/diagnose/verify.hpp>

#include <string>

namespace cli {

// A line for each difference, the likeliest explanation first.
std::string words_of(const rope::diagnosis& d);
std::string words_of(const rope::verification& v);

// One JSON object and a line feed.
std::string json_of(const rope::diagnosis& d);
std::string json_of(const rope::verification& v);

} // namespace cli
