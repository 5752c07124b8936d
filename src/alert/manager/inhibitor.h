// SPDX-License-Identifier: Apache-2.0
//
// Inhibitor says whether an alert is muted because another one fires. Each rule keeps its sources
// by the values of its `equal` labels, all of them, so that a check costs one look-up.
//
// An alert that matches both sides of a rule is not inhibited by another such alert; an inhibited
// alert still inhibits; an absent label equals an empty one.
//
// Threads: the owner's lock.
#pragma once

#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "alert/manager/alert_table.h"
#include "alert/manager/manager_config.h"

namespace sb::alert {

class Inhibitor {
 public:
  Inhibitor() = default;
  explicit Inhibitor(const std::vector<InhibitRule>* rules);  // outlives it

  // Every alert as it is now, new or changed.
  void Update(const AlertPtr& alert);
  void Remove(const notify::Alert& alert);
  // The fingerprint of a firing alert that mutes this one.
  std::optional<uint64_t> InhibitedBy(const notify::Alert& alert, base::TimestampNs now) const;

 private:
  struct Sources {
    // By fingerprint: when it ends.
    std::unordered_map<uint64_t, base::TimestampNs> one_sided;
    std::unordered_map<uint64_t, base::TimestampNs> two_sided;  // match the target side as well
  };
  using Index = std::unordered_map<std::string, Sources>;

  static std::string Key(const InhibitRule& rule, const model::LabelSet& labels);

  const std::vector<InhibitRule>* rules_ = nullptr;
  std::vector<Index> indexes_;  // one per rule
};

}  // namespace sb::alert
