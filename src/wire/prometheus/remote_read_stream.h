// SPDX-License-Identifier: Apache-2.0
//
// The streamed answer of remote read (prometheus.ChunkedReadResponse): frames of a uvarint length,
// the CRC-32C of the message in four bytes, high one first, and the message, which holds chunks of
// one series.
//
//   ChunkedReadWriter frames(query_index, [&](std::string_view frame) { return Send(frame); });
//   if (!frames.AddSeries(labels, columns)) return;      // Send said that the peer is gone
//
// A series with more than about kFrameBytes of chunks is cut into several frames in a row, each
// with its labels. Memory: one frame. Source: storage/remote/chunked.go, codec.go. Threads: one.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "model/sample.h"

namespace sb::wire {

inline constexpr std::string_view kChunkedReadContentType =
    "application/x-streamed-protobuf; proto=prometheus.ChunkedReadResponse";

class ChunkedReadWriter {
 public:
  static constexpr size_t kFrameBytes = 1U << 20;
  using Send = std::function<bool(std::string_view frame)>;

  ChunkedReadWriter(uint64_t query_index, Send send)
      : query_index_(query_index), send_(std::move(send)) {}

  // Series sorted by labels. False once `send` gave false.
  bool AddSeries(const model::LabelSet& labels, const model::SampleColumns& samples);

 private:
  size_t AddChunk(const model::SampleColumns& samples, size_t from);
  bool Flush(const model::LabelSet& labels);

  const uint64_t query_index_;
  const Send send_;
  std::string chunks_;  // encoded Chunk fields of the frame
  std::string chunk_;
  std::string message_;
  std::string frame_;
};

}  // namespace sb::wire
