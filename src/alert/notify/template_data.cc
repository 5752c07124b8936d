// SPDX-License-Identifier: Apache-2.0
#include "alert/notify/template_data.h"

#include <algorithm>

#include "template/containers.h"
#include "template/function.h"

namespace sb::notify {
namespace {

using base::Result;
using gotemplate::ListObject;
using gotemplate::MapObject;
using gotemplate::StructObject;
using gotemplate::Value;
using PairList = std::vector<std::pair<std::string, std::string>>;

std::string PairsText(const PairList& pairs) {
  std::string out;
  for (const auto& [name, value] : pairs) {
    out += out.empty() ? "" : ", ";
    out += name;
    out += '=';
    out += value;
  }
  return out;
}

std::vector<std::string> Column(const PairList& pairs, bool names) {
  std::vector<std::string> out;
  for (const auto& [name, value] : pairs) {
    out.push_back(names ? name : value);
  }
  return out;
}

std::vector<Value> PairValues(const PairList& pairs) {
  std::vector<Value> out;
  for (const auto& [name, value] : pairs) {
    out.emplace_back(std::make_shared<StructObject>(
        "template.Pair", StructObject::Fields{{"Name", Value(name)}, {"Value", Value(value)}}));
  }
  return out;
}

class PairsObject : public ListObject {
 public:
  explicit PairsObject(PairList pairs)
      : ListObject(PairValues(pairs), "template.Pairs"), pairs_(std::move(pairs)) {}
  bool HasMethod(std::string_view name) const override {
    return name == "Names" || name == "Values" || name == "String";
  }
  Result<Value> CallMethod(std::string_view name, std::span<const Value>) const override {
    return name == "String" ? Value(PairsText(pairs_))
                            : ListObject::Strings(Column(pairs_, name == "Names"));
  }
  std::optional<std::string> Text() const override { return PairsText(pairs_); }

 private:
  PairList pairs_;
};

class KvObject : public MapObject {
 public:
  explicit KvObject(TextMap map)
      : MapObject(Entries(map.begin(), map.end()), "template.KV", Value("")),
        map_(std::move(map)) {}
  bool HasMethod(std::string_view name) const override {
    return name == "SortedPairs" || name == "Names" || name == "Values" || name == "Remove" ||
           name == "String";
  }
  Result<Value> CallMethod(std::string_view name, std::span<const Value> args) const override {
    PairList pairs = notify::SortedPairs(map_);
    if (name == "SortedPairs") {
      return Value(std::make_shared<PairsObject>(std::move(pairs)));
    }
    if (name == "String") {
      return Value(PairsText(pairs));
    }
    if (name != "Remove") {
      return ListObject::Strings(Column(pairs, name == "Names"));
    }
    if (args.size() != 1) {
      return base::InvalidArgument("Remove wants one list of names");
    }
    TextMap rest = map_;
    for (const std::string& key : gotemplate::StringItems(args[0])) {
      rest.erase(key);
    }
    return MakeKv(std::move(rest));
  }
  std::optional<std::string> Text() const override { return PairsText(notify::SortedPairs(map_)); }

 private:
  TextMap map_;
};

class AlertsObject : public ListObject {
 public:
  AlertsObject(std::vector<Value> alerts, std::vector<bool> firing)
      : ListObject(std::move(alerts), "template.Alerts"), firing_(std::move(firing)) {}
  bool HasMethod(std::string_view name) const override {
    return name == "Firing" || name == "Resolved";
  }
  Result<Value> CallMethod(std::string_view name, std::span<const Value>) const override {
    std::vector<Value> chosen;
    for (size_t i = 0; i < items().size(); ++i) {
      if (firing_[i] == (name == "Firing")) {
        chosen.push_back(items()[i]);
      }
    }
    return Value(std::make_shared<ListObject>(std::move(chosen), "[]template.Alert"));
  }

 private:
  std::vector<bool> firing_;
};

// Later fields of the reference are there but not printed with the whole, as in the version whose
// output is recorded.
class DataObject : public StructObject {
 public:
  DataObject(Fields fields, Fields hidden)
      : StructObject("template.Data", std::move(fields)), hidden_(std::move(hidden)) {}
  std::optional<Value> Field(std::string_view name) const override {
    for (const auto& [field, value] : hidden_) {
      if (field == name) {
        return value;
      }
    }
    return StructObject::Field(name);
  }

 private:
  Fields hidden_;
};

Value MakeAlert(const TemplateAlert& alert) {
  return Value(std::make_shared<StructObject>(
      "template.Alert", StructObject::Fields{{"Status", Value(alert.status)},
                                             {"Labels", MakeKv(alert.labels)},
                                             {"Annotations", MakeKv(alert.annotations)},
                                             {"StartsAt", gotemplate::TimeValue(alert.starts_at)},
                                             {"EndsAt", gotemplate::TimeValue(alert.ends_at)},
                                             {"GeneratorURL", Value(alert.generator_url)},
                                             {"Fingerprint", Value(alert.fingerprint)}}));
}

}  // namespace

TextMap ToTextMap(const model::LabelSet& labels) {
  TextMap map;
  for (const model::Label& label : labels) {
    map.emplace(label.name, label.value);
  }
  return map;
}

std::vector<std::pair<std::string, std::string>> SortedPairs(const TextMap& map) {
  PairList pairs;
  if (const auto name = map.find(std::string(kAlertName)); name != map.end()) {
    pairs.push_back(*name);
  }
  for (const auto& entry : map) {
    if (entry.first != kAlertName) {
      pairs.push_back(entry);
    }
  }
  return pairs;
}

Value MakeKv(TextMap map) {
  return Value(std::make_shared<KvObject>(std::move(map)));
}

Value MakeTemplateData(const TemplateData& data) {
  std::vector<Value> alerts;
  std::vector<bool> firing;
  for (const TemplateAlert& alert : data.alerts) {
    alerts.push_back(MakeAlert(alert));
    firing.push_back(alert.status == "firing");
  }
  return Value(std::make_shared<DataObject>(
      StructObject::Fields{
          {"Receiver", Value(data.receiver)},
          {"Status", Value(data.status)},
          {"Alerts", Value(std::make_shared<AlertsObject>(std::move(alerts), std::move(firing)))},
          {"GroupLabels", MakeKv(data.group_labels)},
          {"CommonLabels", MakeKv(data.common_labels)},
          {"CommonAnnotations", MakeKv(data.common_annotations)},
          {"ExternalURL", Value(data.external_url)}},
      StructObject::Fields{{"NotificationReason", Value(data.reason)},
                           {"RouteLabels", MakeKv(data.route_labels)}}));
}

}  // namespace sb::notify
