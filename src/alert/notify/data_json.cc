// SPDX-License-Identifier: Apache-2.0
#include "alert/notify/data_json.h"

#include "alert/notify/http_notifier.h"
#include "template/go_time.h"

namespace sb::notify {
namespace {

gotemplate::Value Map(const TextMap& map) {
  return gotemplate::MapObject::Strings(map);
}

gotemplate::Value AlertJson(const TemplateAlert& alert) {
  return JsonFields()
      .Put("status", alert.status)
      .Put("labels", Map(alert.labels))
      .Put("annotations", Map(alert.annotations))
      .Put("startsAt", gotemplate::TimeValue(alert.starts_at))
      .Put("endsAt", gotemplate::TimeValue(alert.ends_at))
      .Put("generatorURL", alert.generator_url)
      .Put("fingerprint", alert.fingerprint)
      .Take();
}

}  // namespace

gotemplate::Value DataJson(const TemplateData& data, const std::string& version,
                           const std::string& group_key, size_t left_out) {
  std::vector<gotemplate::Value> alerts;
  for (const TemplateAlert& alert : data.alerts) {
    alerts.push_back(AlertJson(alert));
  }
  return JsonFields()
      .Put("receiver", data.receiver)
      .Put("status", data.status)
      .Put("alerts", gotemplate::ListObject::Any(std::move(alerts)))
      .Put("notification_reason", data.reason)
      .Put("groupLabels", Map(data.group_labels))
      .Put("commonLabels", Map(data.common_labels))
      .Put("commonAnnotations", Map(data.common_annotations))
      .Put("routeLabels", Map(data.route_labels))
      .Put("externalURL", data.external_url)
      .Put("version", version)
      .Put("groupKey", group_key)
      .Put("truncatedAlerts", static_cast<int64_t>(left_out))
      .Take();
}

}  // namespace sb::notify
