// SPDX-License-Identifier: Apache-2.0
//
// A stream selector with line filters, in LogQL: {app="shop", env=~"prod|stage"} |= "error" !=
// "debug", tried on a record on its way in, as Promtail's match stage does. kInvalidArgument names
// what is wrong. Threads: Matches on many threads at once.
#pragma once

#include <string_view>
#include <vector>

#include "base/status.h"
#include "ingest/pipeline/log_edit.h"
#include "model/matcher.h"
#include "query/logql/line_matcher.h"

namespace sb::ingest {

class RecordSelector {
 public:
  // Empty text or {}: everything.
  static base::Result<RecordSelector> Parse(std::string_view text);
  bool Matches(const LogEdit& edit) const;

 private:
  std::vector<model::Matcher> matchers_;
  std::vector<logql::LineMatcher> filters_;
};

}  // namespace sb::ingest
