// output: files that appear whole or not at all. POSIX: a rename replaces a file in one step.
// SPDX-License-Identifier: MIT
#include "output.hpp"

#include "error.hpp"
#include "on_signal.hpp"

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace cli {
namespace {

[[noreturn]] void fail(const std::string& path, const char* what, int code) {
    throw input_error(path + ": cannot " + what + ": " + std::strerror(code));
}

std::string directory_of(const std::string& path) {
    const std::size_t slash = path.rfind('/');
    return slash == std::string::npos ? "." : slash == 0 ? "/" : path.substr(0, slash);
}

std::string resolve(const std::string& path) {
    if (char* found = realpath(path.c_str(), nullptr)) {
        std::string result = found;
        std::free(found);
        return result;
    }
    return {};
}

// The file that `path` names, links followed; its directory must be there. What is there and is neither a file nor a
// directory (a pipe, also by the name of /dev/stdout) keeps its name: it has no other.
std::string place_of(const std::string& path) {
    if (path.empty() || path.back() == '/') {
        throw input_error("'" + path + "': an output needs a file name");
    }
    struct stat found;
    if (stat(path.c_str(), &found) == 0 && !S_ISREG(found.st_mode) && !S_ISDIR(found.st_mode)) {
        return path;
    }
    std::string place = resolve(path);
    if (!place.empty()) {
        return place;
    }
    if (errno != ENOENT) {
        fail(path, "write", errno);
    }
    struct stat link;
    if (lstat(path.c_str(), &link) == 0) {
        throw input_error(path + ": cannot write: a symbolic link to nowhere");
    }
    place = resolve(directory_of(path));
    if (place.empty()) {
        fail(path, "write", errno);
    }
    return place + (place == "/" ? "" : "/") + path.substr(path.rfind('/') + 1); // npos + 1 is 0
}

void write_all(int descriptor, const void* data, std::size_t bytes, const std::string& path) {
    const char* at = static_cast<const char*>(data);
    while (bytes != 0) {
        const ssize_t done = write(descriptor, at, std::min<std::size_t>(bytes, std::size_t{1} << 30));
        if (done < 0 && errno == EINTR) {
            continue;
        }
        if (done <= 0) {
            fail(path, "write", done < 0 ? errno : EIO);
        }
        at += done;
        bytes -= static_cast<std::size_t>(done);
    }
}

struct descriptor {
    int value;
    ~descriptor() {
        if (value >= 0) {
            close(value);
        }
    }
    void finish(const std::string& path) {
        const int result = close(value);
        value = -1;
        if (result != 0) {
            fail(path, "write", errno);
        }
    }
};

} // namespace

output_set::~output_set() {
    roll_back();
}

void output_set::check(const std::string& path) {
    const std::string place = place_of(path);
    struct stat found;
    const bool exists = stat(place.c_str(), &found) == 0;
    if (exists && S_ISDIR(found.st_mode)) {
        fail(path, "write", EISDIR);
    }
    if (exists && access(place.c_str(), W_OK) != 0) {
        fail(path, "write", errno);
    }
    if ((!exists || S_ISREG(found.st_mode)) && access(directory_of(place).c_str(), W_OK | X_OK) != 0) {
        fail(path, "write", errno);
    }
    const std::string key = exists && !S_ISREG(found.st_mode) // a device has many names
                                ? std::to_string(found.st_dev) + ":" + std::to_string(found.st_ino)
                                : place;
    if (std::find(checked_.begin(), checked_.end(), key) != checked_.end()) {
        throw input_error(path + ": two outputs have the same place");
    }
    checked_.push_back(key);
}

void output_set::add(const std::string& path, element type, const shape_type& shape, const void* data) {
    add_file(path, npy_header(type, shape), data,
             static_cast<std::size_t>(count_of(shape, size_of(type))) * size_of(type));
}

void output_set::add_text(const std::string& path, const std::string& text) {
    add_file(path, "", text.data(), text.size());
}

void output_set::add_file(const std::string& path, std::string head, const void* data, std::size_t bytes) {
    files_.push_back({path, place_of(path), "", "", std::move(head), data, bytes, false, false});
    file& f = files_.back();
    struct stat found;
    f.existed = stat(f.place.c_str(), &found) == 0;
    if (f.existed && !S_ISREG(found.st_mode)) {
        return;
    }
    // A name of its own, since the longest names have no room for an ending.
    const std::string directory = directory_of(f.place);
    std::string pattern = directory + (directory == "/" ? "" : "/") + ".rope.XXXXXX";
    descriptor out{-1};
    {
        const signals_wait until_known;
        out.value = mkstemp(&pattern[0]);
        if (out.value < 0) {
            fail(path, "write beside it", errno);
        }
        f.temporary = pattern;
        remove_on_signal(f.temporary);
    }
    const mode_t mask = umask(0);
    umask(mask);
    if (fchmod(out.value, f.existed ? found.st_mode & 07777 : 0666 & ~mask) != 0) {
        fail(path, "set its mode", errno);
    }
    write_all(out.value, f.head.data(), f.head.size(), path);
    write_all(out.value, data, bytes, path);
    if (fsync(out.value) != 0 && errno != EINVAL) { // EINVAL: a file system without it
        fail(path, "write", errno);
    }
    out.finish(path);
}

void output_set::put(file& f) {
    if (f.temporary.empty()) {
        descriptor out{open(f.place.c_str(), O_WRONLY)};
        if (out.value < 0) {
            fail(f.path, "open", errno);
        }
        write_all(out.value, f.head.data(), f.head.size(), f.path);
        write_all(out.value, f.data, f.bytes, f.path);
        out.finish(f.path);
        return;
    }
    if (f.existed && files_.size() > 1) {
        // A second name, so that a failure of the next file can bring this one back.
        std::string backup = f.temporary + ".old";
        if (link(f.place.c_str(), backup.c_str()) != 0 && rename(f.place.c_str(), backup.c_str()) != 0) {
            fail(f.path, "set aside", errno);
        }
        f.backup = backup;
    }
    if (rename(f.temporary.c_str(), f.place.c_str()) != 0) {
        fail(f.path, "put in place", errno);
    }
    keep_on_signal(f.temporary);
    f.temporary.clear();
    f.moved = true;
}

void output_set::commit() {
    // Devices first: they can fail, and a rename can be undone.
    for (file& f : files_) {
        if (f.temporary.empty()) {
            put(f);
        }
    }
    const signals_wait until_all_are_there;
    try {
        for (file& f : files_) {
            if (!f.temporary.empty()) {
                put(f);
            }
        }
    } catch (...) {
        roll_back();
        files_.clear();
        throw;
    }
    for (file& f : files_) {
        if (!f.backup.empty()) {
            unlink(f.backup.c_str());
        }
    }
    files_.clear();
}

void output_set::roll_back() noexcept {
    for (file& f : files_) {
        if (!f.temporary.empty()) {
            unlink(f.temporary.c_str());
            keep_on_signal(f.temporary);
        }
        if (!f.backup.empty()) {
            rename(f.backup.c_str(), f.place.c_str());
            unlink(f.backup.c_str()); // where both were still one file, rename did nothing
        } else if (f.moved && !f.existed) {
            unlink(f.place.c_str());
        }
    }
}

} // namespace cli
