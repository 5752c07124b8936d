// SPDX-License-Identifier: Apache-2.0
#include "otlp_encoding.h"

#include <map>

#include "protobuf_writer.h"

namespace signalbox::internal {

namespace {

uint64_t Unsigned(int64_t value) {
  return static_cast<uint64_t>(value);
}

struct WriteValue {
  ProtobufWriter& out;
  void operator()(const std::string& text) const { out.Text(1, text); }
  void operator()(bool value) const { out.Varint(2, value ? 1 : 0); }
  void operator()(int64_t value) const { out.Varint(3, Unsigned(value)); }
  void operator()(double value) const { out.Double(4, value); }
  void operator()(const std::vector<std::string>& list) const {
    out.Message(5, [&](ProtobufWriter& array) {
      for (const std::string& item : list) {
        array.Message(1, [&](ProtobufWriter& value) { value.Text(1, item); });
      }
    });
  }
};

void WriteAttributes(uint32_t field, const Attributes& attributes, ProtobufWriter& out) {
  for (const Attribute& attribute : attributes) {
    out.Message(field, [&](ProtobufWriter& pair) {
      pair.Text(1, attribute.key);
      pair.Message(2,
                   [&](ProtobufWriter& value) { std::visit(WriteValue{value}, attribute.value); });
    });
  }
}

void WriteResource(const Attributes& resource, ProtobufWriter& out) {
  out.Message(1, [&](ProtobufWriter& message) { WriteAttributes(1, resource, message); });
}

void WriteScope(const InstrumentationScope& scope, ProtobufWriter& out) {
  out.Message(1, [&](ProtobufWriter& message) {
    message.Text(1, scope.name);
    if (!scope.version.empty()) {
      message.Text(2, scope.version);
    }
  });
}

void WriteSpan(const SpanData& span, ProtobufWriter& out) {
  out.Bytes(1, span.context.trace_id.bytes);
  out.Bytes(2, span.context.span_id.bytes);
  if (!span.context.trace_state.empty()) {
    out.Text(3, span.context.trace_state);
  }
  if (span.parent_id.IsValid()) {
    out.Bytes(4, span.parent_id.bytes);
  }
  out.Text(5, span.name);
  out.Varint(6, static_cast<uint64_t>(span.kind));
  out.Fixed64(7, Unsigned(span.start_ns));
  out.Fixed64(8, Unsigned(span.end_ns));
  WriteAttributes(9, span.attributes, out);
  out.Varint(10, span.dropped_attributes);
  for (const SpanEvent& event : span.events) {
    out.Message(11, [&](ProtobufWriter& message) {
      message.Fixed64(1, Unsigned(event.time_ns));
      message.Text(2, event.name);
      WriteAttributes(3, event.attributes, message);
    });
  }
  out.Varint(12, span.dropped_events);
  for (const SpanLink& link : span.links) {
    out.Message(13, [&](ProtobufWriter& message) {
      message.Bytes(1, link.context.trace_id.bytes);
      message.Bytes(2, link.context.span_id.bytes);
      WriteAttributes(4, link.attributes, message);
    });
  }
  out.Varint(14, span.dropped_links);
  out.Message(15, [&](ProtobufWriter& status) {
    if (!span.status_message.empty()) {
      status.Text(2, span.status_message);
    }
    status.Varint(3, static_cast<uint64_t>(span.status));
  });
  out.Fixed32(16, span.context.is_sampled ? 1 : 0);
}

void WriteLog(const LogData& record, ProtobufWriter& out) {
  out.Fixed64(1, Unsigned(record.time_ns));
  out.Varint(2, static_cast<uint64_t>(record.severity));
  out.Text(3, SeverityText(record.severity));
  out.Message(5, [&](ProtobufWriter& body) { body.Text(1, record.body); });
  WriteAttributes(6, record.attributes, out);
  if (record.span.IsValid()) {
    out.Fixed32(8, record.span.is_sampled ? 1 : 0);
    out.Bytes(9, record.span.trace_id.bytes);
    out.Bytes(10, record.span.span_id.bytes);
  }
  out.Fixed64(11, Unsigned(record.time_ns));
}

// Items of one scope stand together: resource, then scope, then items.
template <typename Item, typename Write>
std::string EncodeByScope(const Attributes& resource,
                          const std::vector<std::unique_ptr<Item>>& items, Write write) {
  std::map<const InstrumentationScope*, std::vector<const Item*>> by_scope;
  for (const auto& item : items) {
    by_scope[item->scope.get()].push_back(item.get());
  }
  std::string bytes;
  ProtobufWriter(&bytes).Message(1, [&](ProtobufWriter& group) {
    WriteResource(resource, group);
    for (const auto& [scope, members] : by_scope) {
      group.Message(2, [&, scope = scope, &members = members](ProtobufWriter& scoped) {
        WriteScope(scope == nullptr ? InstrumentationScope() : *scope, scoped);
        for (const Item* item : members) {
          scoped.Message(2, [&](ProtobufWriter& message) { write(*item, message); });
        }
      });
    }
  });
  return bytes;
}

struct MetricTimes {
  int64_t start_ns;
  int64_t now_ns;
};

void WriteNumberPoint(const MetricPoint& point, MetricTimes times, ProtobufWriter& out) {
  WriteAttributes(7, point.attributes, out);
  out.Fixed64(2, Unsigned(times.start_ns));
  out.Fixed64(3, Unsigned(times.now_ns));
  if (point.is_integer) {
    out.Fixed64(6, Unsigned(point.integer));
  } else {
    out.Double(4, point.number);
  }
}

void WriteExemplars(uint32_t field, const HistogramValue& value, ProtobufWriter& out) {
  for (const MetricExemplar& exemplar : value.exemplars) {
    out.Message(field, [&](ProtobufWriter& message) {
      message.Fixed64(2, Unsigned(exemplar.time_ns));
      message.Double(3, exemplar.value);
      message.Bytes(4, exemplar.span.span_id.bytes);
      message.Bytes(5, exemplar.span.trace_id.bytes);
    });
  }
}

void WriteHistogramPoint(const MetricData& metric, const MetricPoint& point, MetricTimes times,
                         ProtobufWriter& out) {
  const HistogramValue& value = point.histogram;
  WriteAttributes(9, point.attributes, out);
  out.Fixed64(2, Unsigned(times.start_ns));
  out.Fixed64(3, Unsigned(times.now_ns));
  out.Fixed64(4, value.count);
  out.Double(5, value.sum);
  for (const uint64_t bucket : value.buckets) {
    out.Fixed64(6, bucket);
  }
  for (const double bound : metric.bounds) {
    out.Double(7, bound);
  }
  WriteExemplars(8, value, out);
  if (value.count > 0) {
    out.Double(11, value.min);
    out.Double(12, value.max);
  }
}

void WriteExponentialPoint(const MetricPoint& point, MetricTimes times, ProtobufWriter& out) {
  const HistogramValue& value = point.histogram;
  WriteAttributes(1, point.attributes, out);
  out.Fixed64(2, Unsigned(times.start_ns));
  out.Fixed64(3, Unsigned(times.now_ns));
  out.Fixed64(4, value.count);
  out.Double(5, value.sum);
  out.SignedVarint(6, value.scale);
  out.Fixed64(7, value.zero_count);
  out.Message(8, [&](ProtobufWriter& buckets) {
    buckets.SignedVarint(1, value.offset);
    for (const uint64_t bucket : value.positive) {
      buckets.Varint(2, bucket);
    }
  });
  WriteExemplars(11, value, out);
  if (value.count > 0) {
    out.Double(12, value.min);
    out.Double(13, value.max);
  }
}

constexpr uint64_t kCumulative = 2;

void WritePoints(const MetricData& metric, MetricTimes times, ProtobufWriter& out) {
  for (const MetricPoint& point : metric.points) {
    out.Message(1, [&](ProtobufWriter& message) {
      if (metric.kind == MetricData::Kind::kHistogram) {
        WriteHistogramPoint(metric, point, times, message);
      } else if (metric.kind == MetricData::Kind::kExponentialHistogram) {
        WriteExponentialPoint(point, times, message);
      } else {
        WriteNumberPoint(point, times, message);
      }
    });
  }
  if (metric.kind != MetricData::Kind::kGauge) {
    out.Varint(2, kCumulative);
  }
  if (metric.kind == MetricData::Kind::kSum) {
    out.Varint(3, 1);  // monotonic
  }
}

uint32_t DataField(MetricData::Kind kind) {
  switch (kind) {
    case MetricData::Kind::kGauge:
      return 5;
    case MetricData::Kind::kSum:
    case MetricData::Kind::kUpDownSum:
      return 7;
    case MetricData::Kind::kHistogram:
      return 9;
    case MetricData::Kind::kExponentialHistogram:
      break;
  }
  return 10;
}

}  // namespace

std::string EncodeSpans(const Attributes& resource,
                        const std::vector<std::unique_ptr<SpanData>>& spans) {
  return EncodeByScope(resource, spans, &WriteSpan);
}

std::string EncodeLogs(const Attributes& resource,
                       const std::vector<std::unique_ptr<LogData>>& records) {
  return EncodeByScope(resource, records, &WriteLog);
}

std::string EncodeMetrics(const Attributes& resource, const std::vector<MetricData>& metrics,
                          int64_t start_ns, int64_t now_ns) {
  std::string bytes;
  ProtobufWriter(&bytes).Message(1, [&](ProtobufWriter& group) {
    WriteResource(resource, group);
    for (const MetricData& metric : metrics) {
      group.Message(2, [&](ProtobufWriter& scoped) {
        WriteScope({metric.scope, metric.scope_version}, scoped);
        scoped.Message(2, [&](ProtobufWriter& message) {
          message.Text(1, metric.name);
          message.Text(2, metric.description);
          message.Text(3, metric.unit);
          message.Message(DataField(metric.kind), [&](ProtobufWriter& data) {
            WritePoints(metric, {start_ns, now_ns}, data);
          });
        });
      });
    }
  });
  return bytes;
}

}  // namespace signalbox::internal
