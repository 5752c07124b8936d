// SPDX-License-Identifier: Apache-2.0
#include "alert/manager/route.h"

#include "config/quote.h"

namespace sb::alert {

void Route::Match(const model::LabelSet& alert, std::vector<const Route*>* out) const {
  if (!MatchAll(matchers, alert)) {
    return;
  }
  const size_t before = out->size();
  for (const std::unique_ptr<Route>& child : routes) {
    const size_t size = out->size();
    child->Match(alert, out);
    if (out->size() > size && !child->goes_on) {
      break;
    }
  }
  if (out->size() == before) {
    out->push_back(this);
  }
}

model::LabelSet GroupLabels(const Route& route, const model::LabelSet& alert) {
  return route.group_by_all ? alert : alert.Keep(route.group_by);
}

std::string LabelsText(const model::LabelSet& labels) {
  std::string out = "{";
  for (const model::Label& label : labels) {
    out += out.size() > 1 ? ", " : "";
    out += label.name;  // without quotes, also where it is no classic name
    out += '=';
    out += config::GoQuote(label.value);
  }
  return out + "}";
}

std::string GroupKey(const Route& route, const model::LabelSet& group_labels) {
  return route.key + ":" + LabelsText(group_labels);
}

}  // namespace sb::alert
