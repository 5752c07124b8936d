// SPDX-License-Identifier: Apache-2.0
#include "query/logql/scan_columns.h"

#include <algorithm>
#include <string>
#include <utility>

#include "query/logql/json_path.h"
#include "query/logql/line_labels.h"
#include "query/logql/pattern.h"
#include "query/logql/scan_plan.h"
#include "store/interface/event_schema.h"

namespace sb::logql {
namespace {

using store::LineProjection;

void AddParts(const std::vector<std::string>& names, LineProjection* projection) {
  for (const std::string& name : names) {
    projection->parts.push_back({false, name});
  }
}

// The labels, and what a parser may have found under the name without the suffix.
std::vector<std::string> NamesToRead(const WantedLabels& wanted) {
  std::vector<std::string> names;
  for (const std::string& label : wanted) {
    names.push_back(label);
    if (label.ends_with(kExtractedSuffix)) {
      names.push_back(label.substr(0, label.size() - kExtractedSuffix.size()));
    }
  }
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

std::optional<LineProjection> JsonProjectionFor(const Stage& json, const WantedLabels* wanted) {
  LineProjection projection;
  if (json.extractions.empty()) {
    if (wanted == nullptr) {
      return std::nullopt;
    }
    projection.kind = LineProjection::Kind::kJsonLabels;
    AddParts(NamesToRead(*wanted), &projection);
    return projection;
  }
  projection.kind = LineProjection::Kind::kJsonMembers;
  for (const Extraction& extraction : json.extractions) {
    const auto path = ParseJsonPath(extraction.expression);
    if (!path.ok() || path->empty() || (*path)[0].is_index) {
      return std::nullopt;
    }
    AddParts({(*path)[0].key}, &projection);
  }
  return projection;
}

std::optional<LineProjection> LogfmtProjectionFor(const Stage& logfmt, const WantedLabels* wanted) {
  if (logfmt.strict || logfmt.keep_empty || (logfmt.extractions.empty() && wanted == nullptr)) {
    return std::nullopt;
  }
  LineProjection projection{.kind = LineProjection::Kind::kLogfmtLabels, .parts = {}};
  if (logfmt.extractions.empty()) {
    AddParts(NamesToRead(*wanted), &projection);
  }
  for (const Extraction& extraction : logfmt.extractions) {
    AddParts({extraction.label, extraction.expression}, &projection);
  }
  return projection;
}

LineProjection PatternProjectionFor(const Stage& pattern) {
  LineProjection projection{.kind = LineProjection::Kind::kPattern, .parts = {}};
  for (Pattern::Part& part : Pattern::Split(pattern.text)) {
    projection.parts.push_back({part.is_capture, std::move(part.text)});
  }
  return projection;
}

}  // namespace

std::optional<LineProjection> ProjectionFor(const std::vector<Stage>& stages,
                                            const WantedLabels* wanted) {
  const Stage* reader = nullptr;
  for (const Stage& stage : stages) {
    if (ReadsLine(stage)) {
      if (reader != nullptr) {
        return std::nullopt;
      }
      reader = &stage;
    }
  }
  if (reader == nullptr) {
    return std::nullopt;
  }
  switch (reader->kind) {
    case Stage::Kind::kJson:
      return JsonProjectionFor(*reader, wanted);
    case Stage::Kind::kLogfmt:
      return LogfmtProjectionFor(*reader, wanted);
    case Stage::Kind::kPattern:
      return PatternProjectionFor(*reader);
    default:
      return std::nullopt;
  }
}

std::vector<store::ColumnRequest> ColumnsFor(
    const WantedLabels* wanted, LineUse line,
    const std::optional<LineProjection>& projection) {
  std::vector<store::ColumnRequest> columns;
  if (line != LineUse::kNone) {
    columns.push_back({std::string(store::kLineColumn), line == LineUse::kLength, projection});
  }
  const std::string prefix(store::kMetadataPrefix);
  if (wanted == nullptr) {
    columns.push_back({prefix + "*", false});
    return columns;
  }
  for (const std::string& name : NamesToRead(*wanted)) {
    columns.push_back({prefix + name, false});
  }
  return columns;
}

}  // namespace sb::logql
