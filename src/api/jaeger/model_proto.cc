// SPDX-License-Identifier: Apache-2.0
#include "api/jaeger/model_proto.h"

#include <algorithm>

#include "encoding/protobuf.h"

namespace sb::api::jaeger {
namespace {

using encoding::ProtoReader;
using encoding::ProtoWriter;

constexpr int64_t kSecondNs = 1'000'000'000;
constexpr size_t kLimitMax = 10'000;

void WriteTime(uint32_t field, uint64_t ns, ProtoWriter* out) {
  const size_t mark = out->BeginMessage(field);
  out->Varint(1, ns / kSecondNs);
  out->Varint(2, ns % kSecondNs);
  out->EndMessage(mark);
}

// Types are 0 string, 1 bool, 2 int64, 3 float64, 4 binary.
void WriteTags(uint32_t field, const std::vector<UiTag>& tags, ProtoWriter* out) {
  for (const UiTag& tag : tags) {
    const size_t mark = out->BeginMessage(field);
    out->Bytes(1, tag.key);
    out->Varint(2, static_cast<uint64_t>(tag.type));
    switch (tag.type) {
      case UiTag::Type::kString:
        out->Bytes(3, tag.text);
        break;
      case UiTag::Type::kBool:
        out->Bool(4, tag.boolean);
        break;
      case UiTag::Type::kInt64:
        out->Int64(5, tag.integer);
        break;
      case UiTag::Type::kFloat64:
        out->Double(6, tag.number);
        break;
      case UiTag::Type::kBinary:
        out->Bytes(7, tag.text);
        break;
    }
    out->EndMessage(mark);
  }
}

void WriteSpan(const UiSpan& span, const UiProcess& process, ProtoWriter* out) {
  out->Bytes(1, span.trace_id);
  out->Bytes(2, span.span_id);
  out->Bytes(3, span.operation);
  for (const UiReference& reference : span.references) {
    const size_t mark = out->BeginMessage(4);
    out->Bytes(1, reference.trace_id);
    out->Bytes(2, reference.span_id);
    out->Varint(3, reference.is_child_of ? 0 : 1);
    out->EndMessage(mark);
  }
  out->Varint(5, span.flags);
  WriteTime(6, span.start_ns, out);
  WriteTime(7, span.duration_ns, out);
  WriteTags(8, span.tags, out);
  for (const UiLog& log : span.logs) {
    const size_t mark = out->BeginMessage(9);
    WriteTime(1, log.time_ns, out);
    WriteTags(2, log.fields, out);
    out->EndMessage(mark);
  }
  const size_t mark = out->BeginMessage(10);
  out->Bytes(1, process.service);
  WriteTags(2, process.tags, out);
  out->EndMessage(mark);
}

std::pair<std::string, std::string> ReadMapEntry(std::string_view bytes) {
  std::pair<std::string, std::string> entry;
  ProtoReader reader(bytes);
  while (reader.Next()) {
    if (reader.field() == 1) {
      entry.first = std::string(reader.Bytes());
    } else if (reader.field() == 2) {
      entry.second = std::string(reader.Bytes());
    }
  }
  return entry;
}

}  // namespace

void AppendSpans(const UiTrace& trace, uint32_t field, std::string* out) {
  ProtoWriter writer(out);
  for (const UiSpan& span : trace.spans) {
    const size_t mark = writer.BeginMessage(field);
    WriteSpan(span, trace.processes[span.process], &writer);
    writer.EndMessage(mark);
  }
}

int64_t TimestampNs(std::string_view bytes) {
  // Seconds beyond this are no time of ours.
  constexpr int64_t kSecondsMax = INT64_MAX / kSecondNs - 1;
  int64_t seconds = 0;
  int64_t nanos = 0;
  ProtoReader reader(bytes);
  while (reader.Next()) {
    if (reader.field() == 1) {
      seconds = reader.Int64();
    } else if (reader.field() == 2) {
      nanos = reader.Int32();
    }
  }
  return std::clamp(seconds, -kSecondsMax, kSecondsMax) * kSecondNs + nanos;
}

base::Result<TraceQuery> QueryFromProto(std::string_view bytes) {
  TraceQuery out;
  ProtoReader reader(bytes);
  while (reader.Next()) {
    switch (reader.field()) {
      case 1:
        out.service = std::string(reader.Bytes());
        break;
      case 2:
        out.operation = std::string(reader.Bytes());
        break;
      case 3:
        out.tags.push_back(ReadMapEntry(reader.Bytes()));
        break;
      case 4:
        out.start_ns = TimestampNs(reader.Bytes());
        break;
      case 5:
        out.end_ns = TimestampNs(reader.Bytes());
        break;
      case 6:
        out.duration_min_ns = TimestampNs(reader.Bytes());
        break;
      case 7:
        out.duration_max_ns = TimestampNs(reader.Bytes());
        break;
      case 8:
        if (const uint32_t depth = reader.Uint32(); depth != 0) {
          out.limit = std::min<size_t>(depth, kLimitMax);
        }
        break;
      default:
        break;
    }
  }
  SB_RETURN_IF_ERROR(reader.status());
  return out;
}

}  // namespace sb::api::jaeger
