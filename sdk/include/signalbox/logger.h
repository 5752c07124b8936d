// SPDX-License-Identifier: Apache-2.0
//
// Logger writes structured records: a text and attributes, with the ids of the current span, so
// that a line leads to its trace and back.
//
//   logger.Info("order placed", {{"order.id", id}, {"total", 42.5}});
//
// Records go to OTLP in batches and, if wanted, as one JSON object a line to standard output (for
// collectors that read containers' output). A full queue drops records and counts them.
//
// Threads: safe for concurrent use.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "signalbox/attributes.h"
#include "signalbox/context.h"
#include "signalbox/span.h"

namespace signalbox {

// Numbers of OTLP's SeverityNumber.
enum class Severity : uint8_t {
  kTrace = 1,
  kDebug = 5,
  kInfo = 9,
  kWarn = 13,
  kError = 17,
  kFatal = 21
};

std::string_view SeverityText(Severity severity);  // "INFO"

struct LogData {
  int64_t time_ns = 0;
  Severity severity = Severity::kInfo;
  std::string body;
  Attributes attributes;
  SpanContext span;
  std::shared_ptr<const InstrumentationScope> scope;
};

class LogSink {
 public:
  virtual ~LogSink() = default;
  virtual void OnRecord(std::unique_ptr<LogData> record) = 0;
};

class Logger {
 public:
  Logger() = default;  // writes nothing
  Logger(std::shared_ptr<const InstrumentationScope> scope, LogSink* sink, Severity least);

  void Log(Severity severity, std::string_view text, Attributes attributes = {}) const;
  void Debug(std::string_view text, Attributes a = {}) const {
    Log(Severity::kDebug, text, std::move(a));
  }
  void Info(std::string_view text, Attributes a = {}) const {
    Log(Severity::kInfo, text, std::move(a));
  }
  void Warn(std::string_view text, Attributes a = {}) const {
    Log(Severity::kWarn, text, std::move(a));
  }
  void Error(std::string_view text, Attributes a = {}) const {
    Log(Severity::kError, text, std::move(a));
  }

 private:
  std::shared_ptr<const InstrumentationScope> scope_;
  LogSink* sink_ = nullptr;
  Severity least_ = Severity::kInfo;
};

}  // namespace signalbox
