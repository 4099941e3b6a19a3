// The bytes of an ONNX model of one node, RotaryEmbedding of opset 23, written by hand: a protobuf message is a list of
// (field number, wire type, value).
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>

namespace bench {

class protobuf {
  public:
    std::string bytes;

    protobuf& number(int field, std::uint64_t value) {
        varint(static_cast<std::uint64_t>(field) << 3);
        varint(value);
        return *this;
    }
    protobuf& text(int field, const std::string& value) {
        varint((static_cast<std::uint64_t>(field) << 3) | 2);
        varint(value.size());
        bytes += value;
        return *this;
    }

  private:
    void varint(std::uint64_t v) {
        for (; v >= 0x80; v >>= 7) {
            bytes.push_back(static_cast<char>(v | 0x80));
        }
        bytes.push_back(static_cast<char>(v));
    }
};

// element: ONNX's number of the scalar type (1 float, 10 float16). Inputs X [1, tokens, heads * dim], cos, sin
// [rows, dim / 2], ids [1, tokens]; output Y.
inline std::string rotary_model(std::int64_t tokens, std::int64_t heads, std::int64_t dim, bool interleaved,
                                int element) {
    constexpr int int64_element = 7, integer_attribute = 2;
    const auto value = [](const char* name, int type, std::int64_t first, std::int64_t second,
                          std::int64_t third) {
        protobuf shape;
        for (const std::int64_t extent : {first, second, third}) {
            if (extent > 0) {
                shape.text(1, protobuf().number(1, static_cast<std::uint64_t>(extent)).bytes);
            }
        }
        const auto tensor = protobuf().number(1, static_cast<std::uint64_t>(type)).text(2, shape.bytes).bytes;
        return protobuf().text(1, name).text(2, protobuf().text(1, tensor).bytes).bytes;
    };
    const auto attribute = [](const char* name, std::int64_t v) {
        return protobuf()
            .text(1, name)
            .number(3, static_cast<std::uint64_t>(v))
            .number(20, integer_attribute)
            .bytes;
    };
    const auto node = protobuf()
                          .text(1, "X")
                          .text(1, "cos")
                          .text(1, "sin")
                          .text(1, "ids")
                          .text(2, "Y")
                          .text(4, "RotaryEmbedding")
                          .text(5, attribute("interleaved", interleaved ? 1 : 0))
                          .text(5, attribute("num_heads", heads))
                          .bytes;
    const auto graph = protobuf()
                           .text(1, node)
                           .text(2, "rotate")
                           .text(11, value("X", element, 1, tokens, heads * dim))
                           .text(11, value("cos", element, tokens, dim / 2, 0))
                           .text(11, value("sin", element, tokens, dim / 2, 0))
                           .text(11, value("ids", int64_element, 1, tokens, 0))
                           .text(12, value("Y", element, 1, tokens, heads * dim))
                           .bytes;
    return protobuf().number(1, 10).text(7, graph).text(8, protobuf().text(1, "").number(2, 23).bytes).bytes;
}

} // namespace bench
