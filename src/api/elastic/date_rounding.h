// SPDX-License-Identifier: Apache-2.0
//
// DateRounding puts instants into the buckets of a date_histogram: calendar units (minute … year)
// and fixed intervals, both on the wall clock of a time zone, moved by an offset. DateText prints
// the start of a bucket as the histogram's `format` says.
//
//   SB_ASSIGN_OR_RETURN(DateRounding rounding, DateRounding::Parse(body));
//   int64_t start = rounding.Round(ms);          // of the bucket that holds ms
//   int64_t next = rounding.Next(start);
//
// A bucket begins at the first instant with its wall clock reading; where the clock was put
// forward over it, at that instant. Days of 23 and 25 hours are one bucket. Where the clock shows
// an hour twice, buckets of hours and below are apart.
//
// Failures: kInvalidArgument in Elasticsearch's words; an unknown zone is named.
// Source: documentation of Elasticsearch's date_histogram. Threads: immutable.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/status.h"
#include "config/node.h"
#include "template/time_zone.h"

namespace sb::api {

class DateRounding {
 public:
  static base::Result<DateRounding> Parse(const config::Node& body);

  int64_t Round(int64_t ms) const;
  int64_t Next(int64_t start) const;
  const gotemplate::TimeZone& zone() const { return *zone_; }

 private:
  // 's' … 'd' and 'w' have a length on the wall clock, 'M', 'q', 'y' are months; 'f' is a fixed
  // interval.
  base::Status ReadCalendar(const std::string& text);
  base::Status ReadFixed(const std::string& text);
  int64_t ZoneMs(int64_t utc_ms) const;
  int64_t RoundWall(int64_t wall_ms) const;
  int64_t FromWall(int64_t wall_ms, int64_t not_after) const;

  char unit_ = 'f';
  int64_t length_ms_ = 0;  // nominal, of a bucket
  int64_t offset_ms_ = 0;
  bool is_utc_ = true;
  std::shared_ptr<const gotemplate::TimeZone> zone_;
};

// "" is ISO 8601 with milliseconds; epoch_millis, epoch_second, and patterns of Java's
// DateTimeFormatter in y M d H m s S E X Z.
std::string DateText(int64_t ms, const gotemplate::TimeZone& zone, std::string_view format);

}  // namespace sb::api
