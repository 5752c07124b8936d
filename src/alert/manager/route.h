// SPDX-License-Identifier: Apache-2.0
//
// The tree of routes: which receivers hear of an alert, and with whom it is grouped.
//
// Keys are the reference's, because users see what is derived from them: route key
// `{}/{severity="critical"}`, group key route key + `:{alertname="X", job="y"}`.
//
// Threads: immutable once read.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "alert/manager/matcher.h"
#include "alert/notify/template_data.h"
#include "base/time.h"
#include "model/label_set.h"

namespace sb::alert {

struct Route {
  std::string receiver;
  AlertMatchers matchers;  // sorted
  bool goes_on = false;    // `continue`
  std::vector<std::string> group_by;
  bool group_by_all = false;
  base::DurationMs group_wait = base::Seconds(30);
  base::DurationMs group_interval = base::Minutes(5);
  base::DurationMs repeat_interval = base::Hours(4);
  std::vector<std::string> mute_time_intervals;
  std::vector<std::string> active_time_intervals;
  notify::TextMap labels;
  std::vector<std::unique_ptr<Route>> routes;

  std::string key;   // of this and all above
  size_t index = 0;  // in the order of the file; the root is 0
  const Route* parent = nullptr;

  // The routes an alert ends in, in order; empty when this one does not match.
  void Match(const model::LabelSet& alert, std::vector<const Route*>* out) const;
};

model::LabelSet GroupLabels(const Route& route, const model::LabelSet& alert);
std::string GroupKey(const Route& route, const model::LabelSet& group_labels);
// {alertname="X", job="y"}
std::string LabelsText(const model::LabelSet& labels);

}  // namespace sb::alert
