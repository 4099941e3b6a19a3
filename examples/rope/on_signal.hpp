// on_signal: files that do not outlive the program when a signal ends it.
// SPDX-License-Identifier: MIT
#pragma once

#include <csignal>
#include <string>

namespace cli {

// From now on SIGHUP, SIGINT, SIGPIPE, SIGTERM and SIGXFSZ remove the file before they end the program. A signal that is
// ignored stays ignored. At most 8 files at a time; `path` is absolute.
void remove_on_signal(const std::string& path);

// No longer.
void keep_on_signal(const std::string& path);

// While it lives, those signals wait.
class signals_wait {
  public:
    signals_wait();
    ~signals_wait();
    signals_wait(const signals_wait&) = delete;
    signals_wait& operator=(const signals_wait&) = delete;

  private:
    sigset_t before_;
};

} // namespace cli
