// SPDX-License-Identifier: Apache-2.0
#include "query/logql/pipeline.h"

#include <algorithm>

#include "query/logql/stage_runners.h"
#include "query/logql/units.h"

namespace sb::logql {
namespace {

RunnerResult MakeStage(const Stage& stage, const PipelineOptions& options) {
  switch (stage.kind) {
    case Stage::Kind::kLineFilter:
      return MakeLineFilter(stage.line);
    case Stage::Kind::kLabelFilter:
      return MakeLabelFilter(stage.label);
    case Stage::Kind::kJson:
      return MakeJson(stage, options.wanted);
    case Stage::Kind::kLogfmt:
      return MakeLogfmt(stage, options.wanted);
    case Stage::Kind::kRegexp:
      return MakeRegexp(stage, options.wanted);
    case Stage::Kind::kPattern:
      return MakePattern(stage, options.wanted);
    case Stage::Kind::kUnpack:
      return MakeUnpack(options.wanted);
    case Stage::Kind::kLineFormat:
    case Stage::Kind::kLabelFormat:
      return MakeFormat(stage, options);
    case Stage::Kind::kDecolorize:
      return MakeDecolorize();
    case Stage::Kind::kDrop:
    case Stage::Kind::kKeep:
      return MakeDropOrKeep(stage);
  }
  return base::Internal("unknown stage");
}

}  // namespace

bool IsParser(const Stage& stage) {
  switch (stage.kind) {
    case Stage::Kind::kJson:
    case Stage::Kind::kLogfmt:
    case Stage::Kind::kRegexp:
    case Stage::Kind::kPattern:
    case Stage::Kind::kUnpack:
      return true;
    default:
      return false;
  }
}

bool IsWanted(const WantedLabels* wanted, std::string_view name) {
  return wanted == nullptr || std::find(wanted->begin(), wanted->end(), name) != wanted->end();
}

base::Result<Pipeline> Pipeline::Compile(std::span<const Stage> stages,
                                         const PipelineOptions& options) {
  Pipeline pipeline;
  for (const Stage& stage : stages) {
    // Where no label is looked at, parsers do not run, so that they report no errors either.
    if (options.wanted != nullptr && options.wanted->empty() && IsParser(stage)) {
      continue;
    }
    SB_ASSIGN_OR_RETURN(std::unique_ptr<StageRunner> runner, MakeStage(stage, options));
    if (runner != nullptr) {  // a stage that changes nothing
      pipeline.stages_.push_back(std::move(runner));
    }
  }
  return pipeline;
}

base::Result<UnwrapRunner> UnwrapRunner::Compile(const Unwrap& unwrap) {
  UnwrapRunner runner;
  runner.unwrap_ = unwrap;
  for (const LabelFilter& filter : unwrap.post_filters) {
    SB_ASSIGN_OR_RETURN(std::unique_ptr<StageRunner> stage, MakeLabelFilter(filter));
    runner.post_filters_.push_back(std::move(stage));
  }
  return runner;
}

bool UnwrapRunner::Run(LogLine* line, double* value) {
  const std::string_view* text = line->labels.Find(unwrap_.label);
  if (text == nullptr) {
    return false;
  }
  *value = 0;
  bool good = false;
  switch (unwrap_.conversion) {
    case Conversion::kNumber:
      if (const auto number = ParseGoFloat(*text); number.has_value()) {
        *value = *number;
        good = true;
      }
      break;
    case Conversion::kBytes:
      if (const auto size = ParseSize(*text); size.has_value()) {
        *value = static_cast<double>(*size);
        good = true;
      }
      break;
    case Conversion::kDuration:
    case Conversion::kDurationSeconds:
      if (const auto ns = ParseGoDuration(*text); ns.has_value()) {
        // As Go's Seconds(): whole seconds and the rest apart.
        const int64_t second = 1'000'000'000;
        *value = static_cast<double>(*ns / second) + static_cast<double>(*ns % second) / 1e9;
        good = true;
      }
      break;
  }
  if (!good) {
    std::string details = "cannot convert to a number: ";
    details += text->substr(0, 200);
    line->labels.SetError(kSampleError, line->labels.Store(details));
  }
  for (const auto& filter : post_filters_) {
    if (!filter->Run(line)) {
      return false;
    }
  }
  return true;
}

}  // namespace sb::logql
