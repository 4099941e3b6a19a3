// error: what the command throws when its input is wrong; main() prints it on one line and exits with 1.
// SPDX-License-Identifier: MIT
#pragma once

#include <stdexcept>
#include <string>

namespace cli {

// what() is one sentence: what is wrong, what was found, what was expected.
class input_error : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
};

// The command line itself is wrong: exit status 2, with the usage.
class usage_error : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
};

} // namespace cli
