// SPDX-License-Identifier: Apache-2.0
//
// Makes the runner of one stage. Private to this module; one file per family of stages.
#pragma once

#include <memory>

#include "base/status.h"
#include "query/logql/pipeline.h"

namespace sb::logql {

using RunnerResult = base::Result<std::unique_ptr<StageRunner>>;

RunnerResult MakeLineFilter(const LineFilter& filter);                    // stage_line_filter.cc
RunnerResult MakeLabelFilter(const LabelFilter& filter);                  // stage_label_filter.cc
RunnerResult MakeJson(const Stage& stage, const WantedLabels* wanted);    // stage_json.cc
RunnerResult MakeUnpack(const WantedLabels* wanted);                      // stage_json.cc
RunnerResult MakeLogfmt(const Stage& stage, const WantedLabels* wanted);  // stage_logfmt.cc
RunnerResult MakeRegexp(const Stage& stage, const WantedLabels* wanted);  // stage_captures.cc
RunnerResult MakePattern(const Stage& stage, const WantedLabels* wanted);
RunnerResult MakeFormat(const Stage& stage, const PipelineOptions& options);  // stage_format.cc
RunnerResult MakeDecolorize();                                            // stage_labels.cc
RunnerResult MakeDropOrKeep(const Stage& stage);

// Names of the reference for what went wrong.
inline constexpr std::string_view kJsonError = "JSONParserErr";
inline constexpr std::string_view kLogfmtError = "LogfmtParserErr";
inline constexpr std::string_view kSampleError = "SampleExtractionErr";
inline constexpr std::string_view kLabelFilterError = "LabelFilterErr";
inline constexpr std::string_view kTemplateError = "TemplateFormatErr";

bool IsWanted(const WantedLabels* wanted, std::string_view name);

}  // namespace sb::logql
