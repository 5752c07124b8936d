// SPDX-License-Identifier: Apache-2.0
//
// A named time interval of alertmanager.yml: a list of alternatives, each of times of the day (end
// exclusive), weekdays, days of the month (negative from its end), months, years, in a time zone.
// What a part does not name, it does not restrict.
//
// Threads: immutable once read.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/env.h"
#include "base/time.h"
#include "config/error_list.h"
#include "config/node.h"
#include "template/time_zone.h"

namespace sb::alert {

struct IntRange {
  int first = 0;
  int last = 0;  // inclusive, except for minutes of the day
};

struct TimeInterval {
  std::vector<IntRange> minutes;
  std::vector<IntRange> weekdays;  // 0 = Sunday
  std::vector<IntRange> days_of_month;
  std::vector<IntRange> months;
  std::vector<IntRange> years;
  std::shared_ptr<const gotemplate::TimeZone> zone;  // null: UTC

  bool Contains(base::TimestampNs time) const;
};

struct NamedTimeInterval {
  std::string name;
  std::vector<TimeInterval> intervals;
  config::NodePtr source;  // for showing it again

  bool Contains(base::TimestampNs time) const;
};

// The elements of `time_intervals`; what is wrong goes to `errors` in the reference's words.
std::vector<TimeInterval> ReadTimeIntervals(const config::Node& node, base::FileSystem& files,
                                            config::ErrorList& errors);

}  // namespace sb::alert
