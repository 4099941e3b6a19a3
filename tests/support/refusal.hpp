// Without exceptions a refused call ends the program, after the error handler got the sentence. So such calls are made in a
// child process, and what it left is looked at.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/support/error.hpp>

#include <csignal>
#include <cstring>
#include <string>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

namespace test {

// In the child: if (t.in_child()) { the call; t.returned(); }. In the parent: t.refused().
class trial {
  public:
    trial() {
        int ends[2];
        if (pipe(ends) != 0) {
            return;
        }
        child_ = fork();
        if (child_ == 0) {
            close(ends[0]);
            report_to() = ends[1];
            const rlimit none = {0, 0};
            setrlimit(RLIMIT_CORE, &none);
            for (const int which : {SIGABRT, SIGSEGV, SIGFPE, SIGILL, SIGBUS}) {
                std::signal(which, SIG_DFL); // Catch2 has its own
            }
            alarm(30);
            rope::set_error_handler(&report);
            return;
        }
        close(ends[1]);
        char text[4096];
        for (ssize_t n; child_ > 0 && (n = read(ends[0], text, sizeof text)) > 0;) {
            sentence_.append(text, static_cast<std::size_t>(n));
        }
        close(ends[0]);
        int status = 0;
        refused_ = child_ > 0 && waitpid(child_, &status, 0) == child_ && WIFSIGNALED(status) &&
                   WTERMSIG(status) == SIGABRT && !sentence_.empty();
    }
    bool in_child() const { return child_ == 0; }
    [[noreturn]] void returned() const { _exit(0); }

    // The handler was called with a sentence, and the program ended after it, by abort.
    bool refused() const { return refused_; }
    const std::string& sentence() const { return sentence_; }

  private:
    static int& report_to() {
        static int descriptor = -1;
        return descriptor;
    }
    static void report(const char* message) {
        if (write(report_to(), message, std::strlen(message)) < 0) {
            _exit(1);
        }
    }

    pid_t child_ = -1;
    bool refused_ = false;
    std::string sentence_ = {};
};

} // namespace test
