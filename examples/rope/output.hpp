// output: files that appear whole or not at all.
// SPDX-License-Identifier: MIT
#pragma once

#include "npy.hpp"

#include <string>
#include <vector>

namespace cli {

// Collects the files of one command. Each is written to a temporary file in its directory; commit() moves all
// of them to their places, and undoes the moves where one fails. Without commit(), or where a signal ends the program,
// nothing is left behind. A device or pipe (/dev/stdout) is written at commit, since it cannot be replaced. A file that is
// replaced belongs to who runs the command; other hard links keep what was there.
class output_set {
  public:
    output_set() = default;
    output_set(const output_set&) = delete;
    output_set& operator=(const output_set&) = delete;
    ~output_set();

    // Throws input_error where the place cannot be written, or is that of an earlier file. Called before the
    // work, so that a long computation does not end in an unwritable file.
    void check(const std::string& path);

    // Writes the file beside its place. `data` has the shape's elements in C order and must stand until
    // commit().
    void add(const std::string& path, element type, const shape_type& shape, const void* data);

    // The same for text.
    void add_text(const std::string& path, const std::string& text);

    void commit();

  private:
    struct file {
        std::string path;      // as the user wrote it, for messages
        std::string place;     // symbolic links resolved
        std::string temporary; // empty for a device
        std::string backup;    // a second name of what was there
        std::string head;      // what stands before the data
        const void* data;
        std::size_t bytes;
        bool existed;
        bool moved;
    };
    std::vector<file> files_;
    std::vector<std::string> checked_;

    void add_file(const std::string& path, std::string head, const void* data, std::size_t bytes);
    void put(file& f);
    void roll_back() noexcept;
};

} // namespace cli
