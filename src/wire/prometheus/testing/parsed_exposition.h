// SPDX-License-Identifier: Apache-2.0
//
// ParseAll turns an exposition body into one line of text per entry, so that a test can compare
// whole documents: `series foo{a="b"} 1 @123 st=5 ex={id="x"} 4@7`.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "wire/prometheus/exposition_parser.h"

namespace sb::wire {

struct ParsedExposition {
  std::vector<std::string> entries;
  base::Status status;
};

ParsedExposition ParseAll(ExpositionFormat format, std::string_view body,
                          const ExpositionOptions& options = {});

}  // namespace sb::wire
