// SPDX-License-Identifier: Apache-2.0
//
// Which documents an index expression names: "taskmanager-*", "taskmanager-2025.11.20,other",
// "_all", "-excluded*". An index is a stream's label `index` and, behind a dash, the document's day
// (or month), as shippers name it; both forms are tried, with and without.
//
// Threads: immutable.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "api/elastic/elastic_row.h"
#include "model/matcher.h"

namespace sb::api {

class IndexPattern {
 public:
  explicit IndexPattern(std::string_view expression);

  bool is_everything() const { return is_everything_; }
  // Whether documents of this index, of some day, can be meant.
  bool MayMatch(std::string_view index) const;
  bool Matches(const ElasticRow& row) const;
  const std::vector<std::string>& includes() const { return includes_; }

 private:
  bool Names(std::string_view name) const;
  bool is_everything_ = false;
  std::vector<std::string> includes_;
  std::vector<std::string> excludes_;
};

// "taskmanager-2025.11.20": the index and the day in nanoseconds; false without a date.
bool SplitDatedIndex(std::string_view name, std::string_view* index, int64_t* start_ns,
                     int64_t* end_ns);

}  // namespace sb::api
