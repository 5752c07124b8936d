// SPDX-License-Identifier: Apache-2.0
#include "collect/probe/http_match.h"

#include <algorithm>

namespace sb::probe {
namespace {

enum class Demand { kNoMatch, kMatch };

bool HeaderPasses(const ProbeJob& job, const HeaderMatch& match, Demand demand,
                  const net::Headers& headers) {
  const std::vector<std::string_view> values = headers.GetAll(match.header);
  if (values.empty()) {
    return match.allow_missing || job.Fail("Missing required header: " + match.header);
  }
  const bool matches = std::any_of(values.begin(), values.end(), [&](std::string_view value) {
    return match.regexp.Matches(value);
  });
  if (matches == (demand == Demand::kMatch)) {
    return true;
  }
  return job.Fail((matches ? "Header matched regular expression: "
                           : "Header did not match regular expression: ") +
                  match.header + " " + match.regexp.text());
}

}  // namespace

bool HeadersPass(const ProbeJob& job, const HttpProbe& probe, const net::Headers& headers) {
  for (const HeaderMatch& match : probe.fail_if_header_matches) {
    if (!HeaderPasses(job, match, Demand::kNoMatch, headers)) {
      return false;
    }
  }
  for (const HeaderMatch& match : probe.fail_if_header_not_matches) {
    if (!HeaderPasses(job, match, Demand::kMatch, headers)) {
      return false;
    }
  }
  return true;
}

bool BodyPasses(const ProbeJob& job, const HttpProbe& probe, std::string_view body) {
  for (const Pattern& pattern : probe.fail_if_body_matches) {
    if (pattern.Matches(body)) {
      return job.Fail("Body matched regular expression: " + pattern.text());
    }
  }
  for (const Pattern& pattern : probe.fail_if_body_not_matches) {
    if (!pattern.Matches(body)) {
      return job.Fail("Body did not match regular expression: " + pattern.text());
    }
  }
  return true;
}

}  // namespace sb::probe
