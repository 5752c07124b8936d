// SPDX-License-Identifier: Apache-2.0
//
// LogfmtScanner cuts a line into key=value pairs: `level=info msg="a b" done`.
//
//   LogfmtScanner scanner(line, LogfmtMode::kSkipBroken);
//   for (LogfmtPair pair; scanner.Next(&pair);) …
//   if (!scanner.ok()) … scanner.error() …        // kStrict only
//
// A pair that is none (`a=b=c`, `=x`, `bu"zz=1`) is skipped up to the next blank, or ends the scan
// when strict. Threads: one at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace sb::logql {

enum class LogfmtMode : uint8_t { kSkipBroken, kStrict };

struct LogfmtPair {
  std::string_view key;
  std::string_view value;  // "" for a key alone
};

class LogfmtScanner {
 public:
  LogfmtScanner(std::string_view line, LogfmtMode mode) : line_(line), mode_(mode) {}

  // The value may be a view into this object, until the next call.
  bool Next(LogfmtPair* pair);
  bool ok() const { return error_.empty(); }
  const std::string& error() const { return error_; }

 private:
  bool Scan(LogfmtPair* pair);
  bool ScanValue(LogfmtPair* pair);
  bool ScanQuoted(LogfmtPair* pair);
  bool Break(const char* what);

  const std::string_view line_;
  const LogfmtMode mode_;
  size_t at_ = 0;
  std::string unquoted_;
  const char* broken_ = nullptr;
  std::string error_;
};

}  // namespace sb::logql
