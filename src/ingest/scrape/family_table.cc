// SPDX-License-Identifier: Apache-2.0
#include "ingest/scrape/family_table.h"

#include <span>

namespace sb::scrape {

Family* FamilyTable::Visit(std::string_view name) {
  auto found = families_.find(name);
  if (found == families_.end()) {
    if (families_.size() >= kFamiliesMax) {
      return nullptr;
    }
    found = families_.emplace(std::string(name), Family{}).first;
    found->second.name = name;
    Changed(&found->second);
  }
  found->second.seen_scrape = scrape_;
  return &found->second;
}

void FamilyTable::Changed(Family* family) {
  family->changed_scrape = scrape_;
  changed_ = true;
}

const Family* FamilyTable::SetType(std::string_view name, model::MetricType type) {
  Family* family = Visit(name);
  if (family != nullptr && family->metadata.type != type) {
    family->metadata.type = type;
    Changed(family);
  }
  return family;
}

const Family* FamilyTable::SetHelp(std::string_view name, std::string_view help) {
  Family* family = Visit(name);
  if (family != nullptr && family->metadata.help != help) {
    family->metadata.help = help;
    Changed(family);
  }
  return family;
}

const Family* FamilyTable::SetUnit(std::string_view name, std::string_view unit) {
  Family* family = Visit(name);
  if (family != nullptr && family->metadata.unit != unit) {
    family->metadata.unit = unit;
    Changed(family);
  }
  return family;
}

std::shared_ptr<const std::vector<FamilyMetadata>> FamilyTable::Finish() {
  const size_t forgotten = std::erase_if(families_, [this](const auto& entry) {
    return scrape_ - entry.second.seen_scrape > kForgetAfter;
  });
  ++scrape_;
  if (!changed_ && forgotten == 0) {
    return nullptr;
  }
  changed_ = false;
  auto list = std::make_shared<std::vector<FamilyMetadata>>();
  for (const auto& [name, family] : families_) {
    list->push_back({name, family.metadata});
  }
  return list;
}

bool IsOfFamily(std::string_view metric, const Family& family) {
  static constexpr std::string_view kCounter[] = {"_total"};
  static constexpr std::string_view kHistogram[] = {"_bucket", "_sum", "_count"};
  static constexpr std::string_view kGaugeHistogram[] = {"_bucket", "_gsum", "_gcount"};
  static constexpr std::string_view kSummary[] = {"_sum", "_count"};
  static constexpr std::string_view kInfo[] = {"_info"};
  std::span<const std::string_view> suffixes;
  std::string_view base = family.name;
  switch (family.metadata.type) {
    case model::MetricType::kCounter:
      suffixes = kCounter;
      break;
    case model::MetricType::kHistogram:
      suffixes = kHistogram;
      break;
    case model::MetricType::kGaugeHistogram:
      suffixes = kGaugeHistogram;
      break;
    case model::MetricType::kSummary:
      suffixes = kSummary;
      break;
    case model::MetricType::kInfo:
      suffixes = kInfo;
      break;
    default:
      break;
  }
  if (metric == base) {
    return true;
  }
  // `# TYPE x_total counter` is how the text format names the family x.
  if (suffixes.size() == 1 && base.ends_with(suffixes[0])) {
    base.remove_suffix(suffixes[0].size());
  }
  for (const std::string_view suffix : suffixes) {
    if (metric.ends_with(suffix) && metric.substr(0, metric.size() - suffix.size()) == base) {
      return true;
    }
  }
  return metric == base;
}

}  // namespace sb::scrape
