// SPDX-License-Identifier: Apache-2.0
//
// Fuzzes pipelines: the first line of the input is the stages, the rest the log line. The scanners
// of JSON and logfmt also see the whole input.
#include <string>
#include <string_view>
#include <vector>

#include "base/check.h"
#include "query/logql/json_scanner.h"
#include "query/logql/logfmt_scanner.h"
#include "query/logql/parser.h"
#include "query/logql/pipeline.h"

namespace {

void RunPipeline(std::string_view stages, std::string_view text) {
  const auto log = sb::logql::ParseLogQuery("{a=\"b\"} " + std::string(stages));
  if (!log.ok() || !sb::logql::CheckStages(**log).ok()) {
    return;
  }
  auto pipeline = sb::logql::Pipeline::Compile((*log)->stages);
  SB_CHECK(pipeline.ok());
  const std::vector<sb::model::Label> stream = {{"a", "b"}, {"level", "info"}};
  sb::logql::LogLine line;
  line.labels.SetStream(&stream);
  for (int i = 0; i < 2; ++i) {  // the second line must not see the first one's labels
    line.labels.StartLine();
    line.text = text;
    line.labels.AddMetadata("level", "warn");
    static_cast<void>(pipeline->Run(&line));
    std::vector<sb::model::Label> sorted;
    line.labels.AppendSorted(&sorted);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const size_t newline = input.find('\n');
  if (newline != std::string_view::npos) {
    RunPipeline(input.substr(0, newline), input.substr(newline + 1));
  }
  RunPipeline("| json | logfmt | unpack", input);
  RunPipeline("| json x=\"a.b[0].c\" | logfmt --strict y=\"z\" | decolorize", input);
  sb::logql::JsonScanner scanner(input);
  for (sb::logql::JsonField field; scanner.Next(&field);) {
    SB_CHECK(field.value.size() <= size);
  }
  for (const auto mode : {sb::logql::LogfmtMode::kStrict, sb::logql::LogfmtMode::kSkipBroken}) {
    sb::logql::LogfmtScanner pairs(input, mode);
    for (sb::logql::LogfmtPair pair; pairs.Next(&pair);) {
      SB_CHECK(!pair.key.empty());
    }
  }
  return 0;
}
