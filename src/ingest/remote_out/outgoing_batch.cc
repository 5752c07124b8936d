// SPDX-License-Identifier: Apache-2.0
#include "ingest/remote_out/outgoing_batch.h"

#include <algorithm>

#include "encoding/compress.h"
#include "wire/prometheus/remote_write_v1.h"
#include "wire/prometheus/remote_write_v2.h"

namespace sb::remote_out {
namespace {

struct SeriesItems {
  const model::LabelSet* labels = nullptr;
  std::vector<wire::WriteSample> samples;
  std::vector<wire::WriteHistogram> histograms;
  std::vector<model::Exemplar> exemplars;
};

std::vector<SeriesItems> GroupBySeries(std::span<const OutgoingItem> items) {
  std::unordered_map<model::LabelSet, size_t, model::LabelSetHash> index;
  std::vector<SeriesItems> series;
  for (const OutgoingItem& item : items) {
    const auto [found, is_new] = index.try_emplace(item.labels, series.size());
    if (is_new) {
      series.emplace_back().labels = &item.labels;
    }
    SeriesItems& one = series[found->second];
    if (item.IsExemplar()) {
      one.exemplars.push_back(*item.exemplar);
    } else if (item.IsHistogram()) {
      one.histograms.push_back(
          {item.sample.time_ms, item.sample.start_time_ms, *item.sample.histogram});
    } else {
      one.samples.push_back({item.sample.time_ms, item.sample.value, item.sample.start_time_ms});
    }
  }
  return series;
}

// The parts of a histogram or summary have their family's metadata.
const model::MetricMetadata* MetadataOf(const MetadataByName& metadata, std::string_view name) {
  const auto found = metadata.find(std::string(name));
  if (found != metadata.end()) {
    return &found->second;
  }
  for (const std::string_view suffix : {"_bucket", "_count", "_sum", "_total"}) {
    if (name.ends_with(suffix)) {
      const auto family = metadata.find(std::string(name.substr(0, name.size() - suffix.size())));
      if (family != metadata.end()) {
        return &family->second;
      }
    }
  }
  return nullptr;
}

std::string Snappy(const std::string& raw) {
  std::string body;
  encoding::Compress(encoding::Compression::kSnappyBlock, raw, &body);
  return body;
}

std::string EncodeV1(const std::vector<SeriesItems>& series) {
  std::string raw;
  wire::WriteRequestV1Writer writer(&raw);
  for (const SeriesItems& one : series) {
    // 1.0 has no field for start timestamps.
    std::vector<wire::WriteSample> samples = one.samples;
    std::vector<wire::WriteHistogram> histograms = one.histograms;
    std::ranges::for_each(samples, [](wire::WriteSample& s) { s.start_time_ms = 0; });
    std::ranges::for_each(histograms, [](wire::WriteHistogram& h) { h.start_time_ms = 0; });
    writer.AddSeries(*one.labels, samples, histograms, one.exemplars);
  }
  return Snappy(raw);
}

std::string EncodeV2(const std::vector<SeriesItems>& series, const MetadataByName* metadata) {
  wire::WriteRequestV2Writer writer;
  for (const SeriesItems& one : series) {
    wire::WriteMetadata wire_metadata;
    const model::MetricMetadata* known =
        metadata != nullptr ? MetadataOf(*metadata, one.labels->metric_name()) : nullptr;
    if (known != nullptr) {
      wire_metadata = {{}, known->type, known->help, known->unit};
    }
    writer.AddSeries(*one.labels, one.samples, one.histograms, one.exemplars,
                     known != nullptr ? &wire_metadata : nullptr);
  }
  std::string raw;
  writer.Finish(&raw);
  return Snappy(raw);
}

}  // namespace

ItemCounts CountItems(std::span<const OutgoingItem> items) {
  ItemCounts counts;
  for (const OutgoingItem& item : items) {
    if (item.IsExemplar()) {
      ++counts.exemplars;
      continue;
    }
    ++(item.IsHistogram() ? counts.histograms : counts.samples);
    counts.newest_time_ms = std::max(counts.newest_time_ms, item.sample.time_ms);
  }
  return counts;
}

std::string EncodeItems(std::span<const OutgoingItem> items, WriteProtocol protocol,
                        const MetadataByName* metadata) {
  const std::vector<SeriesItems> series = GroupBySeries(items);
  return protocol == WriteProtocol::kV1 ? EncodeV1(series) : EncodeV2(series, metadata);
}

std::string EncodeMetadata(std::span<const MetadataByName::value_type* const> entries) {
  std::string raw;
  wire::WriteRequestV1Writer writer(&raw);
  for (const MetadataByName::value_type* entry : entries) {
    writer.AddMetadata({entry->first, entry->second.type, entry->second.help, entry->second.unit});
  }
  return Snappy(raw);
}

}  // namespace sb::remote_out
