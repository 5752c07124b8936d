// SPDX-License-Identifier: Apache-2.0
#include "query/promql/label_text.h"

#include "model/label_name.h"

namespace sb::promql {

std::string LabelText(const model::LabelSet& labels) {
  std::string out = "{";
  for (const model::Label& label : labels) {
    out += out.size() > 1 ? ", " : "";
    out += model::IsLegacyLabelName(label.name) ? std::string(label.name)
                                                : model::QuoteString(label.name);
    out += "=" + model::QuoteString(label.value);
  }
  return out + "}";
}

}  // namespace sb::promql
