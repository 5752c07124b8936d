// SPDX-License-Identifier: Apache-2.0
//
// What an API server answers is not trusted: any bytes give facts or an error.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "collect/kubernetes/pod_facts.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto pod = sb::collect::ParsePod(text);
  if (pod.ok() && (pod->name.empty() || pod->App().size() > size)) {
    __builtin_trap();
  }
  const auto page = sb::collect::ParsePodList(text);
  if (page.ok() && page->pods.size() > size) {
    __builtin_trap();
  }
  return 0;
}
