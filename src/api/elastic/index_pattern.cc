// SPDX-License-Identifier: Apache-2.0
#include "api/elastic/index_pattern.h"

#include <algorithm>

#include "discovery/glob.h"
#include "encoding/iso_time.h"
#include "ingest/elastic/elastic_document.h"

namespace sb::api {
namespace {

bool MatchesAny(const std::vector<std::string>& patterns, std::string_view name) {
  return std::any_of(patterns.begin(), patterns.end(), [name](const std::string& pattern) {
    return discovery::MatchesGlob(pattern, name);
  });
}

}  // namespace

IndexPattern::IndexPattern(std::string_view expression) {
  while (!expression.empty()) {
    const size_t end = expression.find(',');
    std::string_view part = expression.substr(0, end);
    expression.remove_prefix(end == std::string_view::npos ? expression.size() : end + 1);
    if (part.starts_with('-') && !includes_.empty()) {
      excludes_.emplace_back(part.substr(1));
    } else if (!part.empty()) {
      includes_.emplace_back(part == "_all" ? "*" : part);
    }
  }
  const bool has_star = std::find(includes_.begin(), includes_.end(), "*") != includes_.end();
  is_everything_ = excludes_.empty() && (includes_.empty() || has_star);
}

bool IndexPattern::Names(std::string_view name) const {
  return (includes_.empty() || MatchesAny(includes_, name)) && !MatchesAny(excludes_, name);
}

bool IndexPattern::MayMatch(std::string_view index) const {
  if (is_everything_ || Names(index)) {
    return true;
  }
  return std::any_of(includes_.begin(), includes_.end(), [index](const std::string& pattern) {
    // A pattern of dated names: what stands before the date, or before its first wildcard.
    const std::string_view plain = ingest::IndexWithoutDate(pattern);
    const std::string_view fixed = plain.substr(0, plain.find_first_of("*?["));
    return index == plain || std::string(index).append("-").starts_with(fixed);
  });
}

bool IndexPattern::Matches(const ElasticRow& row) const {
  if (is_everything_ || Names(row.index())) {
    return true;
  }
  std::string day = encoding::FormatIsoTime(row.time_ns()).substr(0, 10);
  const std::string dashed = std::string(row.index()) + "-" + day;
  day[4] = day[7] = '.';
  const std::string dotted = std::string(row.index()) + "-" + day;
  return Names(dotted) || Names(dashed) || Names(dotted.substr(0, dotted.size() - 3));
}

bool SplitDatedIndex(std::string_view name, std::string_view* index, int64_t* start_ns,
                     int64_t* end_ns) {
  constexpr int64_t kDayNs = 86'400'000'000'000;
  *index = ingest::IndexWithoutDate(name);
  if (index->size() == name.size()) {
    return false;
  }
  std::string date(name.substr(index->size() + 1));
  const bool is_day = date.size() == 10;
  date += is_day ? "" : "-01";
  date[4] = date[7] = '-';
  if (!encoding::ParseIsoTime(date + "T00:00:00Z", start_ns)) {
    return false;
  }
  *end_ns = *start_ns + kDayNs;
  if (!is_day) {  // to the first of the next month
    int64_t next = *start_ns + 32 * kDayNs;
    std::string first = encoding::FormatIsoTime(next).substr(0, 8) + "01T00:00:00Z";
    encoding::ParseIsoTime(first, end_ns);
  }
  return true;
}

}  // namespace sb::api
