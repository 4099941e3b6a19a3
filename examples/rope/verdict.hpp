// verdict: a diagnosis for a person and as JSON.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/diagnose/diagnosis.hpp>

#include <string>

namespace cli {

// A line for each difference, the likeliest explanation first.
std::string words_of(const rope::diagnosis& d);

// One JSON object and a line feed.
std::string json_of(const rope::diagnosis& d);

} // namespace cli
