// SPDX-License-Identifier: Apache-2.0
#include "wire/jaeger/testing/thrift_writer.h"

#include <bit>

#include "encoding/bytes.h"
#include "encoding/varint.h"

namespace sb::wire {
namespace {

unsigned CompactType(ThriftType type) {
  static constexpr unsigned kTypes[] = {0, 1, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
  return kTypes[static_cast<size_t>(type)];
}

unsigned BinaryType(ThriftType type) {
  static constexpr unsigned kTypes[] = {0, 2, 3, 6, 8, 10, 4, 11, 15, 14, 13, 12};
  return kTypes[static_cast<size_t>(type)];
}

int64_t IdOf(std::string_view bytes) {
  uint64_t id = 0;
  for (const char c : bytes) {
    id = id << 8 | static_cast<unsigned char>(c);
  }
  return static_cast<int64_t>(id);
}

void WriteTags(int16_t field, const std::vector<JaegerTag>& tags, ThriftWriter* out) {
  static constexpr int kTypes[] = {0, 2, 3, 1, 4};
  out->ListField(field, ThriftType::kStruct, tags.size());
  for (const JaegerTag& tag : tags) {
    out->BeginStruct();
    out->StringField(1, tag.key);
    out->IntField(2, ThriftType::kI32, kTypes[static_cast<size_t>(tag.type)]);
    switch (tag.type) {
      case JaegerTag::Type::kString:
        out->StringField(3, tag.text);
        break;
      case JaegerTag::Type::kDouble:
        out->DoubleField(4, tag.number);
        break;
      case JaegerTag::Type::kBool:
        out->BoolField(5, tag.boolean);
        break;
      case JaegerTag::Type::kInt:
        out->IntField(6, ThriftType::kI64, tag.integer);
        break;
      case JaegerTag::Type::kBinary:
        out->StringField(7, tag.text);
        break;
    }
    out->EndStruct();
  }
}

void WriteReferences(const JaegerSpan& span, ThriftWriter* out) {
  out->ListField(6, ThriftType::kStruct, span.references.size());
  for (const JaegerReference& reference : span.references) {
    const std::string_view trace = reference.trace_id;
    out->BeginStruct();
    out->IntField(1, ThriftType::kI32, reference.follows_from ? 1 : 0);
    out->IntField(2, ThriftType::kI64, IdOf(trace.substr(8)));
    out->IntField(3, ThriftType::kI64, IdOf(trace.substr(0, 8)));
    out->IntField(4, ThriftType::kI64, IdOf(reference.span_id));
    out->EndStruct();
  }
}

void WriteSpan(const JaegerSpan& span, ThriftWriter* out) {
  const std::string_view trace = span.trace_id;
  out->BeginStruct();
  out->IntField(1, ThriftType::kI64, IdOf(trace.substr(8)));
  out->IntField(2, ThriftType::kI64, IdOf(trace.substr(0, 8)));
  out->IntField(3, ThriftType::kI64, IdOf(span.span_id));
  out->IntField(4, ThriftType::kI64, IdOf(span.parent_id));
  out->StringField(5, span.name);
  if (!span.references.empty()) {
    WriteReferences(span, out);
  }
  out->IntField(7, ThriftType::kI32, span.flags);
  out->IntField(8, ThriftType::kI64, static_cast<int64_t>(span.start_ns / 1000));
  out->IntField(9, ThriftType::kI64, static_cast<int64_t>(span.duration_ns / 1000));
  WriteTags(10, span.tags, out);
  out->ListField(11, ThriftType::kStruct, span.logs.size());
  for (const JaegerLog& log : span.logs) {
    out->BeginStruct();
    out->IntField(1, ThriftType::kI64, static_cast<int64_t>(log.time_ns / 1000));
    WriteTags(2, log.fields, out);
    out->EndStruct();
  }
  out->EndStruct();
}

}  // namespace

void ThriftWriter::BigEndian(int64_t value, int bytes) {
  for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) {
    bytes_.push_back(static_cast<char>(static_cast<uint64_t>(value) >> shift & 255));
  }
}

void ThriftWriter::String(std::string_view value) {
  if (protocol_ == ThriftProtocol::kCompact) {
    encoding::AppendVarint(&bytes_, value.size());
  } else {
    BigEndian(static_cast<int64_t>(value.size()), 4);
  }
  bytes_.append(value);
}

void ThriftWriter::Integer(ThriftType type, int64_t value) {
  if (protocol_ == ThriftProtocol::kCompact) {
    encoding::AppendZigZag(&bytes_, value);
  } else {
    BigEndian(value, type == ThriftType::kI64 ? 8 : type == ThriftType::kI32 ? 4 : 2);
  }
}

void ThriftWriter::Header(int16_t id, unsigned compact_type, unsigned binary_type) {
  if (protocol_ == ThriftProtocol::kBinary) {
    BigEndian(binary_type, 1);
    BigEndian(id, 2);
    return;
  }
  const int delta = id - last_.back();
  if (delta > 0 && delta < 16) {
    bytes_.push_back(static_cast<char>(delta << 4 | static_cast<int>(compact_type)));
  } else {
    bytes_.push_back(static_cast<char>(compact_type));
    encoding::AppendZigZag(&bytes_, id);
  }
  last_.back() = id;
}

void ThriftWriter::Message(std::string_view name, int type) {
  if (protocol_ == ThriftProtocol::kCompact) {
    bytes_.push_back('\x82');
    bytes_.push_back(static_cast<char>(type << 5 | 1));
    encoding::AppendVarint(&bytes_, 7);
    String(name);
  } else {
    BigEndian(static_cast<int64_t>(0x80010000U | static_cast<unsigned>(type)), 4);
    String(name);
    BigEndian(7, 4);
  }
}

void ThriftWriter::EndStruct() {
  bytes_.push_back('\0');
  last_.pop_back();
}

void ThriftWriter::Field(int16_t id, ThriftType type) {
  Header(id, CompactType(type), BinaryType(type));
}

void ThriftWriter::BoolField(int16_t id, bool value) {
  Header(id, value ? 1 : 2, 2);
  if (protocol_ == ThriftProtocol::kBinary) {
    BigEndian(value ? 1 : 0, 1);
  }
}

void ThriftWriter::IntField(int16_t id, ThriftType type, int64_t value) {
  Field(id, type);
  Integer(type, value);
}

void ThriftWriter::DoubleField(int16_t id, double value) {
  Field(id, ThriftType::kDouble);
  if (protocol_ == ThriftProtocol::kCompact) {
    encoding::AppendLe(&bytes_, std::bit_cast<uint64_t>(value));
  } else {
    BigEndian(std::bit_cast<int64_t>(value), 8);
  }
}

void ThriftWriter::StringField(int16_t id, std::string_view value) {
  Field(id, ThriftType::kString);
  String(value);
}

void ThriftWriter::ListField(int16_t id, ThriftType element, size_t count) {
  Field(id, ThriftType::kList);
  if (protocol_ == ThriftProtocol::kBinary) {
    BigEndian(BinaryType(element), 1);
    BigEndian(static_cast<int64_t>(count), 4);
  } else if (count < 15) {
    bytes_.push_back(static_cast<char>(count << 4 | CompactType(element)));
  } else {
    bytes_.push_back(static_cast<char>(0xF0U | CompactType(element)));
    encoding::AppendVarint(&bytes_, count);
  }
}

void WriteThriftBatch(const JaegerBatch& batch, ThriftWriter* out) {
  out->BeginStruct();
  out->Field(1, ThriftType::kStruct);
  out->BeginStruct();
  out->StringField(1, batch.process.service_name);
  WriteTags(2, batch.process.tags, out);
  out->EndStruct();
  out->ListField(2, ThriftType::kStruct, batch.spans.size());
  for (const JaegerSpan& span : batch.spans) {
    WriteSpan(span, out);
  }
  out->IntField(3, ThriftType::kI64, 1);
  out->EndStruct();
}

std::string ThriftBatchBytes(const JaegerBatch& batch, ThriftProtocol protocol) {
  ThriftWriter out(protocol);
  WriteThriftBatch(batch, &out);
  return out.Take();
}

std::string AgentMessageBytes(const JaegerBatch& batch, ThriftProtocol protocol) {
  ThriftWriter out(protocol);
  out.Message("emitBatch", 4);
  out.BeginStruct();
  out.Field(1, ThriftType::kStruct);
  WriteThriftBatch(batch, &out);
  out.EndStruct();
  return out.Take();
}

}  // namespace sb::wire
