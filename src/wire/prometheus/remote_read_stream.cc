// SPDX-License-Identifier: Apache-2.0
#include "wire/prometheus/remote_read_stream.h"

#include "encoding/crc32c.h"
#include "encoding/protobuf.h"
#include "encoding/varint.h"
#include "wire/prometheus/prometheus_chunk.h"

namespace sb::wire {

using encoding::ProtoWriter;

namespace {

bool IsFloat(const model::SampleColumns& samples, size_t i) {
  return samples.histograms.empty() || samples.histograms[i] == nullptr;
}

}  // namespace

bool ChunkedReadWriter::AddSeries(const model::LabelSet& labels,
                                  const model::SampleColumns& samples) {
  for (size_t at = 0; at < samples.size();) {
    at = AddChunk(samples, at);
    if (chunks_.size() >= kFrameBytes && !Flush(labels)) {
      return false;
    }
  }
  return chunks_.empty() || Flush(labels);
}

// Returns where the next chunk begins.
size_t ChunkedReadWriter::AddChunk(const model::SampleColumns& samples, size_t from) {
  size_t to = from;
  PrometheusChunkKind kind = PrometheusChunkKind::kXor;
  chunk_.clear();
  if (IsFloat(samples, from)) {
    while (to < samples.size() && to - from < kXorSamplesMax && IsFloat(samples, to)) {
      ++to;
    }
    AppendXorChunk(std::span(samples.times).subspan(from, to - from),
                   std::span(samples.values).subspan(from, to - from), &chunk_);
  } else {
    kind = AppendHistogramChunk(samples.times[from], *samples.histograms[from], &chunk_);
    to = from + 1;
  }
  ProtoWriter out(&chunks_);
  const size_t mark = out.BeginMessage(2);
  out.Int64(1, samples.times[from]);
  out.Int64(2, samples.times[to - 1]);
  out.Varint(3, static_cast<uint64_t>(kind));
  out.Bytes(4, chunk_);
  out.EndMessage(mark);
  return to;
}

bool ChunkedReadWriter::Flush(const model::LabelSet& labels) {
  message_.clear();
  ProtoWriter out(&message_);
  const size_t series = out.BeginMessage(1);
  for (const model::Label& label : labels) {
    const size_t mark = out.BeginMessage(1);
    out.Bytes(1, label.name);
    out.Bytes(2, label.value);
    out.EndMessage(mark);
  }
  message_.append(chunks_);
  out.EndMessage(series);
  out.Varint(2, query_index_);
  chunks_.clear();

  frame_.clear();
  encoding::AppendVarint(&frame_, message_.size());
  const uint32_t crc = encoding::Crc32c(message_);
  for (const int shift : {24, 16, 8, 0}) {
    frame_.push_back(static_cast<char>(crc >> shift));
  }
  frame_.append(message_);
  return send_(frame_);
}

}  // namespace sb::wire
