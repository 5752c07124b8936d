// SPDX-License-Identifier: Apache-2.0
//
// Any bytes: the YAML and JSON readers must not crash, and what the YAML reader accepts must print
// and read back.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "config/json_reader.h"
#include "config/yaml_reader.h"
#include "config/yaml_writer.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  (void)sb::config::ParseJson(text, "fuzz.json").ok();
  const auto node = sb::config::ParseYaml(text, "fuzz.yml");
  if (node.ok() && (*node)->expanded_nodes < 10'000) {
    const auto again = sb::config::ParseYaml(sb::config::WriteYaml(**node), "printed.yml");
    // Values that hold broken UTF-8 (from !!binary) print as other characters, but still as YAML.
    SB_CHECK(again.ok());
  }
  return 0;
}
