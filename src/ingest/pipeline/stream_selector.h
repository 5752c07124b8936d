// SPDX-License-Identifier: Apache-2.0
//
// A stream selector such as {app="shop", env=~"prod|stage", pod!="x"} that is tried on the labels
// of a record on its way in. kInvalidArgument names what is wrong. Threads: immutable once parsed.
#pragma once

#include <string_view>
#include <vector>

#include "base/status.h"
#include "ingest/pipeline/log_edit.h"
#include "model/matcher.h"

namespace sb::ingest {

class StreamSelector {
 public:
  // Empty text or {}: everything.
  static base::Result<StreamSelector> Parse(std::string_view text);
  bool Matches(const LogEdit& edit) const;

 private:
  std::vector<model::Matcher> matchers_;
};

}  // namespace sb::ingest
