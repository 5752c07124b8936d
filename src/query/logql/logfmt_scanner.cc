// SPDX-License-Identifier: Apache-2.0
#include "query/logql/logfmt_scanner.h"

#include <fmt/format.h>

#include "query/logql/json_scanner.h"
#include "query/logql/text_repair.h"

namespace sb::logql {
namespace {

bool IsBlank(char c) {
  return static_cast<unsigned char>(c) <= ' ';
}

}  // namespace

bool LogfmtScanner::Next(LogfmtPair* pair) {
  for (;;) {
    while (at_ < line_.size() && IsBlank(line_[at_])) {
      ++at_;
    }
    if (at_ >= line_.size() || !error_.empty()) {
      return false;
    }
    if (Scan(pair)) {
      return true;
    }
    if (mode_ == LogfmtMode::kStrict) {
      error_ = fmt::format("logfmt syntax error at pos {} : {}", at_ + 1, broken_);
      return false;
    }
    while (at_ < line_.size() && !IsBlank(line_[at_])) {
      ++at_;
    }
  }
}

bool LogfmtScanner::Break(const char* what) {
  broken_ = what;
  return false;
}

bool LogfmtScanner::Scan(LogfmtPair* pair) {
  const size_t start = at_;
  bool is_ascii = true;
  while (at_ < line_.size() && !IsBlank(line_[at_]) && line_[at_] != '=') {
    if (line_[at_] == '"') {
      return Break("unexpected '\"'");
    }
    is_ascii = is_ascii && static_cast<unsigned char>(line_[at_]) < 0x80;
    ++at_;
  }
  pair->key = line_.substr(start, at_ - start);
  pair->value = {};
  if (pair->key.empty()) {
    return Break("unexpected '='");
  }
  if (!is_ascii && NeedsRepair(pair->key)) {
    return Break("invalid key");
  }
  if (at_ >= line_.size() || line_[at_] != '=') {
    return true;
  }
  ++at_;
  return ScanValue(pair);
}

bool LogfmtScanner::ScanValue(LogfmtPair* pair) {
  if (at_ >= line_.size() || IsBlank(line_[at_])) {
    return true;
  }
  if (line_[at_] == '"') {
    ++at_;
    return ScanQuoted(pair);
  }
  const size_t start = at_;
  while (at_ < line_.size() && !IsBlank(line_[at_])) {
    if (line_[at_] == '=') {
      return Break("unexpected '='");
    }
    if (line_[at_] == '"') {
      return Break("unexpected '\"'");
    }
    ++at_;
  }
  pair->value = line_.substr(start, at_ - start);
  return true;
}

bool LogfmtScanner::ScanQuoted(LogfmtPair* pair) {
  const size_t start = at_;
  bool escaped = false;
  while (at_ < line_.size() && line_[at_] != '"') {
    if (line_[at_] == '\\') {
      escaped = true;
      ++at_;
    }
    ++at_;
  }
  if (at_ >= line_.size()) {
    at_ = line_.size();
    return Break("unterminated quoted value");
  }
  pair->value = line_.substr(start, at_ - start);
  ++at_;
  if (escaped) {
    unquoted_.clear();
    if (!UnescapeJson(pair->value, &unquoted_)) {
      return Break("invalid quoted value");
    }
    pair->value = unquoted_;
  }
  return true;
}

}  // namespace sb::logql
