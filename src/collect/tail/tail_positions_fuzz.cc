// SPDX-License-Identifier: Apache-2.0
//
// Notes of how far files were read, as a crash or a stranger may have left them: whatever they are,
// they are read, written anew, and read again as the same positions.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/testing/simulated_env.h"
#include "collect/tail/tail_positions.h"

namespace {

bool AreEqual(const sb::collect::TailPosition& a, const sb::collect::TailPosition& b) {
  return a.path == b.path && a.inode == b.inode && a.fingerprint == b.fingerprint &&
         a.fingerprint_bytes == b.fingerprint_bytes && a.offset == b.offset &&
         a.last_time_ns == b.last_time_ns && a.last_hash == b.last_hash &&
         a.begun_end == b.begun_end && (a.begun_end == 0 || a.begun_time_ns == b.begun_time_ns);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  sb::base::SimulatedEnv env(1);
  (void)env.files().CreateFolders("/tail");
  {
    auto file = env.files().Create("/tail/positions.log");
    (void)(*file)->Append({reinterpret_cast<const char*>(data), size});
  }
  const auto first = sb::collect::TailPositions::Open(env, "/tail");
  const auto second = sb::collect::TailPositions::Open(env, "/tail");
  if (!first.ok() || !second.ok() || (*first)->all().size() != (*second)->all().size()) {
    std::abort();
  }
  for (const auto& [id, position] : (*first)->all()) {
    if (!AreEqual(position, (*second)->all().at(id))) {
      std::abort();
    }
    (void)(*second)->Find(position.inode, position.offset, position.path);
  }
  return 0;
}
