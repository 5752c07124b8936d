// SPDX-License-Identifier: Apache-2.0
//
// Faults that can be switched on while the demo runs, by the page of the shop or by
// POST /faults/<name>?on=true. Each has an alert or an objective that catches it (docs/demo.md).
//
// Threads: safe for concurrent use.
#pragma once

#include <array>
#include <atomic>
#include <string>
#include <string_view>

namespace techmart {

enum class Fault {
  kPaymentFailure,
  kSlowInventory,
  kCacheFailure,
  kConsumerLag,
  kMemoryLeak,
  kCpuBurn,
  kErrorBurst,
  kDependencyDown,
  kCount,
};

std::string_view NameOf(Fault fault);
std::string_view SentenceOf(Fault fault);

class Faults {
 public:
  bool IsOn(Fault fault) const { return on_[static_cast<size_t>(fault)].load(); }
  // False for an unknown name.
  bool Set(std::string_view name, bool on);
  // [{"name": …, "sentence": …, "on": …}]
  std::string Json() const;

 private:
  std::array<std::atomic<bool>, static_cast<size_t>(Fault::kCount)> on_{};
};

}  // namespace techmart
