// SPDX-License-Identifier: Apache-2.0
//
// OutgoingBatch is the samples of one request of remote write, and its bytes in version 1.0 or 2.0.
//
//   OutgoingBatch batch(items.begin(), items.end());
//   std::string body = EncodeBatch(batch, protocol, metadata);      // snappy block
//
// Samples of a series stand together, in the order in which they came.
//
// Threads: values.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "model/sample.h"

namespace sb::remote_out {

enum class WriteProtocol : uint8_t { kV1, kV2 };

// A sample, or an exemplar.
struct OutgoingItem {
  model::LabelSet labels;
  model::Sample sample;
  std::shared_ptr<const model::Exemplar> exemplar = nullptr;

  bool IsExemplar() const { return exemplar != nullptr; }
  bool IsHistogram() const { return sample.histogram != nullptr; }
};

struct ItemCounts {
  uint64_t samples = 0;  // floats
  uint64_t histograms = 0;
  uint64_t exemplars = 0;
  int64_t newest_time_ms = 0;
  uint64_t all() const { return samples + histograms + exemplars; }
};
ItemCounts CountItems(std::span<const OutgoingItem> items);

// By metric name.
using MetadataByName = std::unordered_map<std::string, model::MetricMetadata>;

// `metadata` is used by 2.0 only and may be null.
std::string EncodeItems(std::span<const OutgoingItem> items, WriteProtocol protocol,
                        const MetadataByName* metadata);
// A request of 1.0 that holds metadata only.
std::string EncodeMetadata(std::span<const MetadataByName::value_type* const> entries);

}  // namespace sb::remote_out
