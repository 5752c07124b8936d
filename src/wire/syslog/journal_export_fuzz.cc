// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "wire/syslog/journal_export.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  size_t bytes = 0;
  const auto sink = [&bytes](const sb::wire::JournalEntry& entry) {
    for (const auto& [name, value] : entry.fields) {
      bytes += name.size() + value.size();
    }
  };
  sb::wire::JournalExportReader reader(4096);
  if (reader.Feed(text.substr(0, size / 3), sink).ok() &&
      reader.Feed(text.substr(size / 3), sink).ok()) {
    (void)reader.Finish(sink);
  }
  return bytes > 1U << 30 ? 1 : 0;
}
