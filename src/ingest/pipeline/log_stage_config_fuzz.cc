// SPDX-License-Identifier: Apache-2.0
//
// Stages as a configuration may have them, and what they make of some records: first line the
// stages (YAML, "\t" for a new line), the others the records.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/testing/simulated_env.h"
#include "config/yaml_reader.h"
#include "ingest/pipeline/log_metrics.h"
#include "ingest/pipeline/log_pipeline.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static sb::base::SimulatedEnv env(1);
  static sb::base::Registry registry;
  static sb::ingest::LossCounters losses(&registry);
  std::string_view text(reinterpret_cast<const char*>(data), size);
  const size_t end = std::min(text.find('\n'), text.size());
  std::string yaml(text.substr(0, end));
  std::replace(yaml.begin(), yaml.end(), '\t', '\n');
  text.remove_prefix(end);
  const auto root = sb::config::ParseYaml(yaml, "stages");
  if (!root.ok()) {
    return 0;
  }
  sb::config::ErrorList errors("stages");
  std::vector<sb::ingest::LogStageConfig> stages;
  sb::config::Codec<std::vector<sb::ingest::LogStageConfig>>::Read(**root, {}, &stages, errors);
  if (!errors.ToStatus().ok()) {
    return 0;
  }
  sb::ingest::LogMetrics metrics(nullptr, &losses);
  const auto pipeline = sb::ingest::LogPipeline::Make(stages, &env, &metrics);
  while (pipeline.ok() && *pipeline != nullptr && !text.empty()) {
    text.remove_prefix(1);
    sb::ingest::LogEdit edit;
    edit.labels = {{"app", "shop"}};
    edit.record.line = text.substr(0, text.find('\n'));
    text.remove_prefix(edit.record.line.size());
    (void)(*pipeline)->Run(&edit);
  }
  return 0;
}
