// SPDX-License-Identifier: Apache-2.0
//
// One directive of Sprintf: a value, a verb, the flags between "%" and the verb.
//
// Internal to print.h. Threads: pure functions.
#pragma once

#include <optional>
#include <string>

#include "template/value.h"

namespace sb::gotemplate {

struct PrintFlags {
  bool sharp = false;
  bool zero = false;
  bool plus = false;
  bool minus = false;
  bool space = false;
  std::optional<int> width;
  std::optional<int> precision;
};

void AppendVerb(const Value& value, char32_t verb, const PrintFlags& flags, std::string* out);

}  // namespace sb::gotemplate
