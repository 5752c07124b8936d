// SPDX-License-Identifier: Apache-2.0
#include "wire/prometheus/testing/exposition_fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  sb::wire::FuzzExposition(sb::wire::ExpositionFormat::kOpenMetrics, data, size);
  return 0;
}
