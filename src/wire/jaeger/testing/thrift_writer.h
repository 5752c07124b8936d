// SPDX-License-Identifier: Apache-2.0
//
// ThriftWriter writes Thrift of both protocols for tests: what Jaeger's clients send.
//
//   ThriftWriter out(ThriftProtocol::kCompact);
//   out.Message("emitBatch", 4);
//   out.BeginStruct();  out.Field(1, ThriftType::kStruct);  …  out.EndStruct();
//   std::string bytes = out.Take();
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "wire/jaeger/jaeger_model.h"
#include "wire/jaeger/thrift_reader.h"

namespace sb::wire {

class ThriftWriter {
 public:
  explicit ThriftWriter(ThriftProtocol protocol) : protocol_(protocol) {}

  void Message(std::string_view name, int type);
  void BeginStruct() { last_.push_back(0); }
  void EndStruct();
  void Field(int16_t id, ThriftType type);
  void BoolField(int16_t id, bool value);
  void IntField(int16_t id, ThriftType type, int64_t value);
  void DoubleField(int16_t id, double value);
  void StringField(int16_t id, std::string_view value);
  void ListField(int16_t id, ThriftType element, size_t count);
  std::string Take() { return std::move(bytes_); }

 private:
  void Header(int16_t id, unsigned compact_type, unsigned binary_type);
  void Integer(ThriftType type, int64_t value);
  void BigEndian(int64_t value, int bytes);
  void String(std::string_view value);

  const ThriftProtocol protocol_;
  std::string bytes_;
  std::vector<int16_t> last_;
};

// A Batch struct; ids of the spans must be 16 and 8 bytes.
void WriteThriftBatch(const JaegerBatch& batch, ThriftWriter* out);
std::string ThriftBatchBytes(const JaegerBatch& batch, ThriftProtocol protocol);
std::string AgentMessageBytes(const JaegerBatch& batch, ThriftProtocol protocol);

}  // namespace sb::wire
