// SPDX-License-Identifier: Apache-2.0
//
// The label string of a Loki push stream, in the syntax of a LogQL selector with `=` only:
//
//   std::vector<LokiLabel> labels;
//   SB_RETURN_IF_ERROR(ParseLabelString("{ app=\"shop\", env=`prod` }", &scratch, &labels));
//
// Quoted names are taken too. kInvalidArgument names the place and the text. Values are views into
// the text, or into `scratch` where they had escapes.
//
// Threads: pure functions.
#pragma once

#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"

namespace sb::wire {

struct LokiLabel {
  std::string_view name;
  std::string_view value;
};

// Replaces `labels`, appends to `scratch`.
base::Status ParseLabelString(std::string_view text, std::deque<std::string>* scratch,
                              std::vector<LokiLabel>* labels);
// {a="b", c="d"}, values quoted as Go quotes them.
std::string WriteLabelString(const std::vector<LokiLabel>& labels);

}  // namespace sb::wire
