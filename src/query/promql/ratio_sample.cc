// SPDX-License-Identifier: Apache-2.0
#include "query/promql/ratio_sample.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <limits>
#include <string>

namespace sb::promql {
namespace {

// One byte for a length below 255, else 255 and three bytes, lowest first.
void AppendText(std::string_view text, std::string* out) {
  constexpr size_t kShort = 255;
  if (text.size() < kShort) {
    out->push_back(static_cast<char>(text.size()));
  } else {
    out->push_back(static_cast<char>(kShort));
    for (const int shift : {0, 8, 16}) {
      out->push_back(static_cast<char>(text.size() >> shift));
    }
  }
  out->append(text);
}

}  // namespace

bool InRatioSample(double ratio, const model::LabelSet& labels) {
  std::string bytes;
  for (const model::Label& label : labels) {
    AppendText(label.name, &bytes);
    AppendText(label.value, &bytes);
  }
  const uint64_t hash = XXH64(bytes.data(), bytes.size(), 0);
  const double offset =
      static_cast<double>(hash) / static_cast<double>(std::numeric_limits<uint64_t>::max());
  return ratio >= 0 ? offset < ratio : offset >= 1.0 + ratio;
}

}  // namespace sb::promql
