// SPDX-License-Identifier: Apache-2.0
#include "wire/prometheus/testing/exposition_fuzz.h"

#include <string>

#include "base/check.h"
#include "wire/prometheus/exposition_parser.h"
#include "wire/prometheus/name_rules.h"

namespace sb::wire {
namespace {

void CheckSeries(ExpositionParser* parser) {
  std::vector<model::Label> labels;
  if (parser->ReadLabels(&labels).ok()) {
    for (size_t i = 1; i < labels.size(); ++i) {
      SB_CHECK(labels[i - 1].name <= labels[i].name);
    }
    const bool valid = ValidateSeriesLabels(labels).ok();
    SB_CHECK(!valid || !model::LabelSet::FromLabels(labels).empty());
  } else {
    SB_CHECK(!parser->status().ok());
  }
  parser->StartTimeMs();
  model::Exemplar exemplar;
  while (parser->NextExemplar(&exemplar)) {
    SB_CHECK(IsValidUtf8(exemplar.labels.ToString()));
  }
}

}  // namespace

void FuzzExposition(ExpositionFormat format, const uint8_t* data, size_t size) {
  const std::string body(reinterpret_cast<const char*>(data), size);
  for (const bool flag : {false, true}) {
    const auto parser = NewExpositionParser(format, body,
                                            {.skip_created_series = flag,
                                             .native_histograms = flag,
                                             .always_classic_histograms = flag});
    // An entry takes at least a byte of input; a classic histogram gives two more than it has
    // buckets.
    for (size_t entries = 0;; ++entries) {
      SB_CHECK(entries <= 4 * size + 4);
      const EntryKind kind = parser->Next();
      if (kind == EntryKind::kEnd || kind == EntryKind::kInvalid) {
        SB_CHECK(parser->Next() == kind);
        SB_CHECK(parser->status().ok() == (kind == EntryKind::kEnd));
        SB_CHECK(IsValidUtf8(parser->status().message()));
        break;
      }
      if (kind == EntryKind::kSeries || kind == EntryKind::kHistogram) {
        CheckSeries(parser.get());
      }
    }
  }
}

}  // namespace sb::wire
