// SPDX-License-Identifier: Apache-2.0
#include "api/alertmanager/alert_query.h"

namespace sb::api {

bool TrueUnlessSaid(const net::HttpRequest& request, std::string_view name) {
  const std::string* value = request.query.Find(name);
  if (value == nullptr || value->empty()) {
    return true;
  }
  for (const char* yes :
       {"true", "1", "yes", "ok", "y", "on", "selected", "checked", "t", "enabled"}) {
    if (net::EqualsIgnoreCase(*value, yes)) {
      return true;
    }
  }
  return false;
}

base::Result<alert::AlertMatchers> ReadReceiverMatchers(const net::HttpRequest& request,
                                                        alert::MatcherMode mode) {
  alert::AlertMatchers matchers;
  for (const std::string_view text : request.query.GetAll("receiver_matchers")) {
    base::Result<alert::AlertMatcher> matcher = alert::ParseMatcher(text, mode);
    if (!matcher.ok()) {
      return matcher.status().WithPrefix("failed to parse receiver_matchers param");
    }
    matchers.push_back(std::move(matcher).value());
  }
  return matchers;
}

base::Result<alert::AlertQuery> ReadAlertQuery(const net::HttpRequest& request,
                                               alert::MatcherMode mode) {
  alert::AlertQuery query;
  for (const std::string_view filter : request.query.GetAll("filter")) {
    SB_ASSIGN_OR_RETURN(alert::AlertMatcher matcher, alert::ParseMatcher(filter, mode));
    query.matchers.push_back(std::move(matcher));
  }
  if (const std::string_view receiver = request.query.Get("receiver"); !receiver.empty()) {
    auto matcher =
        alert::AlertMatcher::Create(alert::MatcherOp::kRegex, "name", std::string(receiver));
    if (!matcher.ok()) {
      return matcher.status().WithPrefix("failed to parse receiver param");
    }
    query.receiver = std::move(matcher).value();
  }
  SB_ASSIGN_OR_RETURN(query.receiver_matchers, ReadReceiverMatchers(request, mode));
  query.active = TrueUnlessSaid(request, "active");
  query.silenced = TrueUnlessSaid(request, "silenced");
  query.inhibited = TrueUnlessSaid(request, "inhibited");
  query.unprocessed = TrueUnlessSaid(request, "unprocessed");
  query.muted = TrueUnlessSaid(request, "muted");
  return query;
}

}  // namespace sb::api
