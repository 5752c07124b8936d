// SPDX-License-Identifier: Apache-2.0
//
// The write-ahead log of Prometheus' database (its folders wal, wal/checkpoint.N and wbl), read.
//
//   PrometheusWalSegment segment(bytes);                  // one file
//   while (segment.Next(&record)) {
//     SB_RETURN_IF_ERROR(ReadPrometheusWalRecord(record, &sink));
//   }
//   SB_RETURN_IF_ERROR(segment.status());
//
// Segments are pages of 32 KiB with fragments of records, each with a CRC-32C; records may be
// compressed by snappy or zstd. A file that ends in the middle of a record, as a crash leaves it,
// is_torn() and is no error: what is missing was never acknowledged by a whole record.
//
// Records: series, samples, tombstones, histograms (of integers and of floats, with custom
// buckets); exemplars, metadata and m-map markers are passed over. A type that is not known is
// kInvalidArgument, a wrong checksum kDataLoss.
//
// Source: Prometheus tsdb/wlog and tsdb/record. Threads: one at a time.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "model/sample.h"

namespace sb::wire {

class PrometheusWalSegment {
 public:
  explicit PrometheusWalSegment(std::string_view bytes) : bytes_(bytes) {}

  // False at the end, or when status() says what is wrong.
  bool Next(std::string* record);
  const base::Status& status() const { return status_; }
  bool is_torn() const { return is_torn_; }
  uint64_t offset() const { return at_; }

 private:
  bool Fail(std::string_view what);
  bool Torn();

  const std::string_view bytes_;
  size_t at_ = 0;
  base::Status status_;
  bool is_torn_ = false;
  std::string joined_;
};

class PrometheusWalSink {
 public:
  virtual ~PrometheusWalSink() = default;
  virtual base::Status Series(uint64_t ref, std::vector<model::Label> labels) = 0;
  // References that no series had are for the sink to judge.
  virtual base::Status Sample(uint64_t ref, const model::Sample& sample) = 0;
  // Both ends are meant.
  virtual base::Status Deleted(uint64_t ref, int64_t first_ms, int64_t last_ms) = 0;
};

base::Status ReadPrometheusWalRecord(std::string_view record, PrometheusWalSink* sink);

}  // namespace sb::wire
