// SPDX-License-Identifier: Apache-2.0
#include "log_line.h"

#include <charconv>
#include <cmath>
#include <cstdio>
#include <ctime>

namespace signalbox::internal {

namespace {

void AppendJson(std::string_view text, std::string* out) {
  out->push_back('"');
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out->push_back('\\');
      out->push_back(c);
    } else if (c == '\n') {
      out->append("\\n");
    } else if (byte < 0x20) {
      char escaped[8];
      std::snprintf(escaped, sizeof escaped, "\\u%04x", byte);
      out->append(escaped);
    } else {
      out->push_back(c);
    }
  }
  out->push_back('"');
}

struct AppendValue {
  std::string* out;
  void operator()(const std::string& text) const { AppendJson(text, out); }
  void operator()(bool value) const { out->append(value ? "true" : "false"); }
  void operator()(int64_t value) const { out->append(std::to_string(value)); }
  void operator()(double value) const {
    if (std::isfinite(value)) {
      out->append(AttributeText(value));
    } else {
      AppendJson(AttributeText(value), out);
    }
  }
  void operator()(const std::vector<std::string>& list) const {
    out->push_back('[');
    for (size_t i = 0; i < list.size(); ++i) {
      out->append(i == 0 ? "" : ",");
      AppendJson(list[i], out);
    }
    out->push_back(']');
  }
};

std::string TimeText(int64_t time_ns) {
  const time_t seconds = time_ns / 1'000'000'000;
  tm parts{};
  gmtime_r(&seconds, &parts);
  char text[40];
  const size_t length = std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &parts);
  std::snprintf(text + length, sizeof text - length, ".%06ldZ",
                static_cast<long>(time_ns % 1'000'000'000 / 1000));
  return text;
}

void AppendPair(std::string_view key, const AttributeValue& value, std::string* out) {
  out->push_back(',');
  AppendJson(key, out);
  out->push_back(':');
  std::visit(AppendValue{out}, value);
}

}  // namespace

std::string JsonLine(const LogData& record) {
  std::string line = "{\"time\":\"" + TimeText(record.time_ns) + "\",\"level\":\"" +
                     std::string(SeverityText(record.severity)) + "\",\"msg\":";
  AppendJson(record.body, &line);
  if (record.span.IsValid()) {
    AppendPair("trace_id", record.span.trace_id.Hex(), &line);
    AppendPair("span_id", record.span.span_id.Hex(), &line);
  }
  for (const Attribute& attribute : record.attributes) {
    AppendPair(attribute.key, attribute.value, &line);
  }
  return line + "}\n";
}

}  // namespace signalbox::internal
