// on_signal: a handler may call little; unlink, signal and raise are among it.
// SPDX-License-Identifier: MIT
#include "on_signal.hpp"

#include <atomic>
#include <cstdlib>
#include <cstring>
#include <new>
#include <unistd.h>

namespace cli {
namespace {

constexpr int ending[] = {SIGHUP, SIGINT, SIGPIPE, SIGTERM, SIGXFSZ};

std::atomic<char*> paths[8] = {};
static_assert(std::atomic<char*>::is_always_lock_free, "a signal handler reads them");

extern "C" void remove_files(int which) {
    for (std::atomic<char*>& each : paths) {
        if (const char* path = each.exchange(nullptr)) {
            unlink(path);
        }
    }
    std::signal(which, SIG_DFL);
    std::raise(which);
}

sigset_t ending_set() {
    sigset_t set;
    sigemptyset(&set);
    for (const int which : ending) {
        sigaddset(&set, which);
    }
    return set;
}

void install_handlers() {
    for (const int which : ending) {
        struct sigaction found;
        if (sigaction(which, nullptr, &found) == 0 && found.sa_handler == SIG_DFL) {
            struct sigaction action = {};
            action.sa_handler = remove_files;
            action.sa_mask = ending_set();
            sigaction(which, &action, nullptr);
        }
    }
}

} // namespace

void remove_on_signal(const std::string& path) {
    char* const copy = static_cast<char*>(std::malloc(path.size() + 1));
    if (copy == nullptr) {
        throw std::bad_alloc();
    }
    std::memcpy(copy, path.c_str(), path.size() + 1);
    for (std::atomic<char*>& each : paths) {
        char* free_place = nullptr;
        if (each.compare_exchange_strong(free_place, copy)) {
            install_handlers();
            return;
        }
    }
    std::free(copy); // more files than the program ever has
}

void keep_on_signal(const std::string& path) {
    for (std::atomic<char*>& each : paths) {
        char* found = each.load();
        if (found != nullptr && path == found && each.compare_exchange_strong(found, nullptr)) {
            std::free(found);
        }
    }
}

signals_wait::signals_wait() {
    const sigset_t set = ending_set();
    pthread_sigmask(SIG_BLOCK, &set, &before_);
}

signals_wait::~signals_wait() {
    pthread_sigmask(SIG_SETMASK, &before_, nullptr);
}

} // namespace cli
