// SPDX-License-Identifier: Apache-2.0
#include "api/tempo/tempo_proto.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <set>

#include "api/tempo/request_parameters.h"
#include "api/tempo/tempo_json.h"
#include "encoding/hex.h"
#include "encoding/protobuf.h"
#include "query/traceql/slots.h"

namespace sb::api::tempo {
namespace {

using encoding::ProtoReader;
using encoding::ProtoWriter;
using traceql::Literal;
using traceql::ValueType;

constexpr int64_t kSecondNs = 1'000'000'000;
constexpr int64_t kMillisecondNs = 1'000'000;

void WriteScalar(const Literal& literal, ProtoWriter* out) {
  switch (literal.type) {
    case ValueType::kInt:
      out->Int64(3, literal.integer);
      break;
    case ValueType::kFloat:
      out->Double(4, literal.number);
      break;
    case ValueType::kBool:
      out->Bool(2, literal.integer != 0);
      break;
    default:
      out->Bytes(1, traceql::ValueText(literal.value()));
      break;
  }
}

void WriteAttributes(uint32_t field, const traceql::OwnedAttributes& attributes, ProtoWriter* out) {
  for (const auto& [name, value] : attributes) {
    const size_t attribute = out->BeginMessage(field);
    out->Bytes(1, name);
    const size_t any = out->BeginMessage(2);
    if (value.is_array) {
      const size_t array = out->BeginMessage(5);
      for (const Literal& element : value.elements) {
        const size_t one = out->BeginMessage(1);
        WriteScalar(element, out);
        out->EndMessage(one);
      }
      out->EndMessage(array);
    } else {
      WriteScalar(value.scalar, out);
    }
    out->EndMessage(any);
    out->EndMessage(attribute);
  }
}

void WriteSpanset(uint32_t field, const traceql::FoundSpanset& set, ProtoWriter* out) {
  const size_t mark = out->BeginMessage(field);
  for (const traceql::FoundSpan& span : set.spans) {
    const size_t one = out->BeginMessage(1);
    out->Bytes(1, encoding::HexOf(span.span_id));
    out->Bytes(2, span.name);
    out->Varint(3, static_cast<uint64_t>(span.start_ns));
    out->Varint(4, static_cast<uint64_t>(span.duration_ns));
    WriteAttributes(5, span.attributes, out);
    out->EndMessage(one);
  }
  out->Varint(2, set.matched);
  WriteAttributes(3, set.attributes, out);
  out->EndMessage(mark);
}

void WriteTrace(const traceql::FoundTrace& trace, ProtoWriter* out) {
  const size_t mark = out->BeginMessage(1);
  out->Bytes(1, ShortTraceId(trace.trace_id));
  out->Bytes(2, trace.has_root ? std::string_view(trace.root_service) : kNoRoot);
  out->Bytes(3, trace.root_name);
  out->Varint(4, static_cast<uint64_t>(trace.start_ns));
  out->Varint(5, static_cast<uint64_t>(trace.duration_ns / kMillisecondNs));
  if (!trace.spansets.empty()) {
    WriteSpanset(6, trace.spansets[0], out);
  }
  for (const traceql::FoundSpanset& set : trace.spansets) {
    WriteSpanset(7, set, out);
  }
  for (const auto& [service, stats] : trace.services) {
    const size_t entry = out->BeginMessage(8);
    out->Bytes(1, service);
    const size_t value = out->BeginMessage(2);
    out->Varint(1, stats.spans);
    out->Varint(2, stats.errors);
    out->EndMessage(value);
    out->EndMessage(entry);
  }
  out->EndMessage(mark);
}

void WriteMetrics(uint32_t field, const traceql::QueryNotes& notes, ProtoWriter* out,
                  bool is_done = true) {
  const size_t mark = out->BeginMessage(field);
  out->Varint(1, notes.traces_inspected);
  out->Varint(2, notes.stats.bytes_inspected);
  out->Varint(3, notes.stats.parts);
  out->Varint(4, is_done ? 1 : 0);
  out->Varint(5, 1);
  out->Varint(6, notes.stats.bytes_inspected);
  out->Varint(7, notes.stats.rows_inspected);
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

// Whole seconds; 0 means open.
store::EventRange RangeOf(uint64_t start_s, uint64_t end_s) {
  store::EventRange range;
  if (start_s != 0) {
    range.start_ns = static_cast<int64_t>(start_s) * kSecondNs;
  }
  if (end_s != 0) {
    range.end_ns = static_cast<int64_t>(end_s) * kSecondNs + 1;
  }
  return range;
}

void WriteSeries(const traceql::MetricsSeries& series, const traceql::MetricsGrid& grid,
                 ProtoWriter* out) {
  const size_t mark = out->BeginMessage(1);
  WriteAttributes(1, series.labels, out);
  for (size_t i = 0; i < series.values.size(); ++i) {
    if (std::isnan(series.values[i])) {
      continue;
    }
    const size_t sample = out->BeginMessage(2);
    out->Double(1, series.values[i]);
    out->Int64(2, grid.At(i) / kMillisecondNs);
    out->EndMessage(sample);
  }
  for (const traceql::MetricsExemplar& exemplar : series.exemplars) {
    const size_t one = out->BeginMessage(4);
    WriteAttributes(1, exemplar.labels, out);
    out->Double(2, exemplar.value);
    out->Int64(3, exemplar.time_ns / kMillisecondNs);
    out->EndMessage(one);
  }
  out->EndMessage(mark);
}

}  // namespace

base::Result<SearchRequest> SearchFromProto(std::string_view bytes) {
  SearchRequest out;
  std::vector<std::pair<std::string, std::string>> tags;
  std::optional<int64_t> min_ns;
  std::optional<int64_t> max_ns;
  uint64_t limit = 0;
  uint64_t spss = 0;
  uint64_t start_s = 0;
  uint64_t end_s = 0;
  ProtoReader reader(bytes);
  while (reader.Next()) {
    switch (reader.field()) {
      case 1:
        tags.push_back(ReadMapEntry(reader.Bytes()));
        break;
      case 2:
        min_ns = static_cast<int64_t>(reader.Uint32()) * kMillisecondNs;
        break;
      case 3:
        max_ns = static_cast<int64_t>(reader.Uint32()) * kMillisecondNs;
        break;
      case 4:
        limit = reader.Uint32();
        break;
      case 5:
        start_s = reader.Uint32();
        break;
      case 6:
        end_s = reader.Uint32();
        break;
      case 8:
        out.query = std::string(reader.Bytes());
        break;
      case 9:
        spss = reader.Uint32();
        break;
      default:
        break;
    }
  }
  SB_RETURN_IF_ERROR(reader.status());
  out.options.range = RangeOf(start_s, end_s);
  out.options.limit = limit == 0 ? 20 : std::min<uint64_t>(limit, kSearchLimitMax);
  out.options.spans_per_spanset = spss == 0 ? 3 : std::min<uint64_t>(spss, kSpansPerSpansetMax);
  if (out.query.empty()) {
    out.query =
        QueryOfTags(tags, min_ns == 0 ? std::nullopt : min_ns, max_ns == 0 ? std::nullopt : max_ns);
  }
  return out;
}

std::string SearchToProto(std::span<const traceql::FoundTrace> traces,
                          const traceql::QueryNotes& notes, bool is_done) {
  std::string out;
  ProtoWriter writer(&out);
  for (const traceql::FoundTrace& trace : traces) {
    WriteTrace(trace, &writer);
  }
  WriteMetrics(2, notes, &writer, is_done);
  return out;
}

base::Result<TagsRequest> TagsFromProto(std::string_view bytes) {
  TagsRequest out;
  uint64_t start_s = 0;
  uint64_t end_s = 0;
  ProtoReader reader(bytes);
  while (reader.Next()) {
    switch (reader.field()) {
      case 1:
        out.scope = std::string(reader.Bytes());
        break;
      case 2:
        out.options.query = std::string(reader.Bytes());
        break;
      case 3:
        start_s = reader.Uint32();
        break;
      case 4:
        end_s = reader.Uint32();
        break;
      case 5:
        out.options.limit = reader.Uint32();
        break;
      default:
        break;
    }
  }
  SB_RETURN_IF_ERROR(reader.status());
  out.options.range = RangeOf(start_s, end_s);
  return out;
}

base::Result<TagsRequest> TagValuesFromProto(std::string_view bytes) {
  TagsRequest out;
  uint64_t start_s = 0;
  uint64_t end_s = 0;
  ProtoReader reader(bytes);
  while (reader.Next()) {
    switch (reader.field()) {
      case 1:
        out.tag = std::string(reader.Bytes());
        break;
      case 2:
        out.options.query = std::string(reader.Bytes());
        break;
      case 4:
        start_s = reader.Uint32();
        break;
      case 5:
        end_s = reader.Uint32();
        break;
      case 6:
        out.options.limit = reader.Uint32();
        break;
      default:
        break;
    }
  }
  SB_RETURN_IF_ERROR(reader.status());
  out.options.range = RangeOf(start_s, end_s);
  return out;
}

std::string TagsToProto(const traceql::TagScopes& scopes) {
  std::set<std::string> names;
  for (const auto& [scope, tags] : scopes) {
    names.insert(tags.begin(), tags.end());
  }
  std::string out;
  ProtoWriter writer(&out);
  for (const std::string& name : names) {
    writer.Bytes(1, name);
  }
  return out;
}

std::string TagScopesToProto(const traceql::TagScopes& scopes) {
  std::string out;
  ProtoWriter writer(&out);
  for (const auto& [scope, tags] : scopes) {
    const size_t mark = writer.BeginMessage(1);
    writer.Bytes(1, scope);
    for (const std::string& tag : tags) {
      writer.Bytes(2, tag);
    }
    writer.EndMessage(mark);
  }
  return out;
}

std::string TagValuesToProto(const std::vector<traceql::TagValue>& values) {
  std::set<std::string> texts;
  for (const traceql::TagValue& value : values) {
    texts.insert(value.text);
  }
  std::string out;
  ProtoWriter writer(&out);
  for (const std::string& text : texts) {
    writer.Bytes(1, text);
  }
  return out;
}

std::string TagValuesV2ToProto(const std::vector<traceql::TagValue>& values) {
  std::string out;
  ProtoWriter writer(&out);
  for (const traceql::TagValue& value : values) {
    const size_t mark = writer.BeginMessage(1);
    writer.Bytes(1, value.type);
    writer.Bytes(2, value.text);
    writer.EndMessage(mark);
  }
  return out;
}

base::Result<MetricsRequest> MetricsFromProto(std::string_view bytes, int64_t now_ns,
                                              bool instant) {
  constexpr int64_t kHourNs = 3600 * kSecondNs;
  MetricsRequest out;
  out.options.instant = instant;
  ProtoReader reader(bytes);
  while (reader.Next()) {
    switch (reader.field()) {
      case 1:
        out.query = std::string(reader.Bytes());
        break;
      case 2:
        out.options.start_ns = reader.Int64();
        break;
      case 3:
        out.options.end_ns = reader.Int64();
        break;
      case 4:
        out.options.step_ns = reader.Int64();
        break;
      case 16:
        out.options.exemplars = std::min<uint64_t>(reader.Uint32(), 1000);
        break;
      case 18:
        out.options.instant = reader.Bool();
        break;
      default:
        break;
    }
  }
  SB_RETURN_IF_ERROR(reader.status());
  if (out.options.end_ns == 0) {
    out.options.end_ns = now_ns;
  }
  if (out.options.start_ns == 0) {
    out.options.start_ns = out.options.end_ns - kHourNs;
  }
  if (out.options.step_ns == 0) {
    out.options.step_ns = traceql::DefaultStepNs(out.options.end_ns - out.options.start_ns);
  }
  return out;
}

std::string QueryRangeToProto(const traceql::MetricsResult& result) {
  std::string out;
  ProtoWriter writer(&out);
  for (const traceql::MetricsSeries& series : result.series) {
    WriteSeries(series, result.grid, &writer);
  }
  WriteMetrics(2, result.notes, &writer);
  if (const std::string notes = JoinNotes(result.notes.messages); !notes.empty()) {
    writer.Bytes(4, notes);
  }
  return out;
}

std::string QueryInstantToProto(const traceql::MetricsResult& result) {
  std::string out;
  ProtoWriter writer(&out);
  for (const traceql::MetricsSeries& series : result.series) {
    const size_t mark = writer.BeginMessage(1);
    WriteAttributes(1, series.labels, &writer);
    writer.Double(2, series.values.at(0));
    writer.EndMessage(mark);
  }
  WriteMetrics(2, result.notes, &writer);
  return out;
}

}  // namespace sb::api::tempo
