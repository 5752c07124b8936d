// SPDX-License-Identifier: Apache-2.0
#include "query/logql/pattern.h"

#include <fmt/format.h>

#include <algorithm>

#include "query/logql/lexer.h"

namespace sb::logql {
namespace {

// The length of "<name>" at the front, or 0.
size_t CaptureLength(std::string_view text) {
  if (text.size() < 3 || text[0] != '<' || !IsWordStart(text[1])) {
    return 0;
  }
  size_t at = 2;
  while (at < text.size() && IsWordByte(text[at])) {
    ++at;
  }
  return at < text.size() && text[at] == '>' ? at + 1 : 0;
}

base::Status CheckNeighbours(const std::vector<Pattern::Part>& parts) {
  for (size_t i = 1; i < parts.size(); ++i) {
    if (parts[i - 1].is_capture && parts[i].is_capture) {
      return base::InvalidArgument(
          fmt::format("found consecutive capture '<{}><{}>': invalid expression",
                      parts[i - 1].text, parts[i].text));
    }
  }
  return base::OkStatus();
}

}  // namespace

std::vector<Pattern::Part> Pattern::Split(std::string_view pattern) {
  std::vector<Part> parts;
  std::string literal;
  const auto flush = [&parts, &literal] {
    if (!literal.empty()) {
      parts.push_back({false, std::move(literal)});
      literal.clear();
    }
  };
  while (!pattern.empty()) {
    const size_t length = CaptureLength(pattern);
    if (length > 0) {
      flush();
      parts.push_back({true, std::string(pattern.substr(1, length - 2))});
      pattern.remove_prefix(length);
    } else {
      literal += pattern[0];
      pattern.remove_prefix(1);
    }
  }
  flush();
  return parts;
}

base::Result<Pattern> Pattern::ForExtraction(std::string_view pattern) {
  Pattern out;
  out.parts_ = Split(pattern);
  SB_RETURN_IF_ERROR(CheckNeighbours(out.parts_));
  for (const Part& part : out.parts_) {
    if (!part.is_capture || part.text == "_") {
      continue;
    }
    if (std::find(out.names_.begin(), out.names_.end(), part.text) != out.names_.end()) {
      return base::InvalidArgument(
          fmt::format("duplicate capture name ({}): invalid expression", part.text));
    }
    out.names_.push_back(part.text);
  }
  if (out.names_.empty()) {
    return base::InvalidArgument("at least one capture is required");
  }
  return out;
}

base::Result<Pattern> Pattern::ForFilter(std::string_view pattern) {
  Pattern out;
  out.parts_ = Split(pattern);
  SB_RETURN_IF_ERROR(CheckNeighbours(out.parts_));
  for (const Part& part : out.parts_) {
    if (part.is_capture && part.text != "_") {
      return base::InvalidArgument(
          fmt::format("named captures are not allowed: found '<{}>'", part.text));
    }
  }
  return out;
}

void Pattern::Extract(std::string_view line, std::vector<std::string_view>* values) const {
  values->clear();
  if (line.empty()) {
    return;
  }
  size_t at = 0;
  if (!parts_[0].is_capture) {
    if (!line.starts_with(parts_[0].text)) {
      return;
    }
    line.remove_prefix(parts_[0].text.size());
    at = 1;
  }
  for (; at < parts_.size(); at += 2) {
    const bool named = parts_[at].text != "_";
    const size_t end =
        at + 1 < parts_.size() ? line.find(parts_[at + 1].text) : std::string_view::npos;
    if (named) {
      values->push_back(line.substr(0, end));
    }
    if (end == std::string_view::npos) {
      return;
    }
    line.remove_prefix(end + parts_[at + 1].text.size());
  }
}

bool Pattern::Matches(std::string_view line) const {
  if (line.empty() || parts_.empty()) {
    return line.empty() && parts_.empty();
  }
  size_t offset = 0;
  for (size_t i = 0; i < parts_.size(); ++i) {
    if (parts_[i].is_capture) {
      continue;
    }
    const size_t found = line.find(parts_[i].text, offset);
    if (found == std::string_view::npos || (i == 0) != (found == offset)) {
      return false;
    }
    offset = found + parts_[i].text.size();
  }
  return parts_.back().is_capture == (offset != line.size());
}

}  // namespace sb::logql
