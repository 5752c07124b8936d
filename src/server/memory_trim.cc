// SPDX-License-Identifier: Apache-2.0
#include "server/memory_trim.h"

#include <malloc.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <string>
#include <string_view>

namespace sb::server {
namespace {

constexpr int64_t kIntervalNs = 1'000'000'000;
constexpr uint64_t kLooksSkippedMax = 64;
// What is resident counts as moved from here; as long as it stays, malloc is asked less often.
constexpr uint64_t kMovedBytes = 4 << 20;
constexpr uint64_t kCalmLooks = 8;

}  // namespace

uint64_t TrimExcess(uint64_t resident_bytes, uint64_t used_bytes) {
  const uint64_t slack = std::max(MemoryTrim::kSlackBytes, used_bytes / 4);
  return resident_bytes > used_bytes + slack ? resident_bytes - used_bytes : 0;
}

uint64_t AnonymousBytes(std::string_view statm, uint64_t page_bytes) {
  // size resident shared …
  uint64_t pages[3] = {};
  for (uint64_t& number : pages) {
    const char* const end = statm.data() + statm.size();
    const auto parsed = std::from_chars(statm.data(), end, number);
    if (parsed.ec != std::errc()) {
      return 0;
    }
    statm.remove_prefix(static_cast<size_t>(parsed.ptr - statm.data()));
    statm.remove_prefix(statm.starts_with(' ') ? 1 : 0);
  }
  return pages[1] > pages[2] ? (pages[1] - pages[2]) * page_bytes : 0;
}

MemoryTrim::MemoryTrim(base::Env& env, base::ThreadPool& pool, base::Registry& registry)
    : env_(env),
      trims_(registry.AddCounter("signalbox_memory_trims_total",
                                 "How often freed memory was given back to the kernel.")),
      runner_(pool) {
  runner_.PostEvery(base::DurationNs{kIntervalNs}, [this] { Look(); });
}

uint64_t MemoryTrim::Resident() const {
  const base::Result<std::string> statm = env_.files().ReadFile("/proc/self/statm");
  return statm.ok() ? AnonymousBytes(*statm, static_cast<uint64_t>(sysconf(_SC_PAGESIZE))) : 0;
}

// mallinfo2 walks the lists of what is free, each under the lock of its arena.
uint64_t MemoryTrim::Excess(uint64_t resident_bytes) const {
  const struct mallinfo2 info = mallinfo2();
  // Another allocator than glibc's, such as a sanitizer's, has nothing in use here.
  return info.uordblks == 0 ? 0 : TrimExcess(resident_bytes, info.uordblks + info.hblkhd);
}

// What is in use may fall while what is resident stays, so that calm looks are not all skipped.
bool MemoryTrim::IsDue(uint64_t resident_bytes) {
  const uint64_t moved = resident_bytes > asked_at_bytes_ ? resident_bytes - asked_at_bytes_
                                                          : asked_at_bytes_ - resident_bytes;
  if (moved < kMovedBytes && ++calm_looks_ < kCalmLooks) {
    return false;
  }
  asked_at_bytes_ = resident_bytes;
  calm_looks_ = 0;
  return true;
}

void MemoryTrim::Look() {
  if (looks_to_skip_ > 0) {
    --looks_to_skip_;
    return;
  }
  const uint64_t resident = Resident();
  if (!IsDue(resident)) {
    return;
  }
  const uint64_t before = Excess(resident);
  if (before == 0) {
    return;
  }
  malloc_trim(0);
  trims_.Add();
  // What lies between small pieces in use cannot be given back: not worth another walk soon.
  asked_at_bytes_ = Resident();
  const bool was_worth_it = Excess(asked_at_bytes_) < before / 2;
  skipped_last_ = was_worth_it ? 0 : std::clamp<uint64_t>(2 * skipped_last_, 4, kLooksSkippedMax);
  looks_to_skip_ = skipped_last_;
}

}  // namespace sb::server
