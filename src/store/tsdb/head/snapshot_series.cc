// SPDX-License-Identifier: Apache-2.0
#include "store/tsdb/head/snapshot_series.h"

#include <bit>
#include <span>
#include <utility>

#include "encoding/varint.h"
#include "store/tsdb/head/head_record.h"
#include "store/tsdb/head/sample_run.h"

namespace sb::tsdb {
namespace {

using encoding::AppendLe;
using encoding::AppendVarint;
using encoding::AppendZigZag;
using encoding::ByteReader;

void AppendChunks(std::span<const ChunkRef> chunks, std::string* out) {
  AppendVarint(out, chunks.size());
  for (const ChunkRef& chunk : chunks) {
    AppendZigZag(out, chunk->first_time);
    AppendVarint(
        out, static_cast<uint64_t>(chunk->last_time) - static_cast<uint64_t>(chunk->first_time));
    AppendVarint(out, chunk->samples);
    AppendVarint(out, chunk->bytes_size);
    out->append(chunk->bytes());
  }
}

bool ReadChunks(ByteReader* in, std::vector<ChunkRef>* chunks) {
  const uint64_t count = in->Varint();
  for (uint64_t i = 0; i < count && in->ok(); ++i) {
    const int64_t first = in->ZigZag();
    const auto last = static_cast<int64_t>(static_cast<uint64_t>(first) + in->Varint());
    const uint64_t samples = in->Varint();
    const std::string_view bytes = in->LengthPrefixed();
    if (!in->ok() || last < first || samples > ~uint32_t{0} || bytes.empty()) {
      return false;
    }
    // What readers may see of an out-of-order chunk was decided before the snapshot: commit 0.
    chunks->push_back(ChunkRef::Create(bytes, first, last, static_cast<uint32_t>(samples), 0));
  }
  return in->ok();
}

void AppendSamples(const std::vector<model::Sample>& samples, std::string* out) {
  AppendVarint(out, samples.size());
  for (const model::Sample& sample : samples) {
    AppendSampleBytes(sample, out);
  }
}

bool ReadSamples(ByteReader* in, std::vector<model::Sample>* samples) {
  const uint64_t count = in->Varint();
  for (uint64_t i = 0; i < count; ++i) {
    model::Sample sample;
    if (!ReadSampleBytes(in, &sample)) {
      return false;
    }
    samples->push_back(std::move(sample));
  }
  return in->ok();
}

std::vector<model::Sample> Rows(const model::SampleColumns& columns) {
  std::vector<model::Sample> rows;
  for (size_t i = 0; i < columns.size(); ++i) {
    rows.push_back(columns.At(i));
  }
  return rows;
}

// The view of a series that is ahead of the snapshot, as plain in-order samples; `last` becomes the
// last of them.
base::Status Flatten(const SeriesView& view, SeriesView* flat, SnapshotSeries* last) {
  SeriesView in_order = view;
  in_order.out_of_order.clear();
  in_order.out_of_order_chunks.clear();
  SB_RETURN_IF_ERROR(
      in_order.Decode({base::TimestampMs::Min(), base::TimestampMs::Max()}, &flat->tail));
  flat->out_of_order = view.out_of_order;
  flat->out_of_order_chunks = view.out_of_order_chunks;
  last->last_time = view.visible_until;
  last->last_value_bits = 0;
  last->last_histogram = nullptr;
  if (!flat->tail.empty()) {
    const model::Sample newest = flat->tail.At(flat->tail.size() - 1);
    last->last_time = newest.time_ms;
    last->last_histogram = newest.histogram;
    last->last_value_bits = newest.histogram ? 0 : std::bit_cast<uint64_t>(newest.value);
  }
  return base::OkStatus();
}

}  // namespace

base::Status AppendSnapshotSeries(const SnapshotSeries& series, const SeriesView& view,
                                  std::string* out) {
  SnapshotSeries newest = series;
  SeriesView flat;
  const bool ahead = view.visible_until < series.last_time;
  if (ahead) {
    SB_RETURN_IF_ERROR(Flatten(view, &flat, &newest));
  }
  const SeriesView& written = ahead ? flat : view;
  AppendVarint(out, newest.ref);
  AppendLe(out, newest.tag);
  AppendVarint(out, newest.pairs.size());
  for (const uint32_t pair : newest.pairs) {
    AppendVarint(out, pair);
  }
  AppendLe(out, newest.last_time);
  AppendLe(out, newest.last_value_bits);
  out->push_back(newest.last_histogram ? 1 : 0);
  if (newest.last_histogram) {
    model::Sample sample;
    sample.histogram = newest.last_histogram;
    AppendSampleBytes(sample, out);
  }
  AppendChunks(written.chunks, out);
  AppendVarint(out, written.run_samples);
  if (written.run_samples > 0) {
    AppendZigZag(out, written.run_step);
    AppendZigZag(out, written.run_start_time);
    AppendVarint(out, written.run.size());
    out->append(written.run);
  }
  AppendSamples(Rows(written.tail), out);
  AppendChunks(written.out_of_order_chunks, out);
  AppendSamples(written.out_of_order, out);
  return base::OkStatus();
}

bool ReadSnapshotSeries(ByteReader* in, SnapshotSeries* series, SeriesView* view) {
  series->ref = in->Varint();
  series->tag = in->Fixed32();
  const uint64_t pairs = in->Varint();
  if (pairs > in->left()) {
    return false;
  }
  for (uint64_t i = 0; i < pairs; ++i) {
    const uint64_t pair = in->Varint();
    if (pair > ~uint32_t{0}) {
      return false;
    }
    series->pairs.push_back(static_cast<uint32_t>(pair));
  }
  series->last_time = static_cast<int64_t>(in->Fixed64());
  series->last_value_bits = in->Fixed64();
  if (in->Byte() != 0) {
    model::Sample sample;
    if (!ReadSampleBytes(in, &sample) || sample.histogram == nullptr) {
      return false;
    }
    series->last_histogram = sample.histogram;
  }
  if (!ReadChunks(in, &view->chunks)) {
    return false;
  }
  const uint64_t run_samples = in->Varint();
  if (run_samples > 0) {
    view->run_step = in->ZigZag();
    view->run_start_time = in->ZigZag();
    view->run = in->LengthPrefixed();
    view->run_samples = static_cast<uint32_t>(run_samples);
    if (!in->ok() || run_samples > 0xffff || view->run.size() > 0xffff ||
        view->run.size() < kRunFirstBytes) {
      return false;
    }
  }
  std::vector<model::Sample> tail;
  if (!ReadSamples(in, &tail)) {
    return false;
  }
  for (const model::Sample& sample : tail) {
    view->tail.Append(sample);
  }
  return ReadChunks(in, &view->out_of_order_chunks) && ReadSamples(in, &view->out_of_order);
}

}  // namespace sb::tsdb
