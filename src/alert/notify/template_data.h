// SPDX-License-Identifier: Apache-2.0
//
// The data of notification templates: Receiver, Status, Alerts (.Firing, .Resolved), GroupLabels,
// CommonLabels, CommonAnnotations, ExternalURL, with the methods that templates call on them.
//
//   gotemplate::Value data = MakeTemplateData({...});
//
// Threads: values; immutable.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "alert/notify/alert.h"
#include "template/go_time.h"
#include "template/value.h"

namespace sb::notify {

using TextMap = std::map<std::string, std::string>;

struct TemplateAlert {
  std::string status;
  TextMap labels;
  TextMap annotations;
  gotemplate::GoTime starts_at;
  gotemplate::GoTime ends_at;
  std::string generator_url;
  std::string fingerprint;
};

struct TemplateData {
  std::string receiver;  // quoted as for a regular expression
  std::string status;
  std::vector<TemplateAlert> alerts;
  TextMap group_labels;
  TextMap common_labels;
  TextMap common_annotations;
  std::string external_url;
  std::string reason;
  TextMap route_labels;
};

TextMap ToTextMap(const model::LabelSet& labels);
// alertname first, then by name.
std::vector<std::pair<std::string, std::string>> SortedPairs(const TextMap& map);

gotemplate::Value MakeTemplateData(const TemplateData& data);
// A map with the methods of the reference's KV: SortedPairs, Names, Values, Remove.
gotemplate::Value MakeKv(TextMap map);

}  // namespace sb::notify
