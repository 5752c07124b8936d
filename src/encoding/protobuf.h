// SPDX-License-Identifier: Apache-2.0
//
// Reading and writing the Protocol Buffers wire format without generated code and without copies.
//
//   ProtoReader in(bytes);
//   while (in.Next()) {
//     switch (in.field()) {
//       case 1: labels.push_back(ParseLabel(in.Bytes())); break;    // view into `bytes`
//       case 2: sample.value = in.Double(); break;
//       case 3: sample.time_ms = in.Int64(); break;
//       case 4: in.ForEachZigZag([&](int64_t v) { deltas.push_back(v); }); break;  // packed or not
//     }                                                              // others are skipped
//   }
//   SB_RETURN_IF_ERROR(in.status());
//
//   ProtoWriter out(&bytes);
//   out.Int64(3, time_ms);
//   const size_t mark = out.BeginMessage(1); …fields of the nested message…; out.EndMessage(mark);
//
// A reader stops at the first malformed byte: Next() gives false and status() is kInvalidArgument
// with the offset. A getter of another wire type than the field has gives zero and the same kind of
// error. Unknown fields, also groups, are skipped. Memory: none is allocated.
//
// Source: https://protobuf.dev/programming-guides/encoding/. Threads: values.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/status.h"
#include "encoding/bytes.h"
#include "encoding/varint.h"

namespace sb::encoding {

enum class WireType : uint8_t {
  kVarint = 0,
  kFixed64 = 1,
  kBytes = 2,
  kStartGroup = 3,
  kEndGroup = 4,
  kFixed32 = 5
};

class ProtoReader {
 public:
  explicit ProtoReader(std::string_view bytes)
      : begin_(bytes.data()), position_(begin_), end_(begin_ + bytes.size()) {}

  // Moves to the next field; false at the end or on an error.
  bool Next() {
    if (position_ == end_) {
      return false;
    }
    return ReadField();
  }

  uint32_t field() const { return field_; }
  WireType wire_type() const { return wire_type_; }
  bool ok() const { return error_ == nullptr; }
  base::Status status() const;

  uint64_t Varint() { return Expect(WireType::kVarint) ? number_ : 0; }
  int64_t Int64() { return static_cast<int64_t>(Varint()); }
  uint32_t Uint32() { return static_cast<uint32_t>(Varint()); }
  int32_t Int32() { return static_cast<int32_t>(Varint()); }
  bool Bool() { return Varint() != 0; }
  int64_t ZigZag() { return ZigZagDecode(Varint()); }
  uint64_t Fixed64() { return Expect(WireType::kFixed64) ? number_ : 0; }
  uint32_t Fixed32() { return Expect(WireType::kFixed32) ? static_cast<uint32_t>(number_) : 0; }
  double Double() { return std::bit_cast<double>(Fixed64()); }
  float Float() { return std::bit_cast<float>(Fixed32()); }
  // A string, bytes or nested message: a view into the input.
  std::string_view Bytes() { return Expect(WireType::kBytes) ? bytes_ : std::string_view(); }

  // Repeated scalars, packed or one by one: calls `sink` for each value of the current field.
  template <typename Sink>
  void ForEachVarint(Sink&& sink) {
    if (wire_type_ == WireType::kVarint) {
      sink(number_);
      return;
    }
    const std::string_view packed = Bytes();
    const char* at = packed.data();
    for (const char* const end = at + packed.size(); at != end;) {
      uint64_t value = 0;
      at = ReadVarint(at, end, &value);
      if (at == nullptr) {
        Fail("a packed varint is cut off");
        return;
      }
      sink(value);
    }
  }
  template <typename Sink>
  void ForEachZigZag(Sink&& sink) {
    ForEachVarint([&](uint64_t value) { sink(ZigZagDecode(value)); });
  }
  template <typename Sink>
  void ForEachDouble(Sink&& sink) {
    if (wire_type_ == WireType::kFixed64) {
      sink(std::bit_cast<double>(number_));
      return;
    }
    ForEachFixed<uint64_t>([&](uint64_t bits) { sink(std::bit_cast<double>(bits)); });
  }
  template <typename Sink>
  void ForEachFixed64(Sink&& sink) {
    if (wire_type_ == WireType::kFixed64) {
      sink(number_);
      return;
    }
    ForEachFixed<uint64_t>(sink);
  }

  // Lets the user of the fields report an error at the current position.
  void Fail(const char* what);

 private:
  bool ReadField();
  bool SkipGroup();
  bool Expect(WireType type) {
    if (wire_type_ == type) [[likely]] {
      return true;
    }
    Fail("a field has another wire type than its message says");
    return false;
  }
  template <typename T, typename Sink>
  void ForEachFixed(Sink&& sink) {
    const std::string_view packed = Bytes();
    if (packed.size() % sizeof(T) != 0) {
      Fail("a packed field is not a multiple of its element size");
      return;
    }
    for (size_t i = 0; i < packed.size(); i += sizeof(T)) {
      sink(LoadLe<T>(packed.data() + i));
    }
  }

  const char* begin_;
  const char* position_;
  const char* end_;
  const char* error_ = nullptr;  // a literal
  size_t error_offset_ = 0;
  uint32_t field_ = 0;
  WireType wire_type_ = WireType::kVarint;
  uint64_t number_ = 0;
  std::string_view bytes_;
};

// Appends fields to a string. Zero values are written too: leaving out defaults is the caller's
// call.
class ProtoWriter {
 public:
  explicit ProtoWriter(std::string* out) : out_(out) {}

  void Varint(uint32_t field, uint64_t value) {
    Tag(field, WireType::kVarint);
    AppendVarint(out_, value);
  }
  void Int64(uint32_t field, int64_t value) { Varint(field, static_cast<uint64_t>(value)); }
  void Bool(uint32_t field, bool value) { Varint(field, value ? 1 : 0); }
  void ZigZag(uint32_t field, int64_t value) { Varint(field, ZigZagEncode(value)); }
  void Fixed64(uint32_t field, uint64_t value) {
    Tag(field, WireType::kFixed64);
    AppendLe(out_, value);
  }
  void Fixed32(uint32_t field, uint32_t value) {
    Tag(field, WireType::kFixed32);
    AppendLe(out_, value);
  }
  void Double(uint32_t field, double value) { Fixed64(field, std::bit_cast<uint64_t>(value)); }
  void Bytes(uint32_t field, std::string_view value) {
    Tag(field, WireType::kBytes);
    AppendVarint(out_, value.size());
    out_->append(value);
  }

  // A nested message or packed field written in place: give EndMessage what BeginMessage returned.
  // Between the two, AppendPackedVarint and AppendPackedDouble write elements of a packed field.
  size_t BeginMessage(uint32_t field) {
    Tag(field, WireType::kBytes);
    out_->push_back('\0');
    return out_->size();
  }
  void EndMessage(size_t mark);
  void AppendPackedVarint(uint64_t value) { AppendVarint(out_, value); }
  void AppendPackedDouble(double value) { AppendLe(out_, value); }

 private:
  void Tag(uint32_t field, WireType type) {
    AppendVarint(out_, (static_cast<uint64_t>(field) << 3) | static_cast<uint64_t>(type));
  }
  std::string* out_;
};

}  // namespace sb::encoding
