// SPDX-License-Identifier: Apache-2.0
#include "signalbox/logger.h"

#include "entropy.h"

namespace signalbox {

std::string_view SeverityText(Severity severity) {
  switch (severity) {
    case Severity::kTrace:
      return "TRACE";
    case Severity::kDebug:
      return "DEBUG";
    case Severity::kInfo:
      return "INFO";
    case Severity::kWarn:
      return "WARN";
    case Severity::kError:
      return "ERROR";
    case Severity::kFatal:
      break;
  }
  return "FATAL";
}

Logger::Logger(std::shared_ptr<const InstrumentationScope> scope, LogSink* sink, Severity least)
    : scope_(std::move(scope)), sink_(sink), least_(least) {}

void Logger::Log(Severity severity, std::string_view text, Attributes attributes) const {
  if (sink_ == nullptr || severity < least_) {
    return;
  }
  auto record = std::make_unique<LogData>();
  record->time_ns = internal::NowNs();
  record->severity = severity;
  record->body = text;
  record->attributes = std::move(attributes);
  record->span = Context::Current().span;
  record->scope = scope_;
  sink_->OnRecord(std::move(record));
}

}  // namespace signalbox
