// SPDX-License-Identifier: Apache-2.0
#include "query/traceql/trace_fetch.h"

#include <algorithm>
#include <compare>
#include <tuple>
#include <utility>

#include "encoding/hex.h"
#include "encoding/protobuf.h"
#include "store/interface/event_schema.h"

namespace sb::traceql {
namespace {

using encoding::ProtoWriter;
using store::EventColumn;
using store::EventValue;
using store::ValueType;

void WriteAnyFields(const EventValue& value, std::string* out) {
  ProtoWriter any(out);
  switch (value.type) {
    case ValueType::kText:
      any.Bytes(1, value.bytes);
      break;
    case ValueType::kBool:
      any.Bool(2, value.integer != 0);
      break;
    case ValueType::kInt:
      any.Int64(3, value.integer);
      break;
    case ValueType::kFloat:
      any.Double(4, value.number);
      break;
    case ValueType::kBytes:
      any.Bytes(7, value.bytes);
      break;
    case ValueType::kAny:
      out->append(value.bytes);
      break;
  }
}

void WriteAttribute(uint32_t field, std::string_view key, const EventValue& value,
                    std::string* out) {
  ProtoWriter writer(out);
  const size_t attribute = writer.BeginMessage(field);
  writer.Bytes(1, key);
  const size_t any = writer.BeginMessage(2);
  WriteAnyFields(value, out);
  writer.EndMessage(any);
  writer.EndMessage(attribute);
}

// Span rows of one block: which column is which field.
class SpanEncoder {
 public:
  explicit SpanEncoder(const store::EventBlock& block) : block_(block) {
    for (const EventColumn& column : block.columns()) {
      if (std::string_view(column.name).starts_with(store::kSpanPrefix)) {
        attributes_.push_back(&column);
      } else {
        AddFixed(column);
      }
    }
  }

  std::string_view TraceId(size_t row) const { return Text(trace_id_, row); }
  std::string_view SpanId(size_t row) const { return Text(span_id_, row); }

  std::string Encode(size_t row) const {
    std::string out;
    ProtoWriter span(&out);
    PutBytes(1, trace_id_, row, &span);
    PutBytes(2, span_id_, row, &span);
    PutBytes(3, trace_state_, row, &span);
    PutBytes(4, parent_id_, row, &span);
    PutBytes(5, name_, row, &span);
    PutVarint(6, kind_, row, &span);
    const auto start = static_cast<uint64_t>(block_.times()[row]);
    span.Fixed64(7, start);
    span.Fixed64(8, start + static_cast<uint64_t>(Int(duration_, row)));
    for (const EventColumn* column : attributes_) {
      if (column->Has(row)) {
        WriteAttribute(9, std::string_view(column->name).substr(store::kSpanPrefix.size()),
                       column->At(row), &out);
      }
    }
    PutVarint(10, dropped_attributes_, row, &span);
    out.append(Text(events_, row));
    PutVarint(12, dropped_events_, row, &span);
    out.append(Text(links_, row));
    PutVarint(14, dropped_links_, row, &span);
    const size_t status = span.BeginMessage(15);
    PutBytes(2, status_message_, row, &span);
    PutVarint(3, status_, row, &span);
    span.EndMessage(status);
    if (Int(flags_, row) != 0) {
      span.Fixed32(16, static_cast<uint32_t>(Int(flags_, row)));
    }
    return out;
  }

 private:
  void AddFixed(const EventColumn& column) {
    const std::pair<std::string_view, const EventColumn**> kFixed[] = {
        {store::kTraceIdColumn, &trace_id_},
        {store::kSpanIdColumn, &span_id_},
        {store::kParentSpanIdColumn, &parent_id_},
        {store::kNameColumn, &name_},
        {store::kKindColumn, &kind_},
        {store::kStatusColumn, &status_},
        {store::kStatusMessageColumn, &status_message_},
        {store::kTraceStateColumn, &trace_state_},
        {store::kFlagsColumn, &flags_},
        {store::kDurationColumn, &duration_},
        {store::kEventsColumn, &events_},
        {store::kLinksColumn, &links_},
        {store::kDroppedAttributesColumn, &dropped_attributes_},
        {store::kDroppedEventsColumn, &dropped_events_},
        {store::kDroppedLinksColumn, &dropped_links_},
    };
    for (const auto& [name, place] : kFixed) {
      if (column.name == name) {
        *place = &column;
        return;
      }
    }
  }
  static std::string_view Text(const EventColumn* column, size_t row) {
    return column != nullptr && !column->texts.empty() && column->Has(row) ? column->texts[row]
                                                                           : std::string_view();
  }
  static int64_t Int(const EventColumn* column, size_t row) {
    return column != nullptr && !column->integers.empty() && column->Has(row)
               ? column->integers[row]
               : 0;
  }
  static void PutBytes(uint32_t field, const EventColumn* column, size_t row, ProtoWriter* out) {
    if (const std::string_view text = Text(column, row); !text.empty()) {
      out->Bytes(field, text);
    }
  }
  static void PutVarint(uint32_t field, const EventColumn* column, size_t row, ProtoWriter* out) {
    if (const int64_t value = Int(column, row); value != 0) {
      out->Int64(field, value);
    }
  }

  const store::EventBlock& block_;
  std::vector<const EventColumn*> attributes_;
  const EventColumn* trace_id_ = nullptr;
  const EventColumn* span_id_ = nullptr;
  const EventColumn* parent_id_ = nullptr;
  const EventColumn* name_ = nullptr;
  const EventColumn* kind_ = nullptr;
  const EventColumn* status_ = nullptr;
  const EventColumn* status_message_ = nullptr;
  const EventColumn* trace_state_ = nullptr;
  const EventColumn* flags_ = nullptr;
  const EventColumn* duration_ = nullptr;
  const EventColumn* events_ = nullptr;
  const EventColumn* links_ = nullptr;
  const EventColumn* dropped_attributes_ = nullptr;
  const EventColumn* dropped_events_ = nullptr;
  const EventColumn* dropped_links_ = nullptr;
};

struct EncodedSpan {
  int64_t start_ns = 0;
  std::string span_id;
  std::string bytes;
};

// A stream, taken apart.
struct Source {
  std::string resource;  // encoded Resource message
  std::string schema_url;
  std::string scope;  // encoded InstrumentationScope message
  friend auto operator<=>(const Source&, const Source&) = default;
};

Source SourceOf(const store::EventStream& stream) {
  Source out;
  for (const store::EventAttribute& attribute : stream.attributes()) {
    if (attribute.name.starts_with(store::kResourcePrefix)) {
      WriteAttribute(1, attribute.name.substr(store::kResourcePrefix.size()), attribute.value,
                     &out.resource);
    } else if (attribute.name == store::kResourceSchemaUrl) {
      out.schema_url = std::string(attribute.value.bytes);
    } else if (attribute.name == store::kScopeName) {
      ProtoWriter(&out.scope).Bytes(1, attribute.value.bytes);
    } else if (attribute.name == store::kScopeVersion) {
      ProtoWriter(&out.scope).Bytes(2, attribute.value.bytes);
    } else if (attribute.name.starts_with(store::kScopeAttributePrefix)) {
      WriteAttribute(3, attribute.name.substr(store::kScopeAttributePrefix.size()), attribute.value,
                     &out.scope);
    }
  }
  return out;
}

using SpansBySource = std::map<Source, std::vector<EncodedSpan>>;

std::string Assemble(SpansBySource* sources) {
  std::string out;
  ProtoWriter writer(&out);
  for (auto it = sources->begin(); it != sources->end();) {
    const Source& first = it->first;
    const size_t group = writer.BeginMessage(1);
    writer.Bytes(1, first.resource);
    const std::string resource = first.resource;
    const std::string schema_url = first.schema_url;
    for (; it != sources->end() && it->first.resource == resource &&
           it->first.schema_url == schema_url;
         ++it) {
      std::vector<EncodedSpan>& spans = it->second;
      std::sort(spans.begin(), spans.end(), [](const EncodedSpan& a, const EncodedSpan& b) {
        return std::tie(a.start_ns, a.span_id, a.bytes) < std::tie(b.start_ns, b.span_id, b.bytes);
      });
      const size_t scope = writer.BeginMessage(2);
      writer.Bytes(1, it->first.scope);
      for (const EncodedSpan& span : spans) {
        writer.Bytes(2, span.bytes);
      }
      writer.EndMessage(scope);
    }
    if (!schema_url.empty()) {
      writer.Bytes(3, schema_url);
    }
    writer.EndMessage(group);
  }
  return out;
}

}  // namespace

base::Result<FetchedTraces> FetchTraces(const store::EventReader& reader,
                                        const store::ReadContext& context,
                                        std::vector<std::string> ids, const SpanSet* keep) {
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  FetchedTraces out;
  if (ids.empty()) {
    return out;
  }
  store::EventScanOptions options;
  options.columns = {{"*"}};
  SB_ASSIGN_OR_RETURN(auto scan, reader.ScanTraces(context, std::move(ids), std::move(options)));
  std::map<std::string, SpansBySource, std::less<>> traces;
  std::map<uint32_t, Source> sources;
  size_t bytes = 0;
  for (;;) {
    SB_RETURN_IF_ERROR(context.CheckAlive());
    SB_ASSIGN_OR_RETURN(const store::EventBlock* block, scan->Next());
    if (block == nullptr) {
      break;
    }
    const SpanEncoder encoder(*block);
    for (size_t row = 0; row < block->row_count(); ++row) {
      if (keep != nullptr &&
          !keep->contains({std::string(encoder.SpanId(row)), block->times()[row]})) {
        continue;
      }
      const uint32_t stream = block->streams()[row];
      const auto [source, is_new] = sources.try_emplace(stream);
      if (is_new) {
        source->second = SourceOf(scan->stream(stream));
      }
      EncodedSpan span{block->times()[row], std::string(encoder.SpanId(row)), encoder.Encode(row)};
      bytes += span.bytes.size();
      traces[std::string(encoder.TraceId(row))][source->second].push_back(std::move(span));
    }
    if (bytes > kFetchBytesMax) {
      return base::ResourceExhausted("the traces are larger than " +
                                     std::to_string(kFetchBytesMax) + " bytes");
    }
  }
  for (auto& [id, sources_of_trace] : traces) {
    out.traces.emplace(id, Assemble(&sources_of_trace));
  }
  out.stats = scan->stats();
  out.warnings = scan->warnings();
  return out;
}

base::Result<std::string> ParseTraceId(std::string_view hex) {
  std::string bytes;
  std::string digits(hex);
  if (hex.empty() || hex.size() > 32 ||
      !encoding::ParseHex(digits.insert(0, 32 - hex.size(), '0'), &bytes)) {
    return base::InvalidArgument("a trace id has 1 to 32 hexadecimal digits: " + std::string(hex));
  }
  return bytes;
}

}  // namespace sb::traceql
