// SPDX-License-Identifier: Apache-2.0
#include "slo/sloth_plugins.h"

#include <fmt/format.h>

namespace sb::slo {
namespace {

// Requests answered with 5xx or 429, of http_request_duration_seconds.
base::Result<std::string> GettingStartedAvailability(const LabelMap& options) {
  const auto job = options.find("job");
  if (job == options.end()) {
    return base::InvalidArgument("plugin getting_started_availability needs the option job");
  }
  const auto filter = options.find("filter");
  const std::string more =
      filter == options.end() || filter->second.empty() ? "" : filter->second + ",";
  return fmt::format(
      "\nsum(rate(http_request_duration_seconds_count{{ {0}job=\"{1}\",code=~\"(5..|429)\" "
      "}}[{{{{.window}}}}]))\n/\n"
      "sum(rate(http_request_duration_seconds_count{{ {0}job=\"{1}\" }}[{{{{.window}}}}]))",
      more, job->second);
}

}  // namespace

base::Result<std::string> SliPluginQuery(const std::string& id, const LabelMap& options) {
  if (id == "getting_started_availability") {
    return GettingStartedAvailability(options);
  }
  return base::InvalidArgument(
      "SLI plugins are Go programs of Sloth, which cannot run here; write the query under sli.raw "
      "instead of plugin " +
      id);
}

}  // namespace sb::slo
