// SPDX-License-Identifier: Apache-2.0
#include "wire/graphite/graphite_line.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "wire/prometheus/float_text.h"

namespace sb::wire {
namespace {

constexpr std::string_view kBlanks = " \t\r";
constexpr double kSecondsMax = 9e12;  // beyond, milliseconds are no int64 that a store could take

// The text up to the next blank; what is left begins with a field or is empty.
std::string_view TakeField(std::string_view* text) {
  text->remove_prefix(std::min(text->find_first_not_of(kBlanks), text->size()));
  const std::string_view field = text->substr(0, text->find_first_of(kBlanks));
  text->remove_prefix(field.size());
  text->remove_prefix(std::min(text->find_first_not_of(kBlanks), text->size()));
  return field;
}

base::Status ReadTags(std::string_view text, GraphiteLine* line) {
  while (!text.empty()) {
    const std::string_view tag = text.substr(0, text.find(';'));
    text.remove_prefix(std::min(tag.size() + 1, text.size()));
    const size_t equals = tag.find('=');
    if (equals == std::string_view::npos || equals == 0) {
      return base::InvalidArgument("a tag is NAME=VALUE: " + std::string(tag));
    }
    if (line->tags.size() >= GraphiteLine::kTagsMax) {
      return base::InvalidArgument("a line may have 256 tags");
    }
    line->tags.emplace_back(tag.substr(0, equals), tag.substr(equals + 1));
  }
  return base::OkStatus();
}

base::Status ReadTime(std::string_view text, GraphiteLine* line) {
  double seconds = 0;
  if (!ParseFloatText(text, &seconds) || std::isnan(seconds) || std::fabs(seconds) > kSecondsMax) {
    return base::InvalidArgument("the time must be Unix seconds: " + std::string(text));
  }
  line->has_time = seconds != -1;
  line->time_ms = static_cast<int64_t>(std::llround(seconds * 1000));
  return base::OkStatus();
}

}  // namespace

base::Status ReadGraphiteLine(std::string_view text, GraphiteLine* line) {
  *line = {};
  const std::string_view path = TakeField(&text);
  const std::string_view value = TakeField(&text);
  const std::string_view time = TakeField(&text);
  if (path.empty() || value.empty()) {
    return base::InvalidArgument("a line is: METRIC VALUE [SECONDS]");
  }
  if (!text.empty()) {
    return base::InvalidArgument("there is something behind the time: " + std::string(text));
  }
  const size_t semicolon = path.find(';');
  line->metric = path.substr(0, semicolon);
  if (line->metric.empty()) {
    return base::InvalidArgument("the name of the metric is missing: " + std::string(path));
  }
  if (semicolon != std::string_view::npos) {
    SB_RETURN_IF_ERROR(ReadTags(path.substr(semicolon + 1), line));
  }
  if (!ParseFloatText(value, &line->value)) {
    return base::InvalidArgument("the value must be a number: " + std::string(value));
  }
  return time.empty() ? base::OkStatus() : ReadTime(time, line);
}

}  // namespace sb::wire
