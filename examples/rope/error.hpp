// error: what the command throws when its input is wrong; main() prints it on one line and exits with 1.
// SPDX-License-Identifier: MIT
#pragma once

#include <stdexcept>
#include <string>
#include <utility>

namespace cli {

// what() is one sentence: what is wrong, what was found, what was expected.
class input_error : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
};

// The command line itself is wrong: exit status 2. what() is the sentence, usage() the text to print after it.
class usage_error : public std::runtime_error {
  public:
    usage_error(const std::string& what, std::string usage)
        : std::runtime_error(what), usage_(std::move(usage)) {}
    const std::string& usage() const { return usage_; }

  private:
    std::string usage_;
};

} // namespace cli
