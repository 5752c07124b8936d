// SPDX-License-Identifier: Apache-2.0
#include "wire/syslog/syslog_message.h"

#include <algorithm>
#include <array>
#include <cstdlib>

#include "encoding/iso_time.h"

namespace sb::wire {
namespace {

constexpr int64_t kNsPerSecond = 1'000'000'000;
constexpr size_t kCountDigitsMax = 9;

bool IsDigit(char c) {
  return c >= '0' && c <= '9';
}

std::string_view TakeWord(std::string_view* rest) {
  const size_t end = std::min(rest->find(' '), rest->size());
  const std::string_view word = rest->substr(0, end);
  rest->remove_prefix(std::min(end + 1, rest->size()));
  return word == "-" ? std::string_view() : word;
}

// <165>
bool TakePriority(std::string_view* rest, SyslogMessage* message) {
  const size_t end = rest->find('>');
  if (!rest->starts_with('<') || end == std::string_view::npos || end < 2 || end > 4) {
    return false;
  }
  int priority = 0;
  for (const char c : rest->substr(1, end - 1)) {
    if (!IsDigit(c)) {
      return false;
    }
    priority = priority * 10 + (c - '0');
  }
  if (priority > 191) {
    return false;
  }
  message->facility = priority / 8;
  message->severity = priority % 8;
  rest->remove_prefix(end + 1);
  return true;
}

// [id name="value" …]…, or "-". False if it is malformed.
bool TakeStructuredData(std::string_view* rest, SyslogMessage* message) {
  if (rest->starts_with('-')) {
    rest->remove_prefix(1);
    return true;
  }
  std::string_view text = *rest;
  if (!text.starts_with('[')) {
    return false;
  }
  while (text.starts_with('[')) {
    text.remove_prefix(1);
    const size_t id_end = text.find_first_of(" ]");
    if (id_end == std::string_view::npos) {
      return false;
    }
    const std::string_view id = text.substr(0, id_end);
    text.remove_prefix(id_end);
    while (text.starts_with(' ')) {
      text.remove_prefix(1);
      const size_t name_end = text.find("=\"");
      if (name_end == std::string_view::npos) {
        return false;
      }
      SyslogParameter parameter;
      parameter.id = id;
      parameter.name = text.substr(0, name_end);
      text.remove_prefix(name_end + 2);
      while (!text.empty() && text.front() != '"') {
        if (text.front() == '\\' && text.size() > 1 &&
            (text[1] == '"' || text[1] == '\\' || text[1] == ']')) {
          text.remove_prefix(1);
        }
        parameter.value.push_back(text.front());
        text.remove_prefix(1);
      }
      if (text.empty()) {
        return false;
      }
      text.remove_prefix(1);
      message->parameters.push_back(std::move(parameter));
    }
    if (!text.starts_with(']')) {
      return false;
    }
    text.remove_prefix(1);
  }
  *rest = text;
  return true;
}

void Parse5424(std::string_view rest, SyslogMessage* message) {
  const std::string_view time = TakeWord(&rest);
  message->has_time = encoding::ParseIsoTime(time, &message->time_ns);
  message->bad_time = message->has_time ? std::string_view() : time;
  message->host = TakeWord(&rest);
  message->app = TakeWord(&rest);
  message->process_id = TakeWord(&rest);
  message->message_id = TakeWord(&rest);
  if (TakeStructuredData(&rest, message) && rest.starts_with(' ')) {
    rest.remove_prefix(1);
  }
  if (rest.starts_with("\xEF\xBB\xBF")) {
    rest.remove_prefix(3);
  }
  message->text = rest;
}

// "Nov 20 10:00:00", with one or two digits of the day.
size_t ReadOldTime(std::string_view text, int64_t now_ns, int64_t* time_ns) {
  static constexpr std::string_view kMonths = "JanFebMarAprMayJunJulAugSepOctNovDec";
  if (text.size() < 15 || text[3] != ' ' || text[6] != ' ' || text[9] != ':' || text[12] != ':') {
    return 0;
  }
  const size_t month = kMonths.find(text.substr(0, 3));
  if (month == std::string_view::npos || month % 3 != 0) {
    return 0;
  }
  const auto two = [&text](size_t at) -> int64_t {
    const char tens = text[at] == ' ' ? '0' : text[at];
    return IsDigit(tens) && IsDigit(text[at + 1]) ? (tens - '0') * 10 + (text[at + 1] - '0') : 99;
  };
  const int64_t day = two(4);
  const int64_t seconds = two(7) * 3600 + two(10) * 60 + two(13);
  if (day < 1 || day > 31 || two(7) > 23 || two(10) > 59 || two(13) > 60) {
    return 0;
  }
  const int64_t year_now = 1970 + now_ns / kNsPerSecond / 31'556'952;
  int64_t best = INT64_MAX;
  for (int64_t year = year_now - 1; year <= year_now + 1; ++year) {
    const int64_t days = encoding::DaysOfDate(year, static_cast<int64_t>(month / 3) + 1, day);
    const int64_t candidate = (days * 86'400 + seconds) * kNsPerSecond;
    if (best == INT64_MAX || std::abs(candidate - now_ns) < std::abs(best - now_ns)) {
      best = candidate;
    }
  }
  *time_ns = best;
  return 15;
}

// "app[123]: text", "app: text"; anything else is text.
void ParseTag(std::string_view rest, SyslogMessage* message) {
  const size_t end = rest.find_first_of(":[ ");
  if (end != std::string_view::npos && end > 0 && end <= 48 && rest[end] != ' ') {
    std::string_view after = rest.substr(end);
    std::string_view process_id;
    if (after.starts_with('[')) {
      const size_t close = after.find(']');
      process_id = close == std::string_view::npos ? "" : after.substr(1, close - 1);
      after = close == std::string_view::npos ? "" : after.substr(close + 1);
    }
    if (after.starts_with(':')) {
      message->app = rest.substr(0, end);
      message->process_id = process_id;
      after.remove_prefix(1);
      message->text = after.starts_with(' ') ? after.substr(1) : after;
      return;
    }
  }
  message->text = rest;
}

void Parse3164(std::string_view rest, int64_t now_ns, SyslogMessage* message) {
  size_t time_bytes = ReadOldTime(rest, now_ns, &message->time_ns);
  if (time_bytes == 0) {
    // Many senders write an ISO time here.
    const size_t word = std::min(rest.find(' '), rest.size());
    if (encoding::ParseIsoTime(rest.substr(0, word), &message->time_ns)) {
      time_bytes = word;
    }
  }
  if (time_bytes != 0) {
    message->has_time = true;
    rest.remove_prefix(std::min(time_bytes + 1, rest.size()));
    // A host follows, unless the tag stands there at once.
    const size_t word = rest.find(' ');
    if (word != std::string_view::npos &&
        rest.substr(0, word).find_first_of(":[") == std::string_view::npos) {
      message->host = rest.substr(0, word);
      rest.remove_prefix(word + 1);
    }
  }
  ParseTag(rest, message);
}

}  // namespace

void ParseSyslog(std::string_view bytes, int64_t now_ns, SyslogMessage* message) {
  *message = SyslogMessage();
  while (!bytes.empty() && (bytes.back() == '\n' || bytes.back() == '\r' || bytes.back() == '\0')) {
    bytes.remove_suffix(1);
  }
  std::string_view rest = bytes;
  if (!TakePriority(&rest, message)) {
    message->text = bytes;
    return;
  }
  if (rest.starts_with("1 ")) {
    Parse5424(rest.substr(2), message);
  } else {
    Parse3164(rest, now_ns, message);
  }
}

std::string_view SyslogSeverityName(int severity) {
  static constexpr std::array<std::string_view, 8> kNames = {"emerg",   "alert",  "crit", "err",
                                                             "warning", "notice", "info", "debug"};
  return severity >= 0 && severity < 8 ? kNames[static_cast<size_t>(severity)] : "";
}

std::string_view SyslogFacilityName(int facility) {
  static constexpr std::array<std::string_view, 24> kNames = {
      "kern",   "user",   "mail",     "daemon", "auth",   "syslog", "lpr",    "news",
      "uucp",   "cron",   "authpriv", "ftp",    "ntp",    "audit",  "alert",  "clock",
      "local0", "local1", "local2",   "local3", "local4", "local5", "local6", "local7"};
  return facility >= 0 && facility < 24 ? kNames[static_cast<size_t>(facility)] : "";
}

// The bytes of the frame at the start of `text`; 0: not complete.
size_t SyslogFramer::TakeFrame(std::string_view text, const Sink& sink) const {
  size_t digits = 0;
  size_t count = 0;
  while (digits < text.size() && digits < kCountDigitsMax && IsDigit(text[digits])) {
    count = count * 10 + static_cast<size_t>(text[digits] - '0');
    ++digits;
  }
  if (digits > 0 && digits == text.size() && digits < kCountDigitsMax) {
    return 0;  // more digits may follow
  }
  // A counted message begins with its priority; what does not is a line that begins with a number.
  const bool may_be_counted = digits > 0 && text[0] != '0' && digits < text.size() &&
                              text[digits] == ' ' && count <= bytes_max_;
  if (may_be_counted && digits + 1 == text.size()) {
    return 0;
  }
  const bool is_counted = may_be_counted && text[digits + 1] == '<';
  if (is_counted) {
    if (text.size() - digits - 1 < count) {
      return 0;
    }
    if (count > 0) {
      sink(text.substr(digits + 1, count));
    }
    return digits + 1 + count;
  }
  size_t end = text.find('\n');
  size_t next = end + 1;
  if (end == std::string_view::npos || end > bytes_max_) {
    if (text.size() <= bytes_max_) {
      return 0;
    }
    end = next = bytes_max_;
  }
  if (end > 0) {
    sink(text.substr(0, end));
  }
  return next;
}

void SyslogFramer::Feed(std::string_view bytes, const Sink& sink) {
  pending_.append(bytes);
  std::string_view rest = pending_;
  while (!rest.empty()) {
    const size_t size = TakeFrame(rest, sink);
    if (size == 0) {
      break;
    }
    rest.remove_prefix(size);
  }
  pending_.erase(0, pending_.size() - rest.size());
}

void SyslogFramer::Finish(const Sink& sink) {
  std::string rest;
  rest.swap(pending_);
  if (!rest.empty()) {
    sink(rest);
  }
}

}  // namespace sb::wire
