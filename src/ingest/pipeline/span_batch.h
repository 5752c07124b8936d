// SPDX-License-Identifier: Apache-2.0
//
// SpanBatch turns decoded spans into rows of an EventBatch, in the columns of event_schema.h.
//
//   SpanBatch batch;
//   uint32_t stream = batch.AddStream(StreamOf(resource, scope));
//   SpanRowReport report = batch.Add(stream, span);
//   writer.Write(std::move(batch).Take());
//
// What is kept is a valid row whatever came in: text that is not UTF-8 gets U+FFFD for its bad
// bytes, attributes longer than SpanLimits are cut (text) or left out and counted in the row's
// dropped_attributes, and so are those beyond `columns_max` different names.
//
// Columns of attributes are found by a hash of a few bytes of the key, so that a known name costs
// some nanoseconds. Threads: one at a time.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "store/interface/event_batch.h"
#include "wire/otlp/envelope_reader.h"
#include "wire/otlp/span_reader.h"

namespace sb::ingest {

struct SpanLimits {
  size_t attribute_bytes_max = 1U << 20;
  size_t columns_max = 4096;  // different attribute names and types of one request
};

// What had to be changed to keep a span.
struct SpanRowReport {
  bool text_repaired = false;
  bool attribute_dropped = false;
};

// The stream of spans of one resource and scope. Attributes that break the limits are left out.
store::EventStream StreamOf(const wire::OtlpResource& resource, const wire::OtlpScope& scope,
                            const SpanLimits& limits);

class SpanBatch {
 public:
  explicit SpanBatch(SpanLimits limits = {});

  uint32_t AddStream(const store::EventStream& stream) { return batch_.AddStream(stream); }
  // `span` is valid (WhyInvalid() is null).
  SpanRowReport Add(uint32_t stream, const wire::OtlpSpan& span);

  size_t row_count() const { return batch_.row_count(); }
  store::EventBatch Take() && { return std::move(batch_); }

 private:
  struct Slot {
    uint64_t hash = 0;  // 0: free
    std::string key;
    store::ValueType type = store::ValueType::kText;
    store::EventBatch::ColumnId column = 0;
  };
  static constexpr uint32_t kNoColumn = UINT32_MAX;
  struct Fixed {
    std::string_view name;
    store::ValueType type;
    uint32_t id = kNoColumn;  // a column appears with its first value
  };

  uint32_t ColumnOf(Fixed* fixed);
  // kNoColumn when there are as many as there may be.
  uint32_t AttributeColumn(std::string_view key, store::ValueType type);
  void Grow();
  void SetId(Fixed* fixed, std::string_view id);
  void SetText(Fixed* fixed, std::string_view text);
  void SetCount(Fixed* fixed, int64_t number);
  void SetMessages(Fixed* fixed, uint32_t field, const std::vector<std::string_view>& messages);
  void SetIds(const wire::OtlpSpan& span);
  // False if it had to be left out.
  bool SetAttribute(const wire::KeyValue& attribute);

  const SpanLimits limits_;
  store::EventBatch batch_;
  std::vector<Slot> slots_;
  size_t slot_count_ = 0;
  std::string scratch_;
  SpanRowReport report_;

  Fixed trace_id_, span_id_, parent_, name_, kind_, status_, status_message_, trace_state_, flags_;
  Fixed duration_, events_, links_, dropped_attributes_, dropped_events_, dropped_links_;
};

}  // namespace sb::ingest
