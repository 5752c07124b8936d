// SPDX-License-Identifier: Apache-2.0
//
// FamilyTable keeps the metadata (type, help, unit) of the metric families of one target, as it
// comes with each scrape. At most kFamiliesMax are kept; families that were absent from
// kForgetAfter scrapes are forgotten.
//
// Threads: one at a time; published lists are shared and immutable.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "ingest/scrape/target.h"
#include "model/sample.h"

namespace sb::scrape {

inline constexpr size_t kFamiliesMax = 50'000;
inline constexpr uint32_t kForgetAfter = 10;

struct Family {
  std::string name;
  model::MetricMetadata metadata;
  uint32_t changed_scrape = 0;
  uint32_t seen_scrape = 0;
};

class FamilyTable {
 public:
  // Null when the table is full.
  const Family* SetType(std::string_view name, model::MetricType type);
  const Family* SetHelp(std::string_view name, std::string_view help);
  const Family* SetUnit(std::string_view name, std::string_view unit);

  bool ChangedNow(const Family& family) const { return family.changed_scrape == scrape_; }
  // Ends a scrape; a list if anything changed since the last one, else null.
  std::shared_ptr<const std::vector<FamilyMetadata>> Finish();

 private:
  Family* Visit(std::string_view name);
  void Changed(Family* family);

  std::map<std::string, Family, std::less<>> families_;
  uint32_t scrape_ = 1;
  bool changed_ = false;
};

// Whether `metric` belongs to the family: `x_bucket`, `x_sum` and `x_count` to the histogram x, …
bool IsOfFamily(std::string_view metric, const Family& family);

}  // namespace sb::scrape
