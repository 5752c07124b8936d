// SPDX-License-Identifier: Apache-2.0
//
// Whatever the file says: offsets only grow, no record is beyond the clean offset, and a flush
// leaves nothing pending.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "collect/tail/line_assembler.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) {
    return 0;
  }
  const auto format = static_cast<sb::collect::LineFormat>(data[0] % 4);
  std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  sb::collect::LineAssembler lines(format, nullptr, 64);
  uint64_t offset = 0;
  uint64_t clean = 0;
  while (!text.empty()) {
    const size_t end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    lines.Feed(line, offset, offset + line.size() + 1);
    offset += line.size() + 1;
    const uint64_t now = lines.clean_offset();
    SB_CHECK(now >= clean && now <= offset);
    clean = now;
    for (const sb::collect::TailLine& done : lines.TakeClean()) {
      SB_CHECK(done.begin < done.end && done.end <= clean);
    }
  }
  lines.Flush();
  SB_CHECK(!lines.HasPending());
  SB_CHECK(lines.clean_offset() == offset);
  return 0;
}
