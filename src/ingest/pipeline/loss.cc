// SPDX-License-Identifier: Apache-2.0
#include "ingest/pipeline/loss.h"

namespace sb::ingest {
namespace {

constexpr size_t kReasonCount = static_cast<size_t>(LossReason::kCount);

constexpr std::array<LossRow, kReasonCount> kTable = {{
    {LossReason::kOutOfOrder, "out_of_order", LossUnit::kSamples, LossSeverity::kRefused,
     "The sample is older than the newest one of its series and outside of the out-of-order "
     "window."},
    {LossReason::kTooOld, "too_old", LossUnit::kSamples, LossSeverity::kRefused,
     "The sample is older than the oldest time that the store takes."},
    {LossReason::kTooFarInFuture, "too_far_in_future", LossUnit::kSamples, LossSeverity::kRefused,
     "The timestamp is more than ten minutes ahead of this machine's clock."},
    {LossReason::kDuplicateTimestamp, "duplicate_timestamp", LossUnit::kSamples,
     LossSeverity::kRefused,
     "The series already has another value at that timestamp; the first one is kept. An equal "
     "value is not counted."},
    {LossReason::kInvalidLabels, "invalid_labels", LossUnit::kSamples, LossSeverity::kRefused,
     "The series has no metric name, an empty or repeated label name, or text that is not UTF-8."},
    {LossReason::kLabelCountLimit, "label_count_limit", LossUnit::kSamples, LossSeverity::kRefused,
     "The series has more labels than the limit."},
    {LossReason::kLabelNameLimit, "label_name_limit", LossUnit::kSamples, LossSeverity::kRefused,
     "A label name of the series is longer than the limit."},
    {LossReason::kLabelValueLimit, "label_value_limit", LossUnit::kSamples, LossSeverity::kRefused,
     "A label value of the series is longer than the limit."},
    {LossReason::kSeriesLimit, "series_limit", LossUnit::kSamples, LossSeverity::kRetried,
     "The store has as many active series as it may have; samples of series that it knows are "
     "still taken."},
    {LossReason::kInvalidHistogram, "invalid_histogram", LossUnit::kSamples, LossSeverity::kRefused,
     "The native histogram contradicts itself, for example by buckets that its spans do not "
     "cover."},
    {LossReason::kOtlpInvalidPoint, "otlp_invalid_point", LossUnit::kSamples,
     LossSeverity::kRefused,
     "The OTLP data point has no value, buckets that contradict its bounds, or belongs to a metric "
     "without data or without a name that is left after translation."},
    {LossReason::kOtlpHistogramScale, "otlp_histogram_scale", LossUnit::kSamples,
     LossSeverity::kRefused,
     "The OTLP exponential histogram has a scale below -4, which native histograms do not have."},
    {LossReason::kOtlpTemporality, "otlp_temporality", LossUnit::kSamples, LossSeverity::kRefused,
     "The OTLP sum or histogram says neither that it is cumulative nor that it is delta."},
    {LossReason::kDeltaOutOfOrder, "delta_out_of_order", LossUnit::kSamples, LossSeverity::kRefused,
     "The OTLP delta point is not newer than what its series has summed up already."},
    {LossReason::kDeltaSeriesLimit, "delta_series_limit", LossUnit::kSamples,
     LossSeverity::kRefused,
     "There are as many OTLP delta series being summed up as there may be."},
    {LossReason::kMetricLineMalformed, "metric_line_malformed", LossUnit::kSamples,
     LossSeverity::kRefused,
     "A line of the Influx protocol or of an import could not be read, or held a value "
     "that is no number; it counts as one sample. The other lines of the request are kept."},
    {LossReason::kMetricTextField, "metric_text_field", LossUnit::kSamples, LossSeverity::kDropped,
     "A field of an Influx line is text, and metrics hold numbers; the other fields of the line "
     "are "
     "kept."},
    {LossReason::kDiskFull, "disk_full", LossUnit::kSamples, LossSeverity::kRetried,
     "The disk is full: nothing of the request was stored."},
    {LossReason::kStoreUnavailable, "store_unavailable", LossUnit::kSamples, LossSeverity::kRetried,
     "The store could not take the request, for example because it is starting, stopping or has "
     "an I/O error: nothing of the request was stored."},
    {LossReason::kInvalidExemplar, "invalid_exemplar", LossUnit::kExemplars, LossSeverity::kDropped,
     "The exemplar is malformed, has invalid labels, or a timestamp too far in the future."},
    {LossReason::kExemplarOutOfOrder, "exemplar_out_of_order", LossUnit::kExemplars,
     LossSeverity::kRefused, "The exemplar is older than the newest one of its series."},
    {LossReason::kExemplarRefused, "exemplar_refused", LossUnit::kExemplars, LossSeverity::kDropped,
     "The store refused the exemplar: it has it already, or its labels are too long."},
    {LossReason::kInvalidMetadata, "invalid_metadata", LossUnit::kMetadata, LossSeverity::kDropped,
     "The store refused the type, help or unit that came with a series, or they name no metric; "
     "the samples are kept."},
    {LossReason::kFamilyMetadata, "family_metadata", LossUnit::kMetadata, LossSeverity::kDropped,
     "Remote write 1.0 sends metadata for a metric name instead of a series; like the reference, "
     "Signalbox keeps only metadata of series (remote write 2.0, scrapes)."},
    {LossReason::kMalformedRequest, "malformed_request", LossUnit::kRequests,
     LossSeverity::kRefused,
     "The request could not be decompressed or decoded: nothing of it was stored."},
    {LossReason::kUnsupportedMedia, "unsupported_media", LossUnit::kRequests,
     LossSeverity::kRefused,
     "The request has a content type or encoding that the endpoint does not read."},
    {LossReason::kDecodedSizeLimit, "decoded_size_limit", LossUnit::kRequests,
     LossSeverity::kRefused, "The request is larger than the limit once it is decompressed."},
    {LossReason::kScrapeMalformed, "scrape_malformed", LossUnit::kScrapes, LossSeverity::kDropped,
     "The target's answer could not be parsed: nothing of the scrape was stored, the target is "
     "down, its error names the line."},
    {LossReason::kScrapeBodyLimit, "scrape_body_limit", LossUnit::kScrapes, LossSeverity::kDropped,
     "The target's answer is larger than body_size_limit: nothing of the scrape was stored."},
    {LossReason::kScrapeSampleLimit, "scrape_sample_limit", LossUnit::kScrapes,
     LossSeverity::kDropped,
     "The target has more samples than sample_limit: nothing of the scrape was stored."},
    {LossReason::kScrapeLabelLimit, "scrape_label_limit", LossUnit::kScrapes,
     LossSeverity::kDropped,
     "A series of the target breaks label_limit, label_name_length_limit or "
     "label_value_length_limit: nothing of the scrape was stored."},
    {LossReason::kSpanMalformed, "span_malformed", LossUnit::kSpans, LossSeverity::kRefused,
     "The bytes of the span could not be decoded, or an attribute is nested too deeply; the other "
     "spans of the request are kept."},
    {LossReason::kSpanInvalid, "span_invalid", LossUnit::kSpans, LossSeverity::kRefused,
     "The span has a trace, span or parent id of a wrong length or of zeros, or a time beyond the "
     "year 2262; the other spans of the request are kept."},
    {LossReason::kSpanTextRepaired, "span_text_repaired", LossUnit::kSpans, LossSeverity::kDropped,
     "A text of the span was not UTF-8: its bad bytes were replaced by U+FFFD, the span is kept."},
    {LossReason::kSpanAttributeLimit, "span_attribute_limit", LossUnit::kSpans,
     LossSeverity::kDropped,
     "An attribute of the span was longer than the limit and was cut, or the request had more "
     "attribute names than the limit; the span is kept and says how many attributes are missing."},
    {LossReason::kSpanStoreUnavailable, "span_store_unavailable", LossUnit::kSpans,
     LossSeverity::kRetried,
     "The store could not take the spans (full disk, memory limit, I/O error, starting)."},
    {LossReason::kSpanFiltered, "span_filtered", LossUnit::kSpans, LossSeverity::kDropped,
     "A filter processor of the configuration dropped the span, as it was told to."},
    {LossReason::kSpanSampledOut, "span_sampled_out", LossUnit::kSpans, LossSeverity::kDropped,
     "A sampling processor of the configuration did not keep the span's trace, as it was told to."},
    {LossReason::kSpanSamplingOverflow, "span_sampling_overflow", LossUnit::kSpans,
     LossSeverity::kDropped,
     "Tail sampling had more traces waiting for a decision than num_traces: the oldest one was "
     "decided early."},
    {LossReason::kConnectorSeriesLimit, "connector_series_limit", LossUnit::kSpans,
     LossSeverity::kDropped,
     "The metrics that are made of spans had as many series as they may have: the span was counted "
     "in the series with otel_metric_overflow=\"true\"."},
    {LossReason::kServiceGraphEdgeLimit, "service_graph_edge_limit", LossUnit::kSpans,
     LossSeverity::kDropped,
     "The service graph had as many spans waiting for their other half as it may have: the span is "
     "stored, but is no edge of the graph."},
    {LossReason::kConnectorStoreRefused, "connector_store_refused", LossUnit::kSamples,
     LossSeverity::kDropped,
     "The metrics store did not take samples made of spans; counters are written again at the next "
     "interval, so that only the points between are missing."},
    {LossReason::kDatagramQueueFull, "datagram_queue_full", LossUnit::kDatagrams,
     LossSeverity::kDropped,
     "UDP datagrams came faster than they could be stored; the sender cannot know."},
    {LossReason::kDatagramMalformed, "datagram_malformed", LossUnit::kDatagrams,
     LossSeverity::kDropped,
     "A UDP datagram could not be decoded, or the store could not take it."},
    {LossReason::kKafkaRecordMalformed, "kafka_record_malformed", LossUnit::kRequests,
     LossSeverity::kDropped,
     "A Kafka record could not be decoded in the encoding of its topic; it is passed over."},
    {LossReason::kLogLineCut, "log_line_cut", LossUnit::kLogLines, LossSeverity::kDropped,
     "The log line is longer than the limit: its beginning is stored, the rest is not."},
    {LossReason::kLogTextRepaired, "log_text_repaired", LossUnit::kLogLines, LossSeverity::kDropped,
     "A text of the record was not UTF-8: its bad bytes were replaced by U+FFFD, the record is "
     "kept."},
    {LossReason::kLogMalformed, "log_malformed", LossUnit::kLogLines, LossSeverity::kRefused,
     "One record of a request is not what its format says, for example a line of a bulk request "
     "that is no JSON object; the others are stored."},
    {LossReason::kLogInvalidTime, "log_invalid_time", LossUnit::kLogLines, LossSeverity::kDropped,
     "The record's time could not be read; it is stored with the time of its arrival."},
    {LossReason::kLogStageDropped, "log_stage_dropped", LossUnit::kLogLines, LossSeverity::kDropped,
     "A stage of the configured pipeline dropped the line."},
    {LossReason::kLogRateLimit, "log_rate_limit", LossUnit::kLogLines, LossSeverity::kDropped,
     "A limit stage of the configured pipeline dropped the line."},
    {LossReason::kLogDiskFull, "log_disk_full", LossUnit::kLogLines, LossSeverity::kRetried,
     "The disk is full or a memory limit is reached: nothing of the request was stored."},
    {LossReason::kLogUnavailable, "log_store_unavailable", LossUnit::kLogLines,
     LossSeverity::kRetried, "The store could not take the request: nothing of it was stored."},
    {LossReason::kLogFileGone, "log_file_gone", LossUnit::kLogLines, LossSeverity::kDropped,
     "A followed file was removed or truncated before its end had been read; counted once a "
     "file."},
    {LossReason::kLogMetricSeriesLimit, "log_metric_series_limit", LossUnit::kLogLines,
     LossSeverity::kDropped,
     "The metrics that are made of log lines have as many series as they may have: the line is "
     "stored, but not counted in them."},
    {LossReason::kRemoteRefused, "remote_write_refused", LossUnit::kSentSamples,
     LossSeverity::kDropped,
     "A receiver of remote write answered that it will never take the samples; they are stored "
     "here."},
    {LossReason::kRemoteQueueFull, "remote_write_queue_full", LossUnit::kSentSamples,
     LossSeverity::kDropped,
     "A receiver of remote write was away for so long that the queue on disk reached its limit, "
     "and its oldest samples were dropped unsent."},
    {LossReason::kRemoteQueueFailed, "remote_write_queue_failed", LossUnit::kSentSamples,
     LossSeverity::kDropped,
     "The samples could not be written to the queue of remote write, for example because the disk "
     "is full: they are not sent."},
    {LossReason::kRemoteQueueDamaged, "remote_write_queue_damaged", LossUnit::kSentSamples,
     LossSeverity::kDropped,
     "A record of the queue of remote write was damaged on disk; counted in records."},
    {LossReason::kRemoteTooOld, "remote_write_too_old", LossUnit::kSentSamples,
     LossSeverity::kDropped, "The samples waited for longer than sample_age_limit."},
    {LossReason::kRemoteUnsupported, "remote_write_unsupported", LossUnit::kSentSamples,
     LossSeverity::kDropped,
     "A native histogram with custom buckets has no form in remote write 1.0; set "
     "protobuf_message: io.prometheus.write.v2.Request."},
}};

constexpr bool RowsAreInOrder() {
  for (size_t i = 0; i < kTable.size(); ++i) {
    if (static_cast<size_t>(kTable[i].reason) != i) {
      return false;
    }
  }
  return true;
}
static_assert(RowsAreInOrder(), "a row stands at the place of its reason");

}  // namespace

std::span<const LossRow> LossTable() {
  return kTable;
}

const LossRow& LossRowOf(LossReason reason) {
  return kTable[static_cast<size_t>(reason)];
}

std::string_view LossUnitName(LossUnit unit) {
  switch (unit) {
    case LossUnit::kSamples:
      return "samples";
    case LossUnit::kExemplars:
      return "exemplars";
    case LossUnit::kMetadata:
      return "metadata";
    case LossUnit::kRequests:
      return "requests";
    case LossUnit::kScrapes:
      return "scrapes";
    case LossUnit::kSpans:
      return "spans";
    case LossUnit::kDatagrams:
      return "datagrams";
    case LossUnit::kLogLines:
      return "log lines";
    case LossUnit::kSentSamples:
      return "samples sent on";
  }
  return "";
}

std::string_view LossSeverityName(LossSeverity severity) {
  switch (severity) {
    case LossSeverity::kRetried:
      return "retried";
    case LossSeverity::kRefused:
      return "refused";
    case LossSeverity::kDropped:
      return "dropped";
  }
  return "";
}

std::string_view LossMetricName(LossUnit unit) {
  switch (unit) {
    case LossUnit::kSamples:
      return "signalbox_ingest_dropped_samples_total";
    case LossUnit::kExemplars:
      return "signalbox_ingest_dropped_exemplars_total";
    case LossUnit::kMetadata:
      return "signalbox_ingest_dropped_metadata_total";
    case LossUnit::kRequests:
      return "signalbox_ingest_refused_requests_total";
    case LossUnit::kScrapes:
      return "signalbox_ingest_failed_scrapes_total";
    case LossUnit::kSpans:
      return "signalbox_ingest_dropped_spans_total";
    case LossUnit::kDatagrams:
      return "signalbox_ingest_dropped_datagrams_total";
    case LossUnit::kLogLines:
      return "signalbox_ingest_dropped_log_lines_total";
    case LossUnit::kSentSamples:
      return "signalbox_remote_write_dropped_samples_total";
  }
  return "";
}

std::string LossesMarkdown() {
  std::string out =
      "# How data can be lost\n\n"
      "Nothing is lost in silence. Every way in which data that reached Signalbox can be refused "
      "or dropped is a line\nof this page and a counter, labelled with `reason`. This page is "
      "generated from `src/ingest/pipeline/loss.cc`.\n\n"
      "What happens: **retried** means that the sender was told to send it again, **refused** that "
      "the sender was told and\nwill not send it again, **dropped** that only the counter and the "
      "log know.\n";
  for (const LossUnit unit : {LossUnit::kSamples, LossUnit::kExemplars, LossUnit::kMetadata,
                              LossUnit::kRequests, LossUnit::kScrapes, LossUnit::kSpans,
                              LossUnit::kDatagrams, LossUnit::kLogLines, LossUnit::kSentSamples}) {
    out.append("\n## ").append(LossUnitName(unit));
    out.append("\n\nCounter `").append(LossMetricName(unit)).append("`.\n\n");
    out.append("| reason | what happens | when |\n|---|---|---|\n");
    for (const LossRow& row : kTable) {
      if (row.unit == unit) {
        out.append("| `").append(row.name).append("` | ");
        out.append(LossSeverityName(row.severity)).append(" | ");
        out.append(row.sentence).append(" |\n");
      }
    }
  }
  return out;
}

LossCounters::LossCounters(base::Registry* registry) {
  for (const LossRow& row : kTable) {
    std::string help = "Lost ";
    help.append(LossUnitName(row.unit)).append(" by reason, see docs/losses.md.");
    counters_[static_cast<size_t>(row.reason)] = &registry->AddCounter(
        std::string(LossMetricName(row.unit)), help, {{"reason", std::string(row.name)}});
  }
}

uint64_t LossCounters::Get(LossReason reason) const {
  return static_cast<uint64_t>(counters_[static_cast<size_t>(reason)]->value());
}

}  // namespace sb::ingest
