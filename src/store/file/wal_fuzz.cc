// SPDX-License-Identifier: Apache-2.0
//
// Hostile bytes as the segments of a WAL: replay ends, the log opens, and what is appended then is
// read.
#include <cstdint>

#include "base/check.h"
#include "base/testing/simulated_env.h"
#include "store/file/manifest.h"
#include "store/file/wal.h"
#include "store/file/wal_format.h"
#include "store/file/wal_reader.h"

namespace {

using namespace sb::store;  // NOLINT(google-build-using-namespace)

void WriteSegment(sb::base::FileSystem& files, uint64_t number, std::string_view bytes) {
  auto file = files.Create("/wal/" + WalSegmentName(number));
  SB_CHECK(file.ok() && (*file)->Append(bytes).ok());
}

}  // namespace

// The first byte says where the input is cut into two segments.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) {
    return 0;
  }
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  (void)Manifest::Decode(bytes, "manifest").ok();
  sb::base::SimulatedEnv env(1);
  SB_CHECK(env.files().CreateFolders("/wal").ok());
  const size_t cut = bytes.size() * data[0] / 256;
  WriteSegment(env.files(), 3, bytes.substr(0, cut));
  WriteSegment(env.files(), 4, bytes.substr(cut));
  Wal::OpenReport report;
  auto wal = Wal::Open(env, "/wal", {}, &report);
  SB_CHECK(wal.ok());
  SB_CHECK((*wal)->Append("the last").ok());
  WalReader reader(env.files(), "/wal");
  WalRecord record;
  std::string last;
  while (reader.Next(&record)) {
    last = record.bytes;
  }
  SB_CHECK(last == "the last");
  return 0;
}
