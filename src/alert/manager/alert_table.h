// SPDX-License-Identifier: Apache-2.0
//
// AlertTable holds every alert once, by fingerprint. Beside each stands a signature of its labels,
// so that a filter with equalities looks at a hundred thousand alerts in well under a millisecond.
//
// Threads: the owner's lock.
#pragma once

#include <array>
#include <memory>
#include <unordered_map>
#include <vector>

#include "alert/manager/matcher.h"
#include "alert/notify/alert.h"

namespace sb::alert {

using AlertPtr = std::shared_ptr<const notify::Alert>;

class AlertTable {
 public:
  size_t size() const { return slots_.size(); }
  AlertPtr Find(uint64_t fingerprint) const;
  // Replaces the alert of the same fingerprint.
  void Put(AlertPtr alert);
  bool Remove(uint64_t fingerprint);
  // Those that all matchers match; all of them for no matchers.
  std::vector<AlertPtr> Select(const AlertMatchers& matchers) const;
  template <typename F>
  void ForEach(F function) const {
    for (const Slot& slot : slots_) {
      function(slot.alert);
    }
  }

 private:
  using Signature = std::array<uint64_t, 2>;
  struct Slot {
    Signature signature;
    AlertPtr alert;
  };
  static void Sign(std::string_view name, std::string_view value, Signature* signature);

  std::vector<Slot> slots_;
  std::unordered_map<uint64_t, uint32_t> index_;
};

}  // namespace sb::alert
