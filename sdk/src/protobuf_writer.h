// SPDX-License-Identifier: Apache-2.0
//
// Writes protobuf fields to a string (protobuf encoding specification). Messages are nested by a
// callback whose bytes are then framed with their length.
//
//   ProtobufWriter out(&bytes);
//   out.Message(1, [&](ProtobufWriter& inner) { inner.Text(2, "x"); });
#pragma once

#include <bit>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace signalbox::internal {

class ProtobufWriter {
 public:
  explicit ProtobufWriter(std::string* out) : out_(out) {}

  void Varint(uint32_t field, uint64_t value) {
    Tag(field, 0);
    Raw(value);
  }
  void Fixed64(uint32_t field, uint64_t value) {
    Tag(field, 1);
    for (int i = 0; i < 8; ++i) {
      out_->push_back(static_cast<char>(value >> (8 * i) & 0xff));
    }
  }
  void Fixed32(uint32_t field, uint32_t value) {
    Tag(field, 5);
    for (int i = 0; i < 4; ++i) {
      out_->push_back(static_cast<char>(value >> (8 * i) & 0xff));
    }
  }
  void Double(uint32_t field, double value) { Fixed64(field, std::bit_cast<uint64_t>(value)); }
  void SignedVarint(uint32_t field, int32_t value) {
    const auto bits = static_cast<uint32_t>(value);
    Varint(field, bits << 1 ^ static_cast<uint32_t>(value >> 31));
  }
  void Text(uint32_t field, std::string_view text) {
    Tag(field, 2);
    Raw(text.size());
    out_->append(text);
  }
  void Bytes(uint32_t field, std::span<const uint8_t> bytes) {
    Text(field, {reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  }
  template <typename Fill>
  void Message(uint32_t field, Fill&& fill) {
    std::string inner;
    ProtobufWriter writer(&inner);
    std::forward<Fill>(fill)(writer);
    Text(field, inner);
  }

 private:
  void Tag(uint32_t field, uint32_t wire_type) { Raw(uint64_t{field} << 3 | wire_type); }
  void Raw(uint64_t value) {
    while (value >= 0x80) {
      out_->push_back(static_cast<char>(value | 0x80));
      value >>= 7;
    }
    out_->push_back(static_cast<char>(value));
  }

  std::string* out_;
};

}  // namespace signalbox::internal
