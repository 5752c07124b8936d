// SPDX-License-Identifier: Apache-2.0
//
// Which names and label sets are legal, and how a name that a reader cannot take is escaped.
//
// Since Prometheus 3 every non-empty valid UTF-8 string is a legal metric or label name. The legacy
// rule, [a-zA-Z_:][a-zA-Z0-9_:]* (labels without the colon), decides only whether a name must be
// quoted or escaped on the wire.
//
// Source: prometheus/common model/metric.go (validation and escaping schemes).
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "model/label_name.h"
#include "model/label_set.h"

namespace sb::wire {

using model::IsLegacyLabelName;
using model::IsLegacyMetricName;
using model::IsValidUtf8;

// What a reader asks for with `escaping=` in its Accept header.
enum class EscapingScheme : uint8_t {
  kNone,         // allow-utf-8
  kUnderscores,  // every illegal character becomes "_"
  kDots,         // "." becomes "_dot_", "_" becomes "__"
  kValues        // "U__" and hexadecimal code points; the only one that can be undone
};
std::string_view EscapingSchemeName(EscapingScheme scheme);
bool ParseEscapingScheme(std::string_view name, EscapingScheme* scheme);

// `name` written so that it is legal by the legacy rule (kNone: unchanged).
std::string EscapeName(std::string_view name, EscapingScheme scheme);
// The inverse of kValues and kDots; a name that was not escaped so is returned unchanged.
std::string UnescapeName(std::string_view name, EscapingScheme scheme);

// Checks the labels of a series, sorted by name: a metric name, valid names and values, no name
// twice. kInvalidArgument with the wording of the reference.
base::Status ValidateSeriesLabels(std::span<const model::Label> sorted);
// The same without asking for a metric name (exemplars, targets).
base::Status ValidateLabels(std::span<const model::Label> sorted);

// Sorts by name.
void SortLabels(std::vector<model::Label>* labels);

// `{__name__="up", job="x"}`, at most `bytes_max` long, for messages.
std::string LabelsForMessage(std::span<const model::Label> labels, size_t bytes_max = 512);
// A Go-quoted excerpt of `bytes` (%q), at most `bytes_max` of them, for messages.
std::string QuoteForMessage(std::string_view bytes, size_t bytes_max = 160);

}  // namespace sb::wire
