// SPDX-License-Identifier: Apache-2.0
//
// Any text as alertmanager.yml: no crash, and what is accepted can be shown.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "alert/manager/manager_config.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto config = sb::alert::ParseManagerConfig(
      std::string_view(reinterpret_cast<const char*>(data), size), "fuzz.yml", {});
  if (config.ok()) {
    (void)(*config)->ToYaml();
  }
  return 0;
}
