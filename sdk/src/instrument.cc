// SPDX-License-Identifier: Apache-2.0
#include "instrument.h"

#include <algorithm>

namespace signalbox::internal {

Instrument::KeyOf Instrument::Key(const Attributes& attributes) const {
  KeyOf key;
  for (const Attribute& attribute : attributes) {
    const bool is_kept = keep_keys_.empty() || std::find(keep_keys_.begin(), keep_keys_.end(),
                                                         attribute.key) != keep_keys_.end();
    if (is_kept) {
      key.attributes.push_back(attribute);
    }
  }
  std::sort(key.attributes.begin(), key.attributes.end(),
            [](const Attribute& a, const Attribute& b) { return a.key < b.key; });
  for (const Attribute& attribute : key.attributes) {
    const std::string value = AttributeText(attribute.value);
    key.text.append(attribute.key).push_back('\0');
    key.text.push_back(static_cast<char>('0' + attribute.value.index()));
    key.text.append(value).push_back('\0');
  }
  return key;
}

std::shared_ptr<HistogramCell> Instrument::HistogramOf(const Attributes& attributes) {
  return histograms_.Find(
      Key(attributes),
      [this] {
        return std::shared_ptr<HistogramCell>(options_.is_exponential
                                                  ? MakeExponentialHistogram()
                                                  : MakeExplicitHistogram(options_.buckets));
      },
      options_.cardinality_max);
}

}  // namespace signalbox::internal
