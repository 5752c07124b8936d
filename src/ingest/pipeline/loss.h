// SPDX-License-Identifier: Apache-2.0
//
// Every way in which data that reached Signalbox can be refused or dropped is a row of this table:
// a name, how bad it is, and a sentence for the one who reads it at night. Each row is one counter
// (a `reason` of the metric of its unit) and one line of docs/losses.md, which is generated from
// here.
//
//   losses.Add(LossReason::kOutOfOrder, 3);
//
// There is no other way to lose data: code that drops something without a row is a bug.
//
// Threads: LossCounters is safe for concurrent use.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "base/instruments.h"

namespace sb::ingest {

enum class LossReason : uint8_t {
  kOutOfOrder,
  kTooOld,
  kTooFarInFuture,
  kDuplicateTimestamp,
  kInvalidLabels,
  kLabelCountLimit,
  kLabelNameLimit,
  kLabelValueLimit,
  kSeriesLimit,
  kInvalidHistogram,
  kOtlpInvalidPoint,
  kOtlpHistogramScale,
  kOtlpTemporality,
  kDeltaOutOfOrder,
  kDeltaSeriesLimit,
  kMetricLineMalformed,
  kMetricTextField,
  kDiskFull,
  kStoreUnavailable,
  kInvalidExemplar,
  kExemplarOutOfOrder,
  kExemplarRefused,
  kInvalidMetadata,
  kFamilyMetadata,
  kMalformedRequest,
  kUnsupportedMedia,
  kDecodedSizeLimit,
  kScrapeMalformed,
  kScrapeBodyLimit,
  kScrapeSampleLimit,
  kScrapeLabelLimit,
  kSpanMalformed,
  kSpanInvalid,
  kSpanTextRepaired,
  kSpanAttributeLimit,
  kSpanStoreUnavailable,
  kSpanFiltered,
  kSpanSampledOut,
  kSpanSamplingOverflow,
  kConnectorSeriesLimit,
  kServiceGraphEdgeLimit,
  kConnectorStoreRefused,
  kDatagramQueueFull,
  kDatagramMalformed,
  kKafkaRecordMalformed,
  kLogLineCut,
  kLogTextRepaired,
  kLogMalformed,
  kLogInvalidTime,
  kLogStageDropped,
  kLogRateLimit,
  kLogDiskFull,
  kLogUnavailable,
  kLogFileGone,
  kLogMetricSeriesLimit,
  kRemoteRefused,
  kRemoteQueueFull,
  kRemoteQueueFailed,
  kRemoteQueueDamaged,
  kRemoteTooOld,
  kRemoteUnsupported,
  kCount  // not a reason
};

enum class LossSeverity : uint8_t {
  kRetried,  // the sender was told to send it again: lost only if it gives up
  kRefused,  // the sender was told, and does not send it again
  kDropped   // only the counter, and perhaps a log line, knows
};

enum class LossUnit : uint8_t {
  kSamples,
  kExemplars,
  kMetadata,
  kRequests,
  kScrapes,
  kSpans,
  kDatagrams,
  kLogLines,
  kSentSamples
};

struct LossRow {
  LossReason reason;
  std::string_view name;  // the value of the label `reason`
  LossUnit unit;
  LossSeverity severity;
  std::string_view sentence;
};

std::span<const LossRow> LossTable();
const LossRow& LossRowOf(LossReason reason);
std::string_view LossUnitName(LossUnit unit);
std::string_view LossSeverityName(LossSeverity severity);
// `signalbox_ingest_dropped_samples_total`, …
std::string_view LossMetricName(LossUnit unit);

// docs/losses.md.
std::string LossesMarkdown();

class LossCounters {
 public:
  // Registers a counter for each row, so that all are there, at zero, from the start.
  explicit LossCounters(base::Registry* registry);

  void Add(LossReason reason, uint64_t n = 1) { counters_[static_cast<size_t>(reason)]->Add(n); }
  uint64_t Get(LossReason reason) const;

 private:
  std::array<base::Counter*, static_cast<size_t>(LossReason::kCount)> counters_;
};

}  // namespace sb::ingest
