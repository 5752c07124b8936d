// SPDX-License-Identifier: Apache-2.0
//
// TextParser reads the Prometheus text format, versions 0.0.4 and 1.0.0 (quoted UTF-8 names):
//
//   # HELP name text       # TYPE name counter|gauge|histogram|summary|untyped
//   name{label="value"} 12.5 1700000000000
//
// See exposition_parser.h for the contract. Comments other than HELP and TYPE are entries too.
// Source: https://prometheus.io/docs/instrumenting/exposition_formats/ and the strictness of
// Prometheus model/textparse/promparse.go.
#pragma once

#include "wire/prometheus/exposition_parser.h"
#include "wire/prometheus/series_text.h"

namespace sb::wire {

class TextParser final : public ExpositionParser {
 public:
  explicit TextParser(std::string_view body);

  EntryKind Next() override;
  base::Status ReadLabels(std::vector<model::Label>* labels) override;

 private:
  EntryKind ReadSeries();
  EntryKind ReadTime();
  EntryKind ReadHash();
  EntryKind ReadMetadata(EntryKind kind);
  bool ReadMetadataName();
  void SkipBlanks();
  EntryKind Fail(std::string message);
  EntryKind FailUnexpected(const char* expected);
  base::Status AtLine(const base::Status& status) const;

  const char* const begin_;
  const char* const end_;
  const char* position_;
  const char* entry_;  // where the current entry starts
  SeriesText series_text_{TextDialect::kPrometheus};
  std::string name_copy_;
  std::string text_copy_;
};

}  // namespace sb::wire
