// SPDX-License-Identifier: Apache-2.0
//
// Alert is what is wrong with one thing, identified by its labels, from its start to its end.
//
// The fingerprint is FNV-1a 64 over name 0xff value 0xff in name order, as the reference computes
// it: incidents keep their identity after a migration.
//
// Threads: values; label sets are shared and immutable.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/time.h"
#include "model/label_set.h"

namespace sb::notify {

inline constexpr std::string_view kAlertName = "alertname";

struct Alert {
  model::LabelSet labels;
  model::LabelSet annotations;
  base::TimestampNs starts_at;
  base::TimestampNs ends_at;
  base::TimestampNs updated_at;
  std::string generator_url;
  uint64_t fingerprint = 0;
  // The end was not told by the sender, it is the resolve timeout.
  bool ends_by_timeout = false;

  bool ResolvedAt(base::TimestampNs now) const { return ends_at.Value() != 0 && ends_at <= now; }
  std::string_view name() const { return labels.Get(kAlertName); }
};

uint64_t Fingerprint(const model::LabelSet& labels);
// 16 hexadecimal digits.
std::string FingerprintText(uint64_t fingerprint);

// What a rule or an API client says about an alert.
struct PostedAlert {
  model::LabelSet labels;
  model::LabelSet annotations;
  base::TimestampNs starts_at;  // 0: now
  base::TimestampNs ends_at;    // 0: not known; it ends when nobody repeats it
  std::string generator_url;
};

}  // namespace sb::notify
