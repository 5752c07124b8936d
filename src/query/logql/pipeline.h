// SPDX-License-Identifier: Apache-2.0
//
// Pipeline runs the stages of a log query over one line at a time.
//
//   SB_ASSIGN_OR_RETURN(Pipeline pipeline, Pipeline::Compile(log.stages, options));
//   LogLine line;
//   line.labels.SetStream(&pairs);
//   …
//   line.labels.StartLine(); line.text = …; line.time_ns = …; line.labels.AddMetadata(…);
//   if (pipeline.Run(&line)) …                     // false: filtered out
//
// After Run, line.text and line.labels are what the last stage left; views are valid until the next
// StartLine. No allocation per line on the usual paths.
//
// Errors of a stage do not drop a line: they become its __error__ label.
//
// Threads: one at a time; compile one per thread.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "query/logql/ast.h"
#include "query/logql/line_labels.h"

namespace sb::logql {

struct LogLine {
  std::string_view text;
  int64_t time_ns = 0;
  LineLabels labels;
};

class StageRunner {
 public:
  virtual ~StageRunner() = default;
  // False: the line is filtered out.
  virtual bool Run(LogLine* line) = 0;
};

// Whether the stage makes labels of the line.
bool IsParser(const Stage& stage);

// The labels that anybody looks at after parsing; parsers leave out the others. Null: all. Where
// there are none, parsers do not run.
using WantedLabels = std::vector<std::string>;

struct PipelineOptions {
  const WantedLabels* wanted = nullptr;  // must outlive the pipeline
  int64_t now_ns = 0;                    // what `now` in a template says
};

class Pipeline {
 public:
  static base::Result<Pipeline> Compile(std::span<const Stage> stages,
                                        const PipelineOptions& options = {});

  bool Run(LogLine* line) {
    for (const auto& stage : stages_) {
      if (!stage->Run(line)) {
        return false;
      }
    }
    return true;
  }

 private:
  std::vector<std::unique_ptr<StageRunner>> stages_;
};

// `| unwrap …` and the filters behind it.
class UnwrapRunner {
 public:
  static base::Result<UnwrapRunner> Compile(const Unwrap& unwrap);
  // The sample of the line; false if it has none. A text that is no number is an __error__ and a
  // sample of 0.
  bool Run(LogLine* line, double* value);
  const std::string& label() const { return unwrap_.label; }

 private:
  Unwrap unwrap_;
  std::vector<std::unique_ptr<StageRunner>> post_filters_;
};

}  // namespace sb::logql
