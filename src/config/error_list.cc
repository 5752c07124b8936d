// SPDX-License-Identifier: Apache-2.0
#include "config/error_list.h"

#include <algorithm>
#include <utility>

namespace sb::config {

void ErrorList::Add(Position at, std::string message) {
  if (size() >= kMaxErrors) {
    ++dropped_;
    return;
  }
  errors_.push_back({at, std::move(message)});
}

void ErrorList::AddWhole(const base::Status& status) {
  if (status.ok()) {
    return;
  }
  if (size() >= kMaxErrors) {
    ++dropped_;
    return;
  }
  whole_.emplace_back(status.message());
}

std::string ErrorList::Locate(Position at) const {
  if (at.line == 0) {
    return file_;
  }
  return file_ + ":" + std::to_string(at.line) + ":" + std::to_string(at.column);
}

base::Status ErrorList::ToStatus() const {
  if (empty()) {
    return base::OkStatus();
  }
  std::vector<Error> sorted = errors_;
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const Error& a, const Error& b) { return a.at < b.at; });
  std::string text;
  const auto add_line = [&text](std::string_view line) {
    if (!text.empty()) {
      text.push_back('\n');
    }
    text += line;
  };
  for (const Error& error : sorted) {
    add_line(Locate(error.at) + ": " + error.message);
  }
  for (const std::string& line : whole_) {
    add_line(line);
  }
  if (dropped_ > 0) {
    add_line("and " + std::to_string(dropped_) + " more errors");
  }
  return base::InvalidArgument(std::move(text));
}

}  // namespace sb::config
