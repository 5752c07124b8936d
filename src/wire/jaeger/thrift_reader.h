// SPDX-License-Identifier: Apache-2.0
//
// ThriftReader reads Thrift, compact or binary protocol, without generated code and without copies.
//
//   ThriftReader in(bytes, ThriftProtocol::kCompact);
//   ThriftFields fields;                            // one per struct that is being read
//   while (in.NextField(&fields)) {
//     if (fields.id == 5 && fields.type == ThriftType::kString) name = in.Bytes();
//     else in.Skip(fields);
//   }
//   if (!in.ok()) return in.status();
//
// Each field that NextField() names must be read or skipped. A reader stops at the first malformed
// byte: all calls give nothing then, and status() is kInvalidArgument with the offset. Lists are
// refused if they claim more elements than there are bytes left, structures nested deeper than
// kDepthMax are refused.
//
// Source: Apache Thrift, thrift-compact-protocol.md and thrift-binary-protocol.md. Threads: a
// value.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/status.h"

namespace sb::wire {

enum class ThriftProtocol : uint8_t { kCompact, kBinary };

// The wire types, of both protocols together.
enum class ThriftType : uint8_t {
  kStop,
  kBool,
  kByte,
  kI16,
  kI32,
  kI64,
  kDouble,
  kString,  // and binary
  kList,
  kSet,
  kMap,
  kStruct,
  kUnknown
};

struct ThriftFields {
  int16_t id = 0;
  ThriftType type = ThriftType::kStop;
  bool bool_value = false;  // compact: a bool field's value is in its header
};

struct ThriftMessage {
  std::string_view name;
  int type = 0;  // 1 call, 2 reply, 3 exception, 4 oneway
};

class ThriftReader {
 public:
  static constexpr int kDepthMax = 32;

  ThriftReader(std::string_view bytes, ThriftProtocol protocol)
      : begin_(bytes.data()), at_(begin_), end_(begin_ + bytes.size()), protocol_(protocol) {}

  bool ReadMessage(ThriftMessage* message);
  // False after the last field of the struct, or on an error.
  bool NextField(ThriftFields* fields);
  bool Bool(const ThriftFields& fields);
  int64_t Integer(ThriftType type);  // kByte, kI16, kI32, kI64
  double Double();
  std::string_view Bytes();
  // The number of elements that follow.
  uint32_t BeginList(ThriftType* element);
  void Skip(const ThriftFields& fields);

  void Fail(const char* what);
  bool ok() const { return error_ == nullptr; }
  base::Status status() const;

 private:
  bool Need(size_t bytes);
  uint64_t Varint();
  int64_t BigEndian(size_t bytes);
  bool NextCompactField(ThriftFields* fields);
  bool ReadBinaryMessage(ThriftMessage* message);
  void SkipValue(ThriftType type, int depth);
  void SkipMap(int depth);
  void CheckCount(uint64_t count);

  const char* begin_;
  const char* at_;
  const char* end_;
  ThriftProtocol protocol_;
  const char* error_ = nullptr;  // a literal
  size_t error_offset_ = 0;
};

}  // namespace sb::wire
