// SPDX-License-Identifier: Apache-2.0
#include "ingest/remote_out/destination_metrics.h"

namespace sb::remote_out {
namespace {

using base::InstrumentLabels;

const std::string kPrefix = "prometheus_remote_storage_";

InstrumentLabels LabelsOf(const std::string& name, const std::string& url,
                          const std::string& reason = "") {
  InstrumentLabels labels;
  if (!reason.empty()) {
    labels.push_back({"reason", reason});
  }
  labels.push_back({"remote_name", name});
  labels.push_back({"url", url});
  return labels;
}

std::vector<double> BatchSecondsBounds() {
  return {0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 25, 60, 120, 300};
}

}  // namespace

ItemCounters::ItemCounters(base::Registry& registry, const std::string& what,
                           const std::string& help, const InstrumentLabels& labels)
    : samples(registry.AddCounter(kPrefix + "samples" + what, "Samples " + help, labels)),
      histograms(registry.AddCounter(kPrefix + "histograms" + what, "Histograms " + help, labels)),
      exemplars(registry.AddCounter(kPrefix + "exemplars" + what, "Exemplars " + help, labels)) {}

void ItemCounters::Add(const ItemCounts& counts) {
  samples.Add(counts.samples);
  histograms.Add(counts.histograms);
  exemplars.Add(counts.exemplars);
}

DestinationMetrics::DestinationMetrics(base::Registry& registry, const std::string& name,
                                       const std::string& url)
    : sent(registry, "_total", "sent to remote storage.", LabelsOf(name, url)),
      failed(registry, "_failed_total", "that remote storage refused for good.",
             LabelsOf(name, url)),
      retried(registry, "_retried_total", "sent again after a recoverable error.",
              LabelsOf(name, url)),
      dropped_series(registry, "_dropped_total", "that were read but not sent.",
                     LabelsOf(name, url, "dropped_series")),
      dropped_too_old(registry, "_dropped_total", "that were read but not sent.",
                      LabelsOf(name, url, "too_old")),
      dropped_nhcb(registry, "_dropped_total", "that were read but not sent.",
                   LabelsOf(name, url, "nhcb_in_rw1")),
      metadata(registry.AddCounter(kPrefix + "metadata_total", "Metadata entries sent.",
                                   LabelsOf(name, url))),
      metadata_failed(registry.AddCounter(kPrefix + "metadata_failed_total",
                                          "Metadata entries that could not be sent.",
                                          LabelsOf(name, url))),
      bytes(registry.AddCounter(kPrefix + "bytes_total",
                                "Bytes of samples sent, after compression.", LabelsOf(name, url))),
      metadata_bytes(registry.AddCounter(kPrefix + "metadata_bytes_total",
                                         "Bytes of metadata sent, after compression.",
                                         LabelsOf(name, url))),
      batch_seconds(registry.AddHistogram(kPrefix + "sent_batch_duration_seconds",
                                          "Duration of requests.", BatchSecondsBounds(),
                                          LabelsOf(name, url))),
      highest_sent_seconds(registry.AddGauge(kPrefix + "queue_highest_sent_timestamp_seconds",
                                             "Time of the newest sample that arrived.",
                                             LabelsOf(name, url))),
      pending_samples(registry.AddGauge(kPrefix + "samples_pending",
                                        "Samples read from the queue and not yet acknowledged.",
                                        LabelsOf(name, url))),
      pending_histograms(registry.AddGauge(kPrefix + "histograms_pending",
                                           "Histograms read from the queue and not acknowledged.",
                                           LabelsOf(name, url))),
      pending_exemplars(registry.AddGauge(kPrefix + "exemplars_pending",
                                          "Exemplars read from the queue and not acknowledged.",
                                          LabelsOf(name, url))),
      shards(registry.AddGauge(kPrefix + "shards", "Shards that send now.", LabelsOf(name, url))),
      shards_desired(registry.AddGauge(kPrefix + "shards_desired",
                                       "Shards that the backlog would fill.", LabelsOf(name, url))),
      shards_max(registry.AddGauge(kPrefix + "shards_max", "Most shards.", LabelsOf(name, url))),
      shards_min(registry.AddGauge(kPrefix + "shards_min", "Fewest shards.", LabelsOf(name, url))),
      shard_capacity(registry.AddGauge(kPrefix + "shard_capacity", "Samples a shard may hold.",
                                       LabelsOf(name, url))),
      samples_per_send_max(registry.AddGauge(kPrefix + "max_samples_per_send",
                                             "Most samples of a request.", LabelsOf(name, url))) {}

void DestinationMetrics::SetPending(const ItemCounts& counts) {
  pending_samples.Set(static_cast<double>(counts.samples));
  pending_histograms.Set(static_cast<double>(counts.histograms));
  pending_exemplars.Set(static_cast<double>(counts.exemplars));
}

}  // namespace sb::remote_out
