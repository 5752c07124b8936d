// SPDX-License-Identifier: Apache-2.0
#include "alert/manager/silence.h"

#include <algorithm>
#include <cstdio>

namespace sb::alert {
namespace {

constexpr int64_t kSecondNs = 1'000'000'000;

bool IsValid(const Silence& silence, base::Status* status) {
  for (const AlertMatchers& set : silence.matcher_sets) {
    const bool bound = std::any_of(set.begin(), set.end(), [](const AlertMatcher& matcher) {
      return !matcher.is_equal() || !matcher.MatchesValue("");
    });
    if (!bound) {
      *status = base::InvalidArgument(
          "invalid silence: at least one matcher must not match the empty string");
      return false;
    }
  }
  if (silence.matcher_sets.empty()) {
    *status = base::InvalidArgument("invalid silence: at least one matcher required");
    return false;
  }
  return true;
}

// Whether a change keeps what has already been muted.
bool CanUpdate(const Silence& old, const Silence& wanted, base::TimestampNs now) {
  if (old.matcher_sets != wanted.matcher_sets) {
    return false;
  }
  switch (old.StateAt(now)) {
    case SilenceState::kActive:
      return wanted.starts_at.Value() / kSecondNs == old.starts_at.Value() / kSecondNs &&
             wanted.ends_at >= now;
    case SilenceState::kPending:
      return wanted.starts_at >= now;
    case SilenceState::kExpired:
      return false;
  }
  return false;
}

}  // namespace

SilenceState Silence::StateAt(base::TimestampNs now) const {
  if (now < starts_at) {
    return SilenceState::kPending;
  }
  return now > ends_at ? SilenceState::kExpired : SilenceState::kActive;
}

bool Silence::Matches(const model::LabelSet& labels) const {
  return std::any_of(matcher_sets.begin(), matcher_sets.end(),
                     [&](const AlertMatchers& set) { return MatchAll(set, labels); });
}

std::string_view SilenceStateText(SilenceState state) {
  switch (state) {
    case SilenceState::kActive:
      return "active";
    case SilenceState::kPending:
      return "pending";
    case SilenceState::kExpired:
      return "expired";
  }
  return "";
}

base::Status Silences::Check(const Silence& silence, base::TimestampNs now) {
  if (silence.ends_at < silence.starts_at) {
    return base::InvalidArgument("Failed to create silence: start time must be before end time");
  }
  if (silence.ends_at < now) {
    return base::InvalidArgument("Failed to create silence: end time can't be in the past");
  }
  base::Status status;
  (void)IsValid(silence, &status);
  return status;
}

std::string Silences::NewId() {
  const uint64_t high = random_.Next64();
  const uint64_t low = random_.Next64();
  char text[40];
  std::snprintf(text, sizeof(text), "%08x-%04x-4%03x-%04x-%012llx",
                static_cast<unsigned>(high >> 32), static_cast<unsigned>(high >> 16 & 0xFFFF),
                static_cast<unsigned>(high & 0xFFF),
                static_cast<unsigned>(0x8000 | (low >> 48 & 0x3FFF)),
                static_cast<unsigned long long>(low & 0xFFFF'FFFF'FFFF));
  return text;
}

base::Result<Silences::Change> Silences::Set(Silence silence, base::TimestampNs now) {
  SB_RETURN_IF_ERROR(Check(silence, now));
  for (AlertMatchers& set : silence.matcher_sets) {
    std::sort(set.begin(), set.end());
  }
  silence.updated_at = now;
  Change change;
  if (!silence.id.empty()) {
    const auto old = silences_.find(silence.id);
    if (old == silences_.end()) {
      return base::NotFound("silence not found");
    }
    if (CanUpdate(old->second, silence, now)) {
      silence.starts_at = old->second.StateAt(now) == SilenceState::kActive ? old->second.starts_at
                                                                            : silence.starts_at;
      old->second = silence;
      change.id = silence.id;
      change.changed.push_back(std::move(silence));
      return change;
    }
    if (old->second.StateAt(now) != SilenceState::kExpired) {
      SB_ASSIGN_OR_RETURN(change, Expire(silence.id, now));
    }
  }
  if (silences_.size() >= options_.silences_max) {
    return base::ResourceExhausted(
        "exceeded maximum number of silences: " + std::to_string(silences_.size()) +
        " (limit: " + std::to_string(options_.silences_max) + ")");
  }
  silence.id = change.id = NewId();
  silence.starts_at = std::max(silence.starts_at, now);
  silences_[silence.id] = silence;
  change.changed.push_back(std::move(silence));
  return change;
}

base::Result<Silences::Change> Silences::Expire(std::string_view id, base::TimestampNs now) {
  const auto found = silences_.find(id);
  if (found == silences_.end()) {
    return base::NotFound("silence not found");
  }
  Silence& silence = found->second;
  Change change;
  change.id = silence.id;
  if (silence.StateAt(now) == SilenceState::kExpired) {
    return change;
  }
  if (silence.StateAt(now) == SilenceState::kPending) {
    silence.starts_at = now;
  }
  // Over at this very moment, not only after it.
  silence.ends_at = base::TimestampNs(now.Value() - 1);
  silence.starts_at = std::min(silence.starts_at, silence.ends_at);
  silence.updated_at = now;
  change.changed.push_back(silence);
  return change;
}

void Silences::Restore(Silence silence) {
  silences_[silence.id] = std::move(silence);
}

const Silence* Silences::Find(std::string_view id) const {
  const auto found = silences_.find(id);
  return found == silences_.end() ? nullptr : &found->second;
}

std::vector<std::string> Silences::SilencedBy(const model::LabelSet& labels,
                                              base::TimestampNs now) const {
  std::vector<std::string> ids;
  for (const auto& [id, silence] : silences_) {
    if (silence.StateAt(now) == SilenceState::kActive && silence.Matches(labels)) {
      ids.push_back(id);
    }
  }
  return ids;
}

std::vector<Silence> Silences::List(base::TimestampNs now) const {
  std::vector<Silence> list;
  for (const auto& [id, silence] : silences_) {
    list.push_back(silence);
  }
  std::stable_sort(list.begin(), list.end(), [&](const Silence& a, const Silence& b) {
    const SilenceState state = a.StateAt(now);
    if (state != b.StateAt(now)) {
      return state < b.StateAt(now);
    }
    switch (state) {
      case SilenceState::kActive:
        return a.ends_at < b.ends_at;
      case SilenceState::kPending:
        return a.starts_at < b.starts_at;
      case SilenceState::kExpired:
        return a.ends_at > b.ends_at;
    }
    return false;
  });
  return list;
}

void Silences::Collect(base::TimestampNs now) {
  std::erase_if(silences_,
                [&](const auto& entry) { return entry.second.ends_at + options_.retention < now; });
}

}  // namespace sb::alert
