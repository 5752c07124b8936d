// SPDX-License-Identifier: Apache-2.0
//
// Source: web/api/v1/api.go of the reference (rules, alerts, alertmanagers).
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "api/http/json_writer.h"
#include "api/http/number_format.h"
#include "api/http/parameters.h"
#include "api/prometheus/endpoints.h"
#include "api/prometheus/envelope.h"
#include "api/prometheus/rules_api.h"
#include "api/prometheus/value_json.h"
#include "model/match_all.h"

namespace sb::api {
namespace {

using rules::AlertView;
using rules::GroupView;
using rules::RuleView;

constexpr const char* kNever = "0001-01-01T00:00:00Z";

std::string TimeText(int64_t time_ms) {
  return time_ms == 0 ? kNever : FormatRfc3339(time_ms);
}

// As Go's strconv.FormatFloat(v, 'e', -1, 64): "1e+00", "2.5e-01".
std::string Exponent(double value) {
  if (std::isnan(value)) {
    return "NaN";
  }
  if (std::isinf(value)) {
    return value > 0 ? "+Inf" : "-Inf";
  }
  std::string digits;
  AppendSampleValue(value, &digits);
  size_t count = 0;
  for (const char c : digits.substr(0, digits.find('e'))) {
    count += c >= '0' && c <= '9';
  }
  // The fewest digits that still read back: trailing zeros are none.
  std::string text = fmt::format("{:.{}e}", value, count > 0 ? count - 1 : 0);
  const size_t e = text.find('e');
  std::string mantissa = text.substr(0, e);
  if (mantissa.find('.') != std::string::npos) {
    mantissa.erase(mantissa.find_last_not_of('0') + 1);
    if (mantissa.back() == '.') {
      mantissa.pop_back();
    }
  }
  return mantissa + text.substr(e);
}

void WriteMap(const std::vector<std::pair<std::string, std::string>>& map, JsonWriter* json) {
  json->BeginObject();
  for (const auto& [name, value] : map) {
    json->Key(name).String(value);
  }
  json->EndObject();
}

void WriteMap(const rules::LabelMap& map, JsonWriter* json) {
  WriteMap(std::vector<std::pair<std::string, std::string>>(map.begin(), map.end()), json);
}

void WriteAlert(const AlertView& alert, JsonWriter* json) {
  json->BeginObject().Key("labels");
  WriteLabels(alert.labels, json);
  json->Key("annotations");
  WriteMap(alert.annotations, json);
  json->Key("state").String(rules::AlertStateName(alert.state));
  json->Key("activeAt").String(TimeText(alert.active_at_ms));
  if (alert.keep_firing_since_ms != 0) {
    json->Key("keepFiringSince").String(TimeText(alert.keep_firing_since_ms));
  }
  json->Key("value").String(Exponent(alert.value)).EndObject();
}

void WriteEvaluation(const RuleView& rule, const char* type, JsonWriter* json) {
  json->Key("health").String(rules::RuleHealthName(rule.health));
  if (!rule.last_error.empty()) {
    json->Key("lastError").String(rule.last_error);
  }
  json->Key("evaluationTime").Double(rule.evaluation_s);
  json->Key("lastEvaluation").String(TimeText(rule.evaluated_at_ms));
  json->Key("type").String(type).EndObject();
}

void WriteAlertingRule(const RuleView& rule, bool with_alerts, JsonWriter* json) {
  json->BeginObject().Key("state").String(rules::AlertStateName(rule.state));
  json->Key("name").String(rule.spec.alert).Key("query").String(rule.query);
  json->Key("duration").Double(static_cast<double>(rule.spec.hold.Value()) / 1000);
  json->Key("keepFiringFor").Double(static_cast<double>(rule.spec.keep_firing_for.Value()) / 1000);
  json->Key("labels");
  WriteLabels(rule.labels, json);
  json->Key("annotations");
  WriteMap(rule.spec.annotations, json);
  json->Key("alerts").BeginArray();
  if (with_alerts) {
    for (const AlertView& alert : rule.alerts) {
      WriteAlert(alert, json);
    }
  }
  json->EndArray();
  WriteEvaluation(rule, "alerting", json);
}

void WriteRecordingRule(const RuleView& rule, JsonWriter* json) {
  json->BeginObject().Key("name").String(rule.spec.record).Key("query").String(rule.query);
  if (!rule.labels.empty()) {
    json->Key("labels");
    WriteLabels(rule.labels, json);
  }
  WriteEvaluation(rule, "recording", json);
}

// What the parameters leave of all rules.
class RuleFilter {
 public:
  static base::Result<RuleFilter> Create(const net::UrlParams& params) {
    RuleFilter filter;
    filter.type_ = std::string(params.Get("type"));
    if (!filter.type_.empty() && filter.type_ != "alert" && filter.type_ != "record") {
      return base::InvalidArgument("invalid parameter \"type\": not supported value \"" +
                                   filter.type_ + "\"");
    }
    const auto all = [&params](std::string_view name) {
      const auto values = params.GetAll(name);
      return std::set<std::string, std::less<>>(values.begin(), values.end());
    };
    filter.names_ = all("rule_name[]");
    filter.groups_ = all("rule_group[]");
    filter.files_ = all("file[]");
    filter.with_alerts_ = params.Get("exclude_alerts") != "true";
    if (params.Has("match[]")) {
      SB_ASSIGN_OR_RETURN(filter.selectors_, ParseSelectors(params));
    }
    return filter;
  }

  bool Takes(const GroupView& group) const {
    return (groups_.empty() || groups_.contains(group.name)) &&
           (files_.empty() || files_.contains(group.file));
  }
  bool Takes(const RuleView& rule) const {
    if ((type_ == "alert" && !rule.spec.is_alert()) ||
        (type_ == "record" && rule.spec.is_alert()) ||
        (!names_.empty() && !names_.contains(rule.spec.name()))) {
      return false;
    }
    return selectors_.empty() ||
           std::any_of(selectors_.begin(), selectors_.end(), [&rule](const auto& matchers) {
             return model::MatchesAll(matchers, rule.labels);
           });
  }
  bool with_alerts() const { return with_alerts_; }
  bool narrow() const { return !type_.empty() || !names_.empty() || !selectors_.empty(); }

 private:
  std::string type_;
  std::set<std::string, std::less<>> names_, groups_, files_;
  std::vector<std::vector<model::Matcher>> selectors_;
  bool with_alerts_ = true;
};

void WriteGroup(const GroupView& group, const RuleFilter& filter, JsonWriter* json) {
  json->BeginObject().Key("name").String(group.name).Key("file").String(group.file);
  json->Key("rules").BeginArray();
  for (const RuleView& rule : group.rules) {
    if (!filter.Takes(rule)) {
      continue;
    }
    if (rule.spec.is_alert()) {
      WriteAlertingRule(rule, filter.with_alerts(), json);
    } else {
      WriteRecordingRule(rule, json);
    }
  }
  json->EndArray();
  json->Key("interval").Double(static_cast<double>(group.interval_ms) / 1000);
  json->Key("limit").Int(group.limit);
  json->Key("evaluationTime").Double(group.evaluation_s);
  json->Key("lastEvaluation").String(TimeText(group.evaluated_at_ms));
  json->EndObject();
}

struct Page {
  size_t first = 0;
  size_t end = 0;
  std::string next;  // token of the next page; empty: this is the last one
};

// The token of a page is the identity of its first group.
std::string TokenOf(const GroupView& group) {
  const auto labels = model::LabelSet::FromPairs({{"file", group.file}, {"name", group.name}});
  return fmt::format("{:016x}", labels.Hash());
}

base::Result<Page> PageOf(const std::vector<GroupView>& groups, const net::UrlParams& params) {
  Page page{0, groups.size(), ""};
  const std::string_view token = params.Get("group_next_token");
  SB_ASSIGN_OR_RETURN(const auto limit, CountParameter(params, "group_limit", UINT32_MAX));
  if (!token.empty() && !limit.has_value()) {
    return base::InvalidArgument(
        "invalid parameter \"group_limit\": group_limit needs to be present in order to paginate "
        "over the groups");
  }
  if (!token.empty()) {
    while (page.first < groups.size() && TokenOf(groups[page.first]) != token) {
      ++page.first;
    }
    if (page.first == groups.size()) {
      return base::InvalidArgument(
          "invalid parameter \"group_next_token\": invalid "
          "group_next_token. were rule groups changed?");
    }
  }
  if (limit.has_value() && *limit > 0 && page.first + *limit < groups.size()) {
    page.end = page.first + *limit;
    page.next = TokenOf(groups[page.end]);
  }
  return page;
}

}  // namespace

void RulesApi::Rules(const net::HttpRequest& request, net::ResponseWriter& writer,
                     std::string_view language) const {
  const auto filter = RuleFilter::Create(request.query);
  if (!filter.ok()) {
    return SendError(writer, filter.status());
  }
  std::vector<GroupView> groups = with_.rules.Groups();
  std::erase_if(groups, [&](const GroupView& group) {
    return (!language.empty() && group.language != language) || !filter->Takes(group) ||
           (filter->narrow() &&
            std::none_of(group.rules.begin(), group.rules.end(),
                         [&](const RuleView& rule) { return filter->Takes(rule); }));
  });
  const auto page = PageOf(groups, request.query);
  if (!page.ok()) {
    return SendError(writer, page.status());
  }
  JsonWriter json;
  json.BeginObject().Key("groups").BeginArray();
  for (size_t i = page->first; i < page->end; ++i) {
    WriteGroup(groups[i], *filter, &json);
  }
  json.EndArray();
  if (!page->next.empty()) {
    json.Key("groupNextToken").String(page->next);
  }
  json.EndObject();
  SendSuccess(writer, std::move(json).Take());
}

void RulesApi::Alerts(net::ResponseWriter& writer, std::string_view language) const {
  JsonWriter json;
  json.BeginObject().Key("alerts").BeginArray();
  for (const GroupView& group : with_.rules.Groups()) {
    for (const RuleView& rule : group.rules) {
      for (const AlertView& alert : rule.alerts) {
        if (language.empty() || group.language == language) {
          WriteAlert(alert, &json);
        }
      }
    }
  }
  json.EndArray().EndObject();
  SendSuccess(writer, std::move(json).Take());
}

void RulesApi::Alertmanagers(net::ResponseWriter& writer) const {
  const rules::AlertmanagerList list = with_.alertmanagers();
  JsonWriter json;
  json.BeginObject();
  for (const auto& [key, urls] : {std::pair("activeAlertmanagers", &list.active),
                                  std::pair("droppedAlertmanagers", &list.dropped)}) {
    json.Key(key).BeginArray();
    for (const std::string& url : *urls) {
      json.BeginObject().Key("url").String(url).EndObject();
    }
    json.EndArray();
  }
  json.EndObject();
  SendSuccess(writer, std::move(json).Take());
}

}  // namespace sb::api
