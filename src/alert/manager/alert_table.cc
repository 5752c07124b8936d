// SPDX-License-Identifier: Apache-2.0
#include "alert/manager/alert_table.h"

#include <functional>

namespace sb::alert {

void AlertTable::Sign(std::string_view name, std::string_view value, Signature* signature) {
  const uint64_t hash = std::hash<std::string_view>()(name) * 0x9E3779B97F4A7C15ULL ^
                        std::hash<std::string_view>()(value);
  (*signature)[0] |= uint64_t{1} << (hash & 63);
  (*signature)[1] |= uint64_t{1} << ((hash >> 6) & 63);
}

AlertPtr AlertTable::Find(uint64_t fingerprint) const {
  const auto found = index_.find(fingerprint);
  return found == index_.end() ? nullptr : slots_[found->second].alert;
}

void AlertTable::Put(AlertPtr alert) {
  const auto [found, inserted] =
      index_.try_emplace(alert->fingerprint, static_cast<uint32_t>(slots_.size()));
  if (!inserted) {
    slots_[found->second].alert = std::move(alert);
    return;
  }
  Signature signature{};
  for (const model::Label& label : alert->labels) {
    Sign(label.name, label.value, &signature);
  }
  slots_.push_back({signature, std::move(alert)});
}

bool AlertTable::Remove(uint64_t fingerprint) {
  const auto found = index_.find(fingerprint);
  if (found == index_.end()) {
    return false;
  }
  const uint32_t slot = found->second;
  index_.erase(found);
  if (slot + 1 != slots_.size()) {
    slots_[slot] = std::move(slots_.back());
    index_[slots_[slot].alert->fingerprint] = slot;
  }
  slots_.pop_back();
  return true;
}

std::vector<AlertPtr> AlertTable::Select(const AlertMatchers& matchers) const {
  Signature wanted{};
  for (const AlertMatcher& matcher : matchers) {
    if (matcher.op() == MatcherOp::kEqual && !matcher.value().empty()) {
      Sign(matcher.name(), matcher.value(), &wanted);
    }
  }
  std::vector<AlertPtr> out;
  for (const Slot& slot : slots_) {
    if ((slot.signature[0] & wanted[0]) == wanted[0] &&
        (slot.signature[1] & wanted[1]) == wanted[1] && MatchAll(matchers, slot.alert->labels)) {
      out.push_back(slot.alert);
    }
  }
  return out;
}

}  // namespace sb::alert
