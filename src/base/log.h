// SPDX-License-Identifier: Apache-2.0
//
// Structured log lines on stderr, as console text or JSON lines.
//
//   SB_LOG(kInfo, "block cut", {"samples", n}, {"took_ms", ms});
//   SB_LOG_EVERY(10, kWarn, "append refused", {"error", status.ToString()});   // at most every 10
//   s
//
// console:  2026-11-23T16:25:45.123Z INFO  block cut samples=12 took_ms=3
// json:     {"time":"2026-11-23T16:25:45.123Z","level":"info","msg":"block
// cut","samples":12,"took_ms":3}
//
// A line below the level costs one relaxed load; its fields are not evaluated. SB_LOG_EVERY adds
// suppressed=N to the next line, so that nothing disappears unseen. One write() per line; a line is
// cut at 16 KiB. Control characters are escaped, so that input cannot forge lines.
//
// Level, format and sink are the only process-wide mutable state of the program: a log line must be
// possible from everywhere, also from where no object is at hand.
//
// Threads: safe everywhere, except ConfigureLog's sink, which must outlive all logging.
#pragma once

#include <atomic>
#include <concepts>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <string>
#include <string_view>

namespace sb::base {

enum class LogLevel : int { kDebug = 0, kInfo = 1, kWarn = 2, kError = 3, kOff = 4 };
enum class LogFormat : int { kConsole = 0, kJson = 1 };

struct LogOptions {
  LogLevel level = LogLevel::kInfo;
  LogFormat format = LogFormat::kConsole;
  // Gets each line with its newline; null: stderr.
  std::function<void(std::string_view line)> sink;
};

void ConfigureLog(LogOptions options);
// "debug", "info", "warn"/"warning", "error", "off"; false if unknown.
bool ParseLogLevel(std::string_view text, LogLevel* level);
std::string_view LogLevelName(LogLevel level);

// One key=value of a line; views must live until the end of the statement.
class LogField {
 public:
  LogField(std::string_view key, std::string_view value) : key_(key), text_(value) {}
  LogField(std::string_view key, const char* value) : key_(key), text_(value) {}
  LogField(std::string_view key, const std::string& value) : key_(key), text_(value) {}
  LogField(std::string_view key, bool value) : key_(key), kind_(Kind::kBool), int_(value) {}
  LogField(std::string_view key, double value) : key_(key), kind_(Kind::kDouble), double_(value) {}
  template <std::signed_integral T>
  LogField(std::string_view key, T value) : key_(key), kind_(Kind::kInt), int_(value) {}
  template <std::unsigned_integral T>
    requires(!std::same_as<T, bool>)
  LogField(std::string_view key, T value)
      : key_(key), kind_(Kind::kUint), int_(static_cast<int64_t>(value)) {}

  std::string_view key() const { return key_; }
  // Appends the value as JSON (`json`) or console text.
  void AppendValue(bool json, std::string* out) const;

 private:
  enum class Kind : uint8_t { kText, kBool, kDouble, kInt, kUint };
  std::string_view key_;
  std::string_view text_;
  Kind kind_ = Kind::kText;
  int64_t int_ = 0;
  double double_ = 0;
};

bool LogEnabled(LogLevel level);
void Log(LogLevel level, std::string_view message, std::initializer_list<LogField> fields = {});

// Lets one message pass per interval and counts the others.
class LogLimiter {
 public:
  explicit constexpr LogLimiter(int64_t interval_s) : interval_s_(interval_s) {}
  // True if the line may be written; `suppressed` is how many were not since the last one.
  bool Allow(uint64_t* suppressed);
  bool AllowAt(int64_t monotonic_ns, uint64_t* suppressed);

 private:
  const int64_t interval_s_;
  std::atomic<int64_t> next_ns_{0};
  std::atomic<uint64_t> suppressed_{0};
};

}  // namespace sb::base

#define SB_LOG(level, message, ...)                                         \
  do {                                                                      \
    if (::sb::base::LogEnabled(::sb::base::LogLevel::level)) {              \
      ::sb::base::Log(::sb::base::LogLevel::level, message, {__VA_ARGS__}); \
    }                                                                       \
  } while (false)

#define SB_LOG_EVERY(seconds, level, message, ...)                                                 \
  do {                                                                                             \
    static ::sb::base::LogLimiter sb_limiter(seconds);                                             \
    uint64_t sb_suppressed = 0;                                                                    \
    if (::sb::base::LogEnabled(::sb::base::LogLevel::level) && sb_limiter.Allow(&sb_suppressed)) { \
      ::sb::base::Log(::sb::base::LogLevel::level, message,                                        \
                      {__VA_ARGS__ __VA_OPT__(, ){"suppressed", sb_suppressed}});                  \
    }                                                                                              \
  } while (false)
