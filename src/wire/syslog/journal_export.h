// SPDX-License-Identifier: Apache-2.0
//
// The export format of systemd's journal, as systemd-journal-upload and `journalctl -o export`
// write it: entries of fields, `NAME=value` on a line, or NAME on a line, eight bytes of length
// (little endian), the value and a line feed; an empty line ends an entry. It comes in pieces.
//
//   JournalExportReader reader(entry_bytes_max);
//   SB_RETURN_IF_ERROR(reader.Feed(bytes, [](const JournalEntry& entry) { … }));
//
// kInvalidArgument for what is no export, and for an entry above the limit. Views hold until the
// callback returns. Source: systemd, docs/JOURNAL_EXPORT_FORMATS.md. Threads: one at a time.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/status.h"

namespace sb::wire {

struct JournalEntry {
  std::vector<std::pair<std::string_view, std::string_view>> fields;
  std::string_view Get(std::string_view name) const;  // "" if there is none
};

class JournalExportReader {
 public:
  explicit JournalExportReader(size_t entry_bytes_max) : entry_bytes_max_(entry_bytes_max) {}
  base::Status Feed(std::string_view bytes, const std::function<void(const JournalEntry&)>& sink);
  // The end: an entry that no empty line ended is one, too.
  base::Status Finish(const std::function<void(const JournalEntry&)>& sink);

 private:
  // The bytes of the entry at the start of `text` with its empty line; 0: not complete.
  static size_t FindEnd(std::string_view text);
  base::Status Emit(std::string_view entry, const std::function<void(const JournalEntry&)>& sink);

  const size_t entry_bytes_max_;
  std::string pending_;
};

}  // namespace sb::wire
