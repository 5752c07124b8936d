// SPDX-License-Identifier: Apache-2.0
#include "alert/manager/inhibitor.h"

namespace sb::alert {
namespace {

std::optional<uint64_t> FiringSource(const std::unordered_map<uint64_t, base::TimestampNs>& sources,
                                     base::TimestampNs now) {
  for (const auto& [fingerprint, end] : sources) {
    if (end.Value() == 0 || end > now) {
      return fingerprint;
    }
  }
  return std::nullopt;
}

}  // namespace

Inhibitor::Inhibitor(const std::vector<InhibitRule>* rules)
    : rules_(rules), indexes_(rules->size()) {}

std::string Inhibitor::Key(const InhibitRule& rule, const model::LabelSet& labels) {
  std::string key;
  for (const std::string& name : rule.equal) {
    key += labels.Get(name);
    key += '\xFF';
  }
  return key;
}

void Inhibitor::Update(const AlertPtr& alert) {
  for (size_t i = 0; i < indexes_.size(); ++i) {
    const InhibitRule& rule = (*rules_)[i];
    if (!MatchAll(rule.source, alert->labels)) {
      continue;
    }
    Sources& sources = indexes_[i][Key(rule, alert->labels)];
    auto& side = MatchAll(rule.target, alert->labels) ? sources.two_sided : sources.one_sided;
    side[alert->fingerprint] = alert->ends_at;
  }
}

void Inhibitor::Remove(const notify::Alert& alert) {
  for (size_t i = 0; i < indexes_.size(); ++i) {
    const auto found = indexes_[i].find(Key((*rules_)[i], alert.labels));
    if (found == indexes_[i].end()) {
      continue;
    }
    found->second.one_sided.erase(alert.fingerprint);
    found->second.two_sided.erase(alert.fingerprint);
    if (found->second.one_sided.empty() && found->second.two_sided.empty()) {
      indexes_[i].erase(found);
    }
  }
}

std::optional<uint64_t> Inhibitor::InhibitedBy(const notify::Alert& alert,
                                               base::TimestampNs now) const {
  for (size_t i = 0; i < indexes_.size(); ++i) {
    const InhibitRule& rule = (*rules_)[i];
    if (indexes_[i].empty() || !MatchAll(rule.target, alert.labels)) {
      continue;
    }
    const auto found = indexes_[i].find(Key(rule, alert.labels));
    if (found == indexes_[i].end()) {
      continue;
    }
    if (const auto source = FiringSource(found->second.one_sided, now); source.has_value()) {
      return source;
    }
    if (!found->second.two_sided.empty() && !MatchAll(rule.source, alert.labels)) {
      if (const auto source = FiringSource(found->second.two_sided, now); source.has_value()) {
        return source;
      }
    }
  }
  return std::nullopt;
}

}  // namespace sb::alert
