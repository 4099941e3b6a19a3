// npy: reading NumPy's array files.
// SPDX-License-Identifier: MIT
#include "npy.hpp"

#include "error.hpp"
#include "npy_header.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <limits>
#include <new>
#include <sys/stat.h>
#include <unistd.h>

namespace cli {
namespace {

constexpr std::uint64_t max_header = 65535; // the longest that version 1.0 can say

struct close_file {
    void operator()(std::FILE* file) const { std::fclose(file); }
};

// A regular file, open for reading, that knows how much of it is left.
class reader {
  public:
    explicit reader(const std::string& path) : path_(path) {
        // Without O_NONBLOCK, opening a pipe waits for who writes to it. Regular files do not know the difference.
        const int descriptor = open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
        if (descriptor < 0) {
            throw input_error(path + ": cannot open: " + std::strerror(errno));
        }
        file_.reset(fdopen(descriptor, "rb"));
        if (file_ == nullptr) {
            close(descriptor);
            throw input_error(path + ": cannot open: " + std::strerror(errno));
        }
        struct stat found;
        if (fstat(descriptor, &found) != 0) {
            throw input_error(path + ": cannot examine: " + std::strerror(errno));
        }
        if (!S_ISREG(found.st_mode)) {
            throw input_error(path + ": not a regular file");
        }
        left_ = static_cast<std::uint64_t>(found.st_size);
    }

    std::uint64_t left() const { return left_; }

    // `what` names the part for the error.
    void read(void* to, std::uint64_t bytes, const char* what) {
        if (bytes > left_) {
            throw input_error(path_ + ": not an .npy file, or a truncated one: " + what + " needs " +
                              std::to_string(bytes) + " bytes, the file has " + std::to_string(left_) +
                              " left");
        }
        if (bytes != 0 && std::fread(to, 1, static_cast<std::size_t>(bytes), file_.get()) != bytes) {
            throw input_error(path_ + ": cannot read " + what);
        }
        left_ -= bytes;
    }

  private:
    const std::string& path_;
    std::unique_ptr<std::FILE, close_file> file_ = nullptr;
    std::uint64_t left_ = 0;
};

std::string read_header_text(reader& file, const std::string& path) {
    unsigned char head[12];
    file.read(head, 8, "its first line");
    if (std::memcmp(head, "\x93NUMPY", 6) != 0) {
        throw input_error(path + ": not an .npy file: it does not begin with \\x93NUMPY");
    }
    const int version = head[6];
    if (version < 1 || version > 3 || head[7] != 0) {
        throw input_error(path + ": .npy version " + std::to_string(version) + "." + std::to_string(head[7]) +
                          "; expected 1.0, 2.0 or 3.0");
    }
    const int width = version == 1 ? 2 : 4;
    file.read(head, static_cast<std::uint64_t>(width), "the header's length");
    std::uint64_t length = 0;
    for (int i = width; i-- > 0;) {
        length = length << 8 | head[i];
    }
    if (length > file.left() || length > max_header) {
        throw input_error(path + ": the .npy header is said to have " + std::to_string(length) +
                          " bytes; the file has " + std::to_string(file.left()) + " left, and " +
                          std::to_string(max_header) + " is the most");
    }
    std::string text(static_cast<std::size_t>(length), '\0');
    file.read(&text[0], length, "the header");
    return text;
}

void swap_bytes(array& a) {
    const std::size_t size = size_of(a.type);
    for (unsigned char *p = a.bytes.get(), *end = p + a.byte_count(); p != end; p += size) {
        std::reverse(p, p + size);
    }
}

// The same array with its last axis contiguous; `from` has its first axis so. Complex numbers stay together.
array to_c_order(const array& from, bool complex) {
    array to = make_array(from.type, from.shape);
    const std::size_t rank = from.shape.size() - complex, size = size_of(from.type) << complex;
    std::vector<std::int64_t> index(rank, 0), stride(rank, 1);
    for (std::size_t a = 1; a < rank; ++a) {
        stride[a] = stride[a - 1] * from.shape[a - 1];
    }
    std::int64_t source = 0;
    const std::int64_t count = from.count() >> complex;
    for (std::int64_t i = 0; i < count; ++i) {
        std::memcpy(to.bytes.get() + static_cast<std::size_t>(i) * size,
                    from.bytes.get() + static_cast<std::size_t>(source) * size, size);
        for (std::size_t a = rank; a-- > 0;) {
            source += stride[a];
            if (++index[a] < from.shape[a]) {
                break;
            }
            source -= index[a] * stride[a];
            index[a] = 0;
        }
    }
    return to;
}

} // namespace

std::size_t size_of(element type) {
    switch (type) {
    case element::i1:
    case element::u1:
        return 1;
    case element::f2:
    case element::i2:
    case element::u2:
        return 2;
    case element::f4:
    case element::i4:
    case element::u4:
        return 4;
    default:
        return 8;
    }
}

const char* name_of(element type) {
    constexpr const char* names[] = {"float16", "float32", "float64", "int8",   "int16", "int32",
                                     "int64",   "uint8",   "uint16",  "uint32", "uint64"};
    return names[static_cast<std::size_t>(type)];
}

bool is_float(element type) {
    return type == element::f2 || type == element::f4 || type == element::f8;
}

std::string to_text(const shape_type& shape) {
    std::string text = "(";
    for (std::size_t a = 0; a < shape.size(); ++a) {
        text += (a == 0 ? "" : ", ") + std::to_string(shape[a]);
    }
    return text + (shape.size() == 1 ? ",)" : ")");
}

std::int64_t count_of(const shape_type& shape, std::size_t element_size) {
    // An empty array with absurd other extents is refused too: strides could not be counted.
    std::int64_t left = std::numeric_limits<std::int64_t>::max() / static_cast<std::int64_t>(element_size);
    std::int64_t count = 1;
    bool empty = false;
    for (const std::int64_t extent : shape) {
        if (extent == 0) {
            empty = true;
            continue;
        }
        if (extent < 0 || extent > left) {
            return -1;
        }
        left /= extent;
        count *= extent;
    }
    return empty ? 0 : count;
}

array make_array(element type, shape_type shape) {
    const std::int64_t count = count_of(shape, size_of(type));
    if (count < 0) {
        throw input_error("an array of shape " + to_text(shape) + " cannot be: its bytes do not fit 63 bits");
    }
    array result;
    result.type = type;
    result.shape = std::move(shape);
    const std::size_t bytes = static_cast<std::size_t>(count) * size_of(type);
    result.bytes.reset(new (std::nothrow) unsigned char[bytes]);
    if (result.bytes == nullptr) {
        throw input_error("not enough memory for an array of shape " + to_text(result.shape) + ": " +
                          std::to_string(bytes) + " bytes");
    }
    return result;
}

namespace {

array read_array(const std::string& path, bool complex_as_pairs) {
    reader file(path);
    npy_description header = parse_npy_header(read_header_text(file, path), path);
    if (header.complex && !complex_as_pairs) {
        throw input_error(path + ": complex numbers are not supported here; expected real ones");
    }
    if (header.complex) {
        header.shape.push_back(2);
    }
    const std::int64_t count = count_of(header.shape, size_of(header.type));
    const std::string what = "shape " + to_text(header.shape) + " of " + name_of(header.type);
    if (count < 0) {
        throw input_error(path + ": bad .npy header: " + what + " does not fit 63 bits");
    }
    const std::uint64_t bytes = static_cast<std::uint64_t>(count) * size_of(header.type);
    if (bytes != file.left()) {
        throw input_error(path + ": " + what + " needs " + std::to_string(bytes) + " bytes, the file has " +
                          std::to_string(file.left()) + " after its header");
    }
    array result = make_array(header.type, header.shape);
    file.read(result.bytes.get(), bytes, "the data");
    if (header.swapped) {
        swap_bytes(result);
    }
    const bool reorder = header.fortran && result.shape.size() > 1 && count > 0;
    return reorder ? to_c_order(result, header.complex) : std::move(result);
}

} // namespace

array read_npy(const std::string& path) {
    return read_array(path, false);
}
array read_npy_pairs(const std::string& path) {
    return read_array(path, true);
}

} // namespace cli
