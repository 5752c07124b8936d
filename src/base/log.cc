// SPDX-License-Identifier: Apache-2.0
#include "base/log.h"

#include <unistd.h>

#include <charconv>
#include <cmath>
#include <ctime>
#include <memory>
#include <utility>

#include "base/env.h"
#include "base/mutex.h"

namespace sb::base {
namespace {

constexpr size_t kLineBytesMax = 16 * 1024;

struct LogState {
  std::atomic<LogLevel> level{LogLevel::kInfo};
  std::atomic<LogFormat> format{LogFormat::kConsole};
  Mutex mutex;
  std::shared_ptr<const std::function<void(std::string_view)>> sink SB_GUARDED_BY(mutex);
};

LogState& State() {
  static LogState* state = new LogState;  // never destroyed: destructors of statics may log
  return *state;
}

void AppendEscaped(std::string_view text, std::string* out) {
  static constexpr char kHex[] = "0123456789abcdef";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out->push_back('\\');
      out->push_back(c);
    } else if (c == '\n') {
      out->append("\\n");
    } else if (c == '\t') {
      out->append("\\t");
    } else if (byte < 0x20 || byte == 0x7f) {
      out->append("\\u00");
      out->push_back(kHex[byte >> 4]);
      out->push_back(kHex[byte & 15]);
    } else {
      out->push_back(c);
    }
  }
}

bool NeedsQuotes(std::string_view text) {
  if (text.empty()) {
    return true;
  }
  for (const char c : text) {
    if (static_cast<unsigned char>(c) <= ' ' || c == '"' || c == '\\' || c == '=' || c == 0x7f) {
      return true;
    }
  }
  return false;
}

void AppendTime(TimestampMs now, std::string* out) {
  const time_t seconds = static_cast<time_t>(now.Value() / 1000);
  tm parts{};
  gmtime_r(&seconds, &parts);
  char text[40];
  const size_t length = strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S", &parts);
  out->append(text, length);
  const auto ms = static_cast<int>(now.Value() % 1000);
  const char fraction[] = {'.', static_cast<char>('0' + ms / 100),
                           static_cast<char>('0' + ms / 10 % 10), static_cast<char>('0' + ms % 10),
                           'Z'};
  out->append(fraction, sizeof(fraction));
}

template <typename T>
void AppendNumber(T value, std::string* out) {
  char text[32];
  const auto end = std::to_chars(text, text + sizeof(text), value).ptr;
  out->append(text, end);
}

std::string FormatConsole(LogLevel level, std::string_view message,
                          std::initializer_list<LogField> fields) {
  std::string line;
  line.reserve(160);
  AppendTime(Env::Real().clock().NowMs(), &line);
  static constexpr std::string_view kNames[] = {" DEBUG ", " INFO  ", " WARN  ", " ERROR "};
  line.append(kNames[static_cast<size_t>(level)]);
  AppendEscaped(message, &line);
  for (const LogField& field : fields) {
    line.push_back(' ');
    line.append(field.key());
    line.push_back('=');
    field.AppendValue(/*json=*/false, &line);
  }
  return line;
}

std::string FormatJson(LogLevel level, std::string_view message,
                       std::initializer_list<LogField> fields) {
  std::string line = "{\"time\":\"";
  AppendTime(Env::Real().clock().NowMs(), &line);
  line.append("\",\"level\":\"").append(LogLevelName(level)).append("\",\"msg\":\"");
  AppendEscaped(message, &line);
  line.push_back('"');
  for (const LogField& field : fields) {
    line.append(",\"");
    AppendEscaped(field.key(), &line);
    line.append("\":");
    field.AppendValue(/*json=*/true, &line);
    if (line.size() > kLineBytesMax) {
      line.append(",\"cut\":true");
      break;
    }
  }
  line.push_back('}');
  return line;
}

void WriteAll(std::string_view line) {
  while (!line.empty()) {
    const ssize_t n = write(STDERR_FILENO, line.data(), line.size());
    if (n <= 0) {
      return;  // nobody to tell
    }
    line.remove_prefix(static_cast<size_t>(n));
  }
}

}  // namespace

void ConfigureLog(LogOptions options) {
  LogState& state = State();
  state.level.store(options.level);
  state.format.store(options.format);
  MutexLock lock(state.mutex);
  state.sink =
      options.sink
          ? std::make_shared<const std::function<void(std::string_view)>>(std::move(options.sink))
          : nullptr;
}

bool ParseLogLevel(std::string_view text, LogLevel* level) {
  static constexpr std::pair<std::string_view, LogLevel> kLevels[] = {
      {"debug", LogLevel::kDebug},  {"info", LogLevel::kInfo},   {"warn", LogLevel::kWarn},
      {"warning", LogLevel::kWarn}, {"error", LogLevel::kError}, {"off", LogLevel::kOff}};
  for (const auto& [name, value] : kLevels) {
    if (name == text) {
      *level = value;
      return true;
    }
  }
  return false;
}

std::string_view LogLevelName(LogLevel level) {
  static constexpr std::string_view kNames[] = {"debug", "info", "warn", "error", "off"};
  return kNames[static_cast<size_t>(level)];
}

void LogField::AppendValue(bool json, std::string* out) const {
  switch (kind_) {
    case Kind::kBool:
      out->append(int_ != 0 ? "true" : "false");
      return;
    case Kind::kInt:
      AppendNumber(int_, out);
      return;
    case Kind::kUint:
      AppendNumber(static_cast<uint64_t>(int_), out);
      return;
    case Kind::kDouble:
      if (json && !std::isfinite(double_)) {
        out->append("null");
      } else {
        AppendNumber(double_, out);
      }
      return;
    case Kind::kText:
      break;
  }
  const std::string_view text = text_.substr(0, kLineBytesMax);
  if (json || NeedsQuotes(text)) {
    out->push_back('"');
    AppendEscaped(text, out);
    out->push_back('"');
  } else {
    out->append(text);
  }
}

bool LogEnabled(LogLevel level) {
  return level >= State().level.load(std::memory_order_relaxed);
}

void Log(LogLevel level, std::string_view message, std::initializer_list<LogField> fields) {
  LogState& state = State();
  message = message.substr(0, kLineBytesMax);
  std::string line = state.format.load() == LogFormat::kJson
                         ? FormatJson(level, message, fields)
                         : FormatConsole(level, message, fields);
  if (line.size() > kLineBytesMax && state.format.load() == LogFormat::kConsole) {
    line.resize(kLineBytesMax);
  }
  line.push_back('\n');
  std::shared_ptr<const std::function<void(std::string_view)>> sink;
  {
    MutexLock lock(state.mutex);
    sink = state.sink;
  }
  if (sink) {
    (*sink)(line);
  } else {
    WriteAll(line);
  }
}

bool LogLimiter::Allow(uint64_t* suppressed) {
  return AllowAt(Env::Real().clock().MonotonicNs(), suppressed);
}

bool LogLimiter::AllowAt(int64_t monotonic_ns, uint64_t* suppressed) {
  int64_t next = next_ns_.load(std::memory_order_relaxed);
  if (monotonic_ns < next ||
      !next_ns_.compare_exchange_strong(next, monotonic_ns + interval_s_ * 1'000'000'000)) {
    suppressed_.fetch_add(1, std::memory_order_relaxed);
    return false;
  }
  *suppressed = suppressed_.exchange(0);
  return true;
}

}  // namespace sb::base
