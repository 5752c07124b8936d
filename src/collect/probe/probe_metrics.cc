// SPDX-License-Identifier: Apache-2.0
#include "collect/probe/probe_metrics.h"

#include "model/histogram_buckets.h"

namespace sb::probe {
namespace {

constexpr size_t kLogBytesMax = 256 << 10;

void AppendEscaped(std::string_view text, std::string* out) {
  for (const char c : text) {
    if (c == '\n') {
      out->append("\\n");
      continue;
    }
    if (c == '\\' || c == '"') {
      out->push_back('\\');
    }
    out->push_back(c);
  }
}

}  // namespace

double* ProbeMetrics::Find(std::string_view name, std::string_view help, const Labels& labels) {
  std::string key;
  for (const auto& [label, value] : labels) {
    key.append(key.empty() ? "{" : ",").append(label).append("=\"");
    AppendEscaped(value, &key);
    key.push_back('"');
  }
  key.append(key.empty() ? "" : "}");
  Family& family = families_[std::string(name)];
  family.help = help;
  return &family.values[key];
}

std::string ProbeMetrics::ToText() const {
  std::string out;
  for (const auto& [name, family] : families_) {
    out.append("# HELP ").append(name).append(" ").append(family.help).append("\n");
    out.append("# TYPE ").append(name).append(" gauge\n");
    for (const auto& [labels, value] : family.values) {
      out.append(name).append(labels).append(" ").append(model::FormatGoG(value)).append("\n");
    }
  }
  return out;
}

void ProbeLog::Add(std::string_view level, std::string_view message) {
  if (text_.size() < kLogBytesMax) {
    text_.append("level=").append(level).append(" msg=\"");
    AppendEscaped(message.substr(0, 4'096), &text_);
    text_.append("\"\n");
  }
}

}  // namespace sb::probe
