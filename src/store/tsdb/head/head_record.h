// SPDX-License-Identifier: Apache-2.0
//
// What the head writes to its WAL: one record per commit, which holds everything of the batch: new
// series, floats, other samples, exemplars, metadata. A record is replayed whole or not at all,
// which is what makes a batch atomic.
//
//   RecordWriter writer;
//   writer.AddSeries(ref, labels); writer.AddFloat(slot, time, value); …
//   SB_RETURN_IF_ERROR(wal.Append(writer.Finish()));     // then writer.Clear(), its memory stays
//
//   SB_RETURN_IF_ERROR(ReadRecord(bytes, &sink));        // calls the sink in the order above
//
// Samples name their series by slot: a later series record for the same slot says that the slot has
// been given to another series. Bytes: docs/format/head-wal-records.md.
//
// Failures: kDataLoss for malformed bytes; the sink has then seen a part of the record.
// Threads: values.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "encoding/bytes.h"
#include "model/sample.h"
#include "store/tsdb/head/pending_float.h"

namespace sb::tsdb {

class RecordSink {
 public:
  virtual ~RecordSink() = default;
  // `labels` are the bytes of LabelSet::Encoded().
  virtual base::Status OnSeries(uint64_t ref, uint32_t label_count, std::string_view labels) = 0;
  virtual void OnFloat(uint32_t slot, int64_t time, double value) = 0;
  virtual void OnSample(uint32_t slot, const model::Sample& sample) = 0;
  virtual void OnExemplar(uint32_t slot, const model::Exemplar& exemplar) = 0;
  virtual void OnMetadata(std::string_view metric, const model::MetricMetadata& metadata) = 0;
};

class RecordWriter {
 public:
  void AddSeries(uint64_t ref, uint32_t label_count, std::string_view labels);
  void AddFloat(uint32_t slot, int64_t time, double value);
  void AddFloats(std::span<const PendingFloat> floats);
  void AddSample(uint32_t slot, const model::Sample& sample);
  void AddExemplar(uint32_t slot, const model::Exemplar& exemplar);
  void AddMetadata(std::string_view metric, const model::MetricMetadata& metadata);

  bool empty() const {
    return series_count_ + floats_.count + sample_count_ + exemplar_count_ + metadata_count_ == 0;
  }
  // The record; valid until the next change.
  std::string_view Finish();
  void Clear();

 private:
  // The columns of the floats as they will be in the record. The strings are room: what is in use
  // is said beside.
  struct FloatColumns {
    size_t count = 0;
    size_t room = 0;
    bool one_time = true;
    uint32_t slot = 0;  // of the last one
    int64_t first_time = 0;
    int64_t time = 0;
    size_t slot_bytes = 0;
    size_t time_bytes = 0;
    size_t value_bytes = 0;
    std::string slots;
    std::string times;
    std::string whole;  // a bit each
    std::string values;
  };
  void ReserveFloats(size_t count);
  template <typename SlotOf>
  void AddToColumns(std::span<const PendingFloat> floats, SlotOf&& slot_of);
  void FinishFloats();
  void PutSection(uint8_t kind, size_t count, std::string_view body);

  std::string record_;
  std::string series_;
  std::string samples_;
  std::string exemplars_;
  std::string metadata_;
  FloatColumns floats_;
  uint64_t last_slot_ = 0;
  uint64_t series_count_ = 0;
  uint64_t sample_count_ = 0;
  uint64_t exemplar_count_ = 0;
  uint64_t metadata_count_ = 0;
};

base::Status ReadRecord(std::string_view record, RecordSink* sink);

// Calls `label` for each name and value of encoded labels; false if the bytes are malformed, the
// names not sorted or a value empty.
bool ReadEncodedLabels(std::string_view bytes, uint32_t count, std::vector<model::Label>* out);

// One sample or histogram, also used by the head snapshot.
void AppendSampleBytes(const model::Sample& sample, std::string* out);
bool ReadSampleBytes(encoding::ByteReader* in, model::Sample* sample);

}  // namespace sb::tsdb
