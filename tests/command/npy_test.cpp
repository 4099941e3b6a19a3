// The command's .npy files: what is read, what is refused (and that a lying header allocates nothing), and
// that an output appears whole or not at all.
// SPDX-License-Identifier: MIT
#include "support/catch.hpp"

#include "../../examples/rope/error.hpp"
#include "../../examples/rope/npy.hpp"
#include "../../examples/rope/npy_header.hpp"
#include "../../examples/rope/output.hpp"

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <string>
#include <sys/stat.h>
#include <unistd.h>
#include <vector>

// The largest block that the program asked for since it was last set to 0 (allocation_part.cpp).
extern std::atomic<std::size_t> largest_block;

namespace {

struct folder {
    std::string path;
    folder() {
        const char* base = std::getenv("TMPDIR");
        path = std::string(base != nullptr && *base != '\0' ? base : "/tmp") + "/rope_npy_XXXXXX";
        REQUIRE(mkdtemp(&path[0]) != nullptr);
    }
    ~folder() {
        const int result = std::system(("rm -rf '" + path + "'").c_str());
        (void)result;
    }
    std::string operator/(const char* name) const { return path + "/" + name; }
    std::size_t entries() const {
        std::FILE* list = popen(("ls -A '" + path + "' | wc -l").c_str(), "r");
        REQUIRE(list != nullptr);
        unsigned long count = 0;
        const int found = std::fscanf(list, "%lu", &count);
        pclose(list);
        REQUIRE(found == 1);
        return count;
    }
};

void write_file(const std::string& path, const std::string& text) {
    std::ofstream file(path, std::ios::binary);
    file << text;
    REQUIRE(file.good());
}

std::string read_file(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

std::string magic(int major, const std::string& header) {
    std::string text = "\x93NUMPY";
    text += static_cast<char>(major);
    text += '\0';
    for (int i = 0; i < (major == 1 ? 2 : 4); ++i) {
        text += static_cast<char>(header.size() >> (8 * i) & 0xff);
    }
    return text + header;
}

std::string dict(const std::string& descr, const std::string& shape, const char* fortran = "False") {
    return "{'descr': '" + descr + "', 'fortran_order': " + fortran + ", 'shape': " + shape + ", }\n";
}

// `count` elements 1, 2, 3, ... as integers of `size` bytes, least significant byte first or last.
std::string counting(int count, int size, bool little) {
    std::string text;
    for (int i = 1; i <= count; ++i) {
        for (int b = 0; b < size; ++b) {
            text += static_cast<char>((little ? b : size - 1 - b) == 0 ? i : 0);
        }
    }
    return text;
}

std::string error_of(const std::string& path) {
    try {
        cli::read_npy(path);
    } catch (const cli::input_error& e) {
        return e.what();
    }
    return {};
}

} // namespace

TEST_CASE("npy: versions, orders and byte orders read as the same array", "[npy]") {
    folder dir;
    for (int version : {1, 2, 3}) {
        for (bool little : {true, false}) {
            const std::string code = little ? "<i4" : ">i4";
            write_file(dir / "c.npy", magic(version, dict(code, "(2, 3)")) + counting(6, 4, little));
            const cli::array c = cli::read_npy(dir / "c.npy");
            CHECK(c.type == cli::element::i4);
            CHECK(c.shape == cli::shape_type{2, 3});
            const std::int32_t c_order[] = {1, 2, 3, 4, 5, 6};
            CHECK(std::memcmp(c.bytes.get(), c_order, sizeof c_order) == 0);

            write_file(dir / "f.npy", magic(version, dict(code, "(2, 3)", "True")) + counting(6, 4, little));
            const cli::array f = cli::read_npy(dir / "f.npy");
            const std::int32_t f_order[] = {1, 3, 5, 2, 4, 6};
            CHECK(f.shape == cli::shape_type{2, 3});
            CHECK(std::memcmp(f.bytes.get(), f_order, sizeof f_order) == 0);
        }
    }
}

TEST_CASE("npy: every dtype, any rank, keys in any order", "[npy]") {
    folder dir;
    const struct {
        const char* code;
        cli::element type;
        int size;
    } types[] = {{"<f2", cli::element::f2, 2}, {"<f4", cli::element::f4, 4}, {"<f8", cli::element::f8, 8},
                 {"|i1", cli::element::i1, 1}, {"<i2", cli::element::i2, 2}, {"<i4", cli::element::i4, 4},
                 {"<i8", cli::element::i8, 8}, {"|u1", cli::element::u1, 1}, {"<u2", cli::element::u2, 2},
                 {"<u4", cli::element::u4, 4}, {"<u8", cli::element::u8, 8}, {"|u2", cli::element::u2, 2}};
    for (const auto& t : types) {
        write_file(dir / "t.npy", magic(1, dict(t.code, "(3,)")) + counting(3, t.size, true));
        const cli::array a = cli::read_npy(dir / "t.npy");
        CHECK(a.type == t.type);
        CHECK(a.byte_count() == static_cast<std::size_t>(3 * t.size));
    }
    write_file(dir / "0.npy", magic(1, dict("<f4", "()")) + counting(1, 4, true));
    CHECK(cli::read_npy(dir / "0.npy").count() == 1);
    write_file(dir / "e.npy", magic(1, dict("<f4", "(2, 0, 3)", "True")));
    CHECK(cli::read_npy(dir / "e.npy").count() == 0);
    write_file(dir / "k.npy",
               magic(1, "{\"shape\":(2L,),\"fortran_order\":True,\"descr\":\"<u2\"}   \n") + "abcd");
    CHECK(cli::read_npy(dir / "k.npy").shape == cli::shape_type{2});
}

TEST_CASE("npy: a malformed or lying header is an error and allocates nothing", "[npy]") {
    folder dir;
    const std::string good = magic(1, dict("<f4", "(2, 3)")) + std::string(24, 'x');
    struct bad {
        std::string bytes;
        const char* says;
    };
    std::vector<bad> all = {
        {"", "truncated"},
        {"PK\x03\x04 a zip archive", "does not begin"},
        {good.substr(0, 7), "truncated"},
        {good.substr(0, 9), "truncated"},
        {good.substr(0, 40), "is said to have"},
        {good.substr(0, good.size() - 1), "needs 24 bytes"},
        {good + "y", "needs 24 bytes"},
        {magic(4, dict("<f4", "(2,)")), "version 4"},
        {magic(0, dict("<f4", "(2,)")), "version 0"},
        {std::string("\x93NUMPY\x02\x00\xff\xff\xff\xff", 12) + dict("<f4", "(2,)"),
         "is said to have 4294967295"},
        {magic(2, dict("<f4", "(0,)") + std::string(70000, ' ')), "is the most"},
        {magic(1, dict("<f4", "(1000000000000,)")), "needs 4000000000000 bytes"},
        {magic(1, dict("<f4", "(4611686018427387904, 4)")), "does not fit"},
        {magic(1, dict("<f8", "(9223372036854775807,)")), "does not fit"},
        {magic(1, dict("<f8", "(99999999999999999999,)")), "does not fit"},
        {magic(1, dict("<f4", "(0, 9223372036854775807, 9223372036854775807)")), "does not fit"},
        {magic(1, dict("<f4", "(-1,)")), "negative"},
        {magic(1, dict("<f4", "(1.5,)")), "expected ')'"},
        {magic(1, dict("<f4", "(a,)")), "expected an extent"},
        {magic(1, dict("<f4", "(3)")), "not a tuple"},
        {magic(1, dict("<f4", "3")), "expected '('"},
        {magic(1, dict("<f4", "(3,")), "expected an extent"},
        {magic(1, dict("|O", "(3,)")), "not supported"},
        {magic(1, dict("<c8", "(3,)")), "not supported"},
        {magic(1, dict("<U7", "(3,)")), "not supported"},
        {magic(1, dict("<f16", "(3,)")), "not supported"},
        {magic(1, dict("|b1", "(3,)")), "not supported"},
        {magic(1, dict("", "(3,)")), "not supported"},
        {magic(1, "{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (3,), }\n"), "structured"},
        {magic(1, dict("<f4", "(3,)", "Maybe")), "neither True nor False"},
        {magic(1, "{'descr': '<f4', 'shape': (3,), }\n"), "no key 'fortran_order'"},
        {magic(1, "{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': (3,)}"), "stands twice"},
        {magic(1, "{'descr': '<f4', 'fortran_order': False, 'shape': (3,), 'x': 1}"), "unknown key"},
        {magic(1, "{'descr': '<f4', 'fortran_order': False, 'shape': (3,)} + evil()"), "follows"},
        {magic(1, "{'descr': '<f4"), "does not end"},
        {magic(1, "{'descr' '<f4'}"), "expected ':'"},
        {magic(1, std::string(40, '\0')), "expected '{'"},
        {magic(1, ""), "expected '{'"},
    };
    std::string many = "(";
    for (int i = 0; i < 65; ++i) {
        many += "1, ";
    }
    all.push_back({magic(1, dict("<f4", many + ")")) + "1234", "more than 64 axes"});
    for (const bad& b : all) {
        write_file(dir / "bad.npy", b.bytes);
        largest_block = 0;
        const std::string message = error_of(dir / "bad.npy");
        const std::size_t block = largest_block.load();
        INFO("says: " << message << "; expected: " << b.says);
        CHECK(message.find(b.says) != std::string::npos);
        CHECK(message.find('\n') == std::string::npos);
        CHECK(block < 8192); // headers and messages only
    }
    CHECK(error_of(dir / "absent.npy").find("No such file") != std::string::npos);
    CHECK(error_of(dir.path).find("not a regular file") != std::string::npos);
}

TEST_CASE("npy: what is written is what NumPy writes", "[npy]") {
    const std::string text = cli::npy_header(cli::element::f4, {2, 3});
    CHECK(text.size() % 64 == 0);
    CHECK(text.substr(0, 8) == std::string("\x93NUMPY\x01\x00", 8));
    CHECK(text.back() == '\n');
    for (const cli::shape_type& shape : {cli::shape_type{}, cli::shape_type{7}, cli::shape_type{2, 0, 5}}) {
        for (cli::element type : {cli::element::f2, cli::element::f4, cli::element::f8, cli::element::u1}) {
            const cli::npy_description read =
                cli::parse_npy_header(cli::npy_header(type, shape).substr(10), "x");
            CHECK(read.type == type);
            CHECK(read.shape == shape);
            CHECK_FALSE(read.fortran);
            CHECK_FALSE(read.swapped);
        }
    }
}

TEST_CASE("output: files appear whole, together, or not at all", "[npy][output]") {
    folder dir;
    cli::array a = cli::make_array(cli::element::u1, {3});
    std::memcpy(a.bytes.get(), "abc", 3);
    const std::string whole = cli::npy_header(a.type, a.shape) + "abc";

    { // nothing without commit
        cli::output_set out;
        out.check(dir / "a.npy");
        out.add(dir / "a.npy", a.type, a.shape, a.bytes.get());
    }
    CHECK(dir.entries() == 0);

    { // new files, and an existing one that keeps its mode
        write_file(dir / "b.npy", "old");
        REQUIRE(chmod((dir / "b.npy").c_str(), 0640) == 0);
        cli::output_set out;
        out.add(dir / "a.npy", a.type, a.shape, a.bytes.get());
        out.add(dir / "b.npy", a.type, a.shape, a.bytes.get());
        CHECK(read_file(dir / "b.npy") == "old");
        out.commit();
    }
    CHECK(read_file(dir / "a.npy") == whole);
    CHECK(read_file(dir / "b.npy") == whole);
    struct stat found;
    REQUIRE(stat((dir / "b.npy").c_str(), &found) == 0);
    CHECK((found.st_mode & 07777) == 0640);
    CHECK(dir.entries() == 2);

    { // the second cannot be put in place: the first is as it was, whether it was there or not
        write_file(dir / "a.npy", "was here");
        cli::output_set out;
        out.add(dir / "a.npy", a.type, a.shape, a.bytes.get());
        out.add(dir / "new.npy", a.type, a.shape, a.bytes.get());
        out.add(dir / "c.npy", a.type, a.shape, a.bytes.get());
        REQUIRE(mkdir((dir / "c.npy").c_str(), 0700) == 0);
        CHECK_THROWS_AS(out.commit(), cli::input_error);
    }
    CHECK(read_file(dir / "a.npy") == "was here");
    CHECK(dir.entries() == 3); // a.npy, b.npy, the folder c.npy

    { // through a symbolic link, to the file that it names
        REQUIRE(symlink("a.npy", (dir / "link.npy").c_str()) == 0);
        cli::output_set out;
        out.add(dir / "link.npy", a.type, a.shape, a.bytes.get());
        out.commit();
    }
    REQUIRE(lstat((dir / "link.npy").c_str(), &found) == 0);
    CHECK(S_ISLNK(found.st_mode));
    CHECK(read_file(dir / "a.npy") == whole);

    cli::output_set out;
    CHECK_THROWS_AS(out.check(dir / "c.npy"), cli::input_error);
    CHECK_THROWS_AS(out.check(dir / "absent/d.npy"), cli::input_error);
    CHECK_THROWS_AS(out.check(dir / "a.npy/d.npy"), cli::input_error);
    CHECK_THROWS_AS(out.check(""), cli::input_error);
    out.check(dir / "a.npy");
    CHECK_THROWS_AS(out.check(dir / "./link.npy"), cli::input_error); // the same place twice
}
