// SPDX-License-Identifier: Apache-2.0
//
// BigEndianReader is the bounded cursor over Prometheus' own files (index, chunks, tombstones,
// log) and VictoriaMetrics' exports, whose fields are big-endian beside varints: once a read
// failed, all later ones give zero and ok() stays false. (Our formats are little-endian:
// encoding/bytes.h.)
//
// Threads: values.
#pragma once

#include <bit>
#include <cstdint>
#include <string_view>

#include "encoding/varint.h"

namespace sb::wire {

class BigEndianReader {
 public:
  explicit BigEndianReader(std::string_view bytes) : bytes_(bytes) {}

  bool ok() const { return ok_; }
  bool HasMore() const { return ok_ && left() > 0; }
  size_t left() const { return bytes_.size() - at_; }
  size_t at() const { return at_; }

  // A number of `size` bytes, at most eight.
  uint64_t Big(size_t size) {
    const std::string_view bytes = Bytes(size);
    uint64_t value = 0;
    for (const char c : bytes) {
      value = value << 8 | static_cast<uint8_t>(c);
    }
    return value;
  }
  double Float() { return std::bit_cast<double>(Big(sizeof(double))); }
  uint64_t Uvarint() {
    uint64_t value = 0;
    const char* const begin = bytes_.data() + at_;
    const char* const end = encoding::ReadVarint(begin, bytes_.data() + bytes_.size(), &value);
    if (!ok_ || end == nullptr) {
      ok_ = false;
      return 0;
    }
    at_ += static_cast<size_t>(end - begin);
    return value;
  }
  int64_t Varint() { return encoding::ZigZagDecode(Uvarint()); }
  std::string_view Bytes(uint64_t size) {
    if (!ok_ || size > left()) {
      ok_ = false;
      return {};
    }
    const std::string_view bytes = bytes_.substr(at_, size);
    at_ += size;
    return bytes;
  }
  // A varint length and that many bytes.
  std::string_view Text() { return Bytes(Uvarint()); }
  // A varint number of things of at least `bytes_min` bytes each.
  size_t Count(size_t bytes_min) {
    const uint64_t count = Uvarint();
    ok_ = ok_ && count <= left() / bytes_min;
    return ok_ ? static_cast<size_t>(count) : 0;
  }

 private:
  const std::string_view bytes_;
  size_t at_ = 0;
  bool ok_ = true;
};

}  // namespace sb::wire
