// SPDX-License-Identifier: Apache-2.0
#include "wire/syslog/journal_export.h"

#include "encoding/bytes.h"

namespace sb::wire {
namespace {

constexpr size_t kLengthBytes = 8;

// Moves behind one field; false if it is not complete. `value` may be null.
bool SkipField(std::string_view text, size_t* at, std::string_view* name, std::string_view* value) {
  const size_t end = text.find('\n', *at);
  if (end == std::string_view::npos) {
    return false;
  }
  const std::string_view line = text.substr(*at, end - *at);
  if (const size_t equals = line.find('='); equals != std::string_view::npos) {
    *name = line.substr(0, equals);
    *value = line.substr(equals + 1);
    *at = end + 1;
    return true;
  }
  if (text.size() - end - 1 < kLengthBytes) {
    return false;
  }
  const auto length = encoding::LoadLe<uint64_t>(text.data() + end + 1);
  const size_t begin = end + 1 + kLengthBytes;
  if (length >= text.size() - begin) {  // the line feed behind it counts, too
    return false;
  }
  *name = line;
  *value = text.substr(begin, length);
  *at = begin + length + 1;
  return true;
}

}  // namespace

std::string_view JournalEntry::Get(std::string_view name) const {
  for (const auto& [field, value] : fields) {
    if (field == name) {
      return value;
    }
  }
  return {};
}

size_t JournalExportReader::FindEnd(std::string_view text) {
  size_t at = 0;
  std::string_view name;
  std::string_view value;
  while (at < text.size()) {
    if (text[at] == '\n') {
      return at + 1;
    }
    if (!SkipField(text, &at, &name, &value)) {
      return 0;
    }
  }
  return 0;
}

base::Status JournalExportReader::Emit(std::string_view entry,
                                       const std::function<void(const JournalEntry&)>& sink) {
  JournalEntry out;
  size_t at = 0;
  while (at < entry.size() && entry[at] != '\n') {
    std::string_view name;
    std::string_view value;
    if (!SkipField(entry, &at, &name, &value) || name.empty() || name.size() > 64 ||
        name.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") != std::string_view::npos) {
      return base::InvalidArgument("no field of a journal export: " +
                                   std::string(entry.substr(at, 64)));
    }
    out.fields.emplace_back(name, value);
  }
  if (!out.fields.empty()) {
    sink(out);
  }
  return base::OkStatus();
}

base::Status JournalExportReader::Feed(std::string_view bytes,
                                       const std::function<void(const JournalEntry&)>& sink) {
  pending_.append(bytes);
  std::string_view rest = pending_;
  for (size_t end = FindEnd(rest); end != 0; end = FindEnd(rest)) {
    SB_RETURN_IF_ERROR(Emit(rest.substr(0, end), sink));
    rest.remove_prefix(end);
  }
  pending_.erase(0, pending_.size() - rest.size());
  return pending_.size() <= entry_bytes_max_
             ? base::OkStatus()
             : base::InvalidArgument("a journal entry is longer than " +
                                     std::to_string(entry_bytes_max_) + " bytes");
}

base::Status JournalExportReader::Finish(const std::function<void(const JournalEntry&)>& sink) {
  std::string rest;
  rest.swap(pending_);
  return rest.empty() ? base::OkStatus() : Emit(rest, sink);
}

}  // namespace sb::wire
