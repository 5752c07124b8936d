// SPDX-License-Identifier: Apache-2.0
//
// OpenMetricsParser reads the OpenMetrics text format, versions 0.0.1 and 1.0.0:
//
//   # TYPE foo counter        # UNIT foo_seconds seconds        # HELP foo text
//   foo_total{a="b"} 17.0 1520879607.789 # {trace_id="KOO5S4vxi0o"} 0.67 1520879607.7
//   foo_created{a="b"} 1520872607.123
//   # EOF
//
// Exactly one blank between tokens, no blank lines, no other comments, nothing after `# EOF`, which
// must be there. See exposition_parser.h for the contract.
//
// `x_created` lines of counters, histograms and summaries say when their series started.
// StartTimeMs() of a series looks for the line with the same labels (`le` and `quantile` aside) in
// the whole block of lines between two metadata lines, so that it may stand before or after the
// series.
//
// Source: the OpenMetrics 1.0 specification and the strictness of Prometheus
// model/textparse/openmetricsparse.go.
#pragma once

#include <compare>

#include "wire/prometheus/exposition_parser.h"
#include "wire/prometheus/series_text.h"

namespace sb::wire {

class OpenMetricsParser final : public ExpositionParser {
 public:
  OpenMetricsParser(std::string_view body, const ExpositionOptions& options);

  EntryKind Next() override;
  base::Status ReadLabels(std::vector<model::Label>* labels) override;
  int64_t StartTimeMs() override;
  bool NextExemplar(model::Exemplar* exemplar) override;

 private:
  struct CreatedLine {
    uint64_t key;
    int64_t time_ms;
    friend auto operator<=>(const CreatedLine&, const CreatedLine&) = default;
  };

  EntryKind ReadSeries();
  EntryKind ReadAfterValue();
  EntryKind ReadExemplar();
  EntryKind ReadHash();
  EntryKind ReadEndOfFile();
  EntryKind ReadMetadata(EntryKind kind, const char* name_start);
  EntryKind CheckMetadataText(EntryKind kind);
  bool ReadFloatToken(double* value);
  bool ReadTimeToken(int64_t* time_ms);
  bool IsCreatedSeries();
  void CollectCreatedLines();
  bool ReadCreatedLine(std::string_view line);
  EntryKind Fail(std::string message);
  EntryKind FailUnexpected(const char* expected);

  const ExpositionOptions options_;
  const char* const begin_;
  const char* const end_;
  const char* position_;
  const char* entry_;  // where the current entry starts
  SeriesText series_text_{TextDialect::kOpenMetrics};
  std::string name_copy_;
  std::string text_copy_;
  std::string family_;  // of the last metadata line

  std::string_view exemplar_labels_;  // empty: no exemplar (left)
  double exemplar_value_ = 0;
  int64_t exemplar_time_ms_ = 0;
  bool exemplar_has_time_ = false;

  const bool has_created_lines_;     // anywhere in the body: else all of this is skipped
  const char* block_ = nullptr;      // first series line after the last metadata line
  const char* collected_ = nullptr;  // the block that created_ is of
  std::vector<CreatedLine> created_;
  std::vector<model::Label> scratch_;
  // Reads labels while those that ReadLabels() gave out must stay valid.
  SeriesText side_text_{TextDialect::kOpenMetrics};
};

}  // namespace sb::wire
