// SPDX-License-Identifier: Apache-2.0
#include "ingest/pipeline/log_level.h"

#include <array>
#include <cstddef>

namespace sb::ingest {
namespace {

constexpr size_t kNameBytesMax = 13;

struct Spelling {
  std::string_view text;
  LogLevel level;
};
// pino's and bunyan's numbers last.
constexpr Spelling kSpellings[] = {
    {"info", LogLevel::kInfo},
    {"error", LogLevel::kError},
    {"warn", LogLevel::kWarn},
    {"debug", LogLevel::kDebug},
    {"warning", LogLevel::kWarn},
    {"err", LogLevel::kError},
    {"trace", LogLevel::kTrace},
    {"fatal", LogLevel::kFatal},
    {"critical", LogLevel::kCritical},
    {"notice", LogLevel::kInfo},
    {"inf", LogLevel::kInfo},
    {"information", LogLevel::kInfo},
    {"informational", LogLevel::kInfo},
    {"wrn", LogLevel::kWarn},
    {"dbg", LogLevel::kDebug},
    {"trc", LogLevel::kTrace},
    {"crit", LogLevel::kCritical},
    {"alert", LogLevel::kCritical},
    {"emerg", LogLevel::kFatal},
    {"emergency", LogLevel::kFatal},
    {"panic", LogLevel::kFatal},
    {"verbose", LogLevel::kTrace},
    {"10", LogLevel::kTrace},
    {"20", LogLevel::kDebug},
    {"30", LogLevel::kInfo},
    {"40", LogLevel::kWarn},
    {"50", LogLevel::kError},
    {"60", LogLevel::kFatal},
};

// The words that count in running text.
constexpr size_t kTextWords = 9;

char Lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
}

bool EqualsLower(std::string_view text, std::string_view lower) {
  if (text.size() != lower.size()) {
    return false;
  }
  for (size_t i = 0; i < text.size(); ++i) {
    if (Lower(text[i]) != lower[i]) {
      return false;
    }
  }
  return true;
}

constexpr uint8_t kBefore = 1;  // may stand before a word
constexpr uint8_t kAfter = 2;   // may stand behind a word
constexpr uint8_t kLetter = 4;

constexpr std::array<uint8_t, 256> MakeClasses() {
  std::array<uint8_t, 256> classes{};
  for (const unsigned char c : {' ', '\t', '\n', '\r', '|', '"', '\'', '=', ','}) {
    classes[c] = kBefore | kAfter;
  }
  for (const unsigned char c : {'[', '(', '{', '<'}) {
    classes[c] = kBefore;
  }
  for (const unsigned char c : {']', ')', '}', '>', ':', ';', '!', '?', '.'}) {
    classes[c] = kAfter;
  }
  for (unsigned char c = 'a'; c <= 'z'; ++c) {
    classes[c] = kLetter;
    classes[static_cast<unsigned char>(c - 32)] = kLetter;
  }
  return classes;
}
constexpr std::array<uint8_t, 256> kClasses = MakeClasses();

uint8_t ClassOf(char c) {
  return kClasses[static_cast<unsigned char>(c)];
}

// "warn." at the end of a sentence, not "error.log".
bool EndsWord(std::string_view text, size_t end) {
  if (end == text.size()) {
    return true;
  }
  if ((ClassOf(text[end]) & kAfter) == 0) {
    return false;
  }
  return text[end] != '.' || end + 1 == text.size() || (ClassOf(text[end + 1]) & kAfter) != 0;
}

LogLevel TextWord(std::string_view word) {
  for (size_t i = 0; i < kTextWords; ++i) {
    if (EqualsLower(word, kSpellings[i].text)) {
      return kSpellings[i].level;
    }
  }
  return LogLevel::kUnknown;
}

}  // namespace

std::string_view LogLevelName(LogLevel level) {
  static constexpr std::string_view kNames[] = {"unknown", "trace", "debug",    "info",
                                                "warn",    "error", "critical", "fatal"};
  return kNames[static_cast<size_t>(level)];
}

LogLevel NormalizeLogLevel(std::string_view value) {
  while (!value.empty() && value.back() == ' ') {
    value.remove_suffix(1);
  }
  if (value.size() < 2 || value.size() > kNameBytesMax) {
    return LogLevel::kUnknown;
  }
  for (const Spelling& spelling : kSpellings) {
    if (EqualsLower(value, spelling.text)) {
      return spelling.level;
    }
  }
  return LogLevel::kUnknown;
}

LogLevel FindLevelWord(std::string_view text) {
  size_t at = 0;
  bool may_start = true;
  while (at < text.size()) {
    const uint8_t kind = ClassOf(text[at]);
    if (kind != kLetter) {
      may_start = (kind & kBefore) != 0;
      ++at;
      continue;
    }
    const size_t begin = at;
    while (at < text.size() && ClassOf(text[at]) == kLetter) {
      ++at;
    }
    if (may_start && at - begin >= 3 && at - begin <= 8 && EndsWord(text, at)) {
      if (const LogLevel level = TextWord(text.substr(begin, at - begin));
          level != LogLevel::kUnknown) {
        return level;
      }
    }
    may_start = false;
  }
  return LogLevel::kUnknown;
}

LogLevel LevelOfSeverity(int64_t severity_number) {
  if (severity_number < 1 || severity_number > 24) {
    return LogLevel::kUnknown;
  }
  static constexpr LogLevel kLevels[] = {LogLevel::kTrace, LogLevel::kDebug, LogLevel::kInfo,
                                         LogLevel::kWarn,  LogLevel::kError, LogLevel::kFatal};
  return kLevels[(severity_number - 1) / 4];
}

}  // namespace sb::ingest
