// SPDX-License-Identifier: Apache-2.0
//
// Little-endian numbers in byte strings, and ByteReader, the bounded cursor that every decoder of
// this project reads hostile bytes with: it never reads past its end, and once a read failed all
// later reads give zero and ok() stays false, so that a decoder may check once per record.
//
//   ByteReader in(bytes);
//   const uint32_t count = in.Fixed32();
//   const std::string_view name = in.Bytes(in.Varint());
//   if (!in.ok()) return base::DataLoss("…");
//
// Threads: values.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

#include "encoding/varint.h"

namespace sb::encoding {

static_assert(std::endian::native == std::endian::little, "disk formats are read in place");

template <typename T>
inline T LoadLe(const void* bytes) {
  T value;
  std::memcpy(&value, bytes, sizeof(T));
  return value;
}

template <typename T>
inline void StoreLe(void* bytes, T value) {
  std::memcpy(bytes, &value, sizeof(T));
}

template <typename T>
inline void AppendLe(std::string* out, T value) {
  out->append(reinterpret_cast<const char*>(&value), sizeof(T));
}

class ByteReader {
 public:
  ByteReader() = default;
  explicit ByteReader(std::string_view bytes)
      : position_(bytes.data()), end_(bytes.data() + bytes.size()) {}

  bool ok() const { return ok_; }
  bool empty() const { return position_ == end_; }
  size_t left() const { return static_cast<size_t>(end_ - position_); }
  const char* position() const { return position_; }
  std::string_view rest() const { return {position_, left()}; }

  uint8_t Byte() { return Fixed<uint8_t>(); }
  uint16_t Fixed16() { return Fixed<uint16_t>(); }
  uint32_t Fixed32() { return Fixed<uint32_t>(); }
  uint64_t Fixed64() { return Fixed<uint64_t>(); }
  double Double() { return std::bit_cast<double>(Fixed<uint64_t>()); }

  uint64_t Varint() {
    uint64_t value = 0;
    const char* next = ReadVarint(position_, end_, &value);
    if (next == nullptr) [[unlikely]] {
      Fail();
      return 0;
    }
    position_ = next;
    return value;
  }
  int64_t ZigZag() { return ZigZagDecode(Varint()); }

  // A view of the next `count` bytes; empty, and a failure, if there are fewer.
  std::string_view Bytes(uint64_t count) {
    if (count > left()) [[unlikely]] {
      Fail();
      return {};
    }
    const std::string_view bytes(position_, static_cast<size_t>(count));
    position_ += count;
    return bytes;
  }
  // A varint length and that many bytes.
  std::string_view LengthPrefixed() { return Bytes(Varint()); }

  void Fail() {
    ok_ = false;
    position_ = end_;
  }

 private:
  template <typename T>
  T Fixed() {
    if (left() < sizeof(T)) [[unlikely]] {
      Fail();
      return 0;
    }
    const T value = LoadLe<T>(position_);
    position_ += sizeof(T);
    return value;
  }

  const char* position_ = nullptr;
  const char* end_ = nullptr;
  bool ok_ = true;
};

}  // namespace sb::encoding
