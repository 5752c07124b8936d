// SPDX-License-Identifier: Apache-2.0
//
// Any text: parsing and rendering must end, within their limits, as text and as HTML.
#include <cstddef>
#include <cstdint>
#include <string>

#include "template/containers.h"
#include "template/go_time.h"
#include "template/template_set.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace sb::gotemplate;
  TemplateSet set;
  if (!set.Parse("fuzz", std::string(reinterpret_cast<const char*>(data), size)).ok()) {
    return 0;
  }
  const Value value = MapObject::Any({{"Status", Value("firing <b>")},
                                      {"List", ListObject::Strings({"a", "b"})},
                                      {"Map", MapObject::Strings({{"k", "v"}})},
                                      {"At", TimeValue(GoTime{1'700'000'000, 5, nullptr})}});
  for (const Escaping escaping : {Escaping::kText, Escaping::kHtml}) {
    ExecuteOptions options;
    options.escaping = escaping;
    options.steps_max = 20'000;
    options.output_bytes_max = 1 << 16;
    options.depth_max = 20;
    std::string out;
    (void)set.Execute("fuzz", value, options, &out).ok();
  }
  return 0;
}
