// SPDX-License-Identifier: Apache-2.0
#include "query/engine/annotations.h"

#include <fmt/format.h>

#include <algorithm>
#include <ctime>

#include "model/histogram_buckets.h"

namespace sb::query {
namespace {

std::string Rfc3339Seconds(int64_t time_ms) {
  const auto seconds = static_cast<time_t>(time_ms / 1000);
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", parts.tm_year + 1900, parts.tm_mon + 1,
                     parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec);
}

void MergeFigures(const MonotonicityFigures& from, MonotonicityFigures* into) {
  into->bucket_min = std::min(into->bucket_min, from.bucket_min);
  into->bucket_max = std::max(into->bucket_max, from.bucket_max);
  into->diff_max = std::max(into->diff_max, from.diff_max);
  into->time_min_ms = std::min(into->time_min_ms, from.time_min_ms);
  into->time_max_ms = std::max(into->time_max_ms, from.time_max_ms);
  into->count += from.count;
}

std::string Render(const Annotation& a, std::string_view query) {
  std::string out;
  if (a.position >= 0) {  // what the store says stands as it is
    out = a.severity == Severity::kInfo ? "PromQL info: " : "PromQL warning: ";
  }
  out += a.text;
  if (a.monotonicity.has_value()) {
    const MonotonicityFigures& m = *a.monotonicity;
    out += fmt::format(
        ", from buckets {} to {}, with a max diff of {:.2g}, over {} samples from {} to {}",
        model::FormatGoG(m.bucket_min), model::FormatGoG(m.bucket_max), m.diff_max, m.count,
        Rfc3339Seconds(m.time_min_ms), Rfc3339Seconds(m.time_max_ms));
  }
  if (a.occurrences > 1) {
    out += fmt::format(" ({} occurrences)", a.occurrences);
  }
  if (a.position >= 0 && !query.empty()) {
    out += " (" + LineColumn(query, a.position) + ")";
  }
  return out;
}

}  // namespace

Annotation Warning(std::string text, int32_t position) {
  return Annotation{Severity::kWarning, std::move(text), position, std::nullopt, 0};
}

Annotation Info(std::string text, int32_t position) {
  return Annotation{Severity::kInfo, std::move(text), position, std::nullopt, 0};
}

void Annotations::Add(Annotation annotation) {
  std::string key = (annotation.severity == Severity::kInfo ? "i" : "w") + annotation.text;
  const auto [at, is_new] = index_.emplace(std::move(key), list_.size());
  if (is_new) {
    list_.push_back(std::move(annotation));
    return;
  }
  Annotation& known = list_[at->second];
  if (annotation.monotonicity.has_value() && known.monotonicity.has_value()) {
    MergeFigures(*annotation.monotonicity, &*known.monotonicity);
  } else if (annotation.occurrences > 0) {
    known.occurrences += annotation.occurrences;
  } else {
    known = std::move(annotation);
  }
}

void Annotations::Merge(const Annotations& other) {
  for (const Annotation& annotation : other.list_) {
    Add(annotation);
  }
}

std::vector<std::string> Annotations::Texts(Severity severity, std::string_view query,
                                            size_t limit) const {
  std::vector<std::string> out;
  size_t omitted = 0;
  for (const Annotation& annotation : list_) {
    if (annotation.severity != severity) {
      continue;
    }
    if (limit != 0 && out.size() >= limit) {
      ++omitted;
    } else {
      out.push_back(Render(annotation, query));
    }
  }
  if (omitted > 0) {
    out.push_back(fmt::format("{} more {} annotations omitted", omitted,
                              severity == Severity::kInfo ? "info" : "warning"));
  }
  return out;
}

std::string LineColumn(std::string_view query, int32_t offset) {
  if (offset < 0 || static_cast<size_t>(offset) > query.size()) {
    return "invalid position";
  }
  const std::string_view before = query.substr(0, static_cast<size_t>(offset));
  const auto line = std::count(before.begin(), before.end(), '\n') + 1;
  const size_t line_start =
      before.rfind('\n') == std::string_view::npos ? 0 : before.rfind('\n') + 1;
  return fmt::format("{}:{}", line, before.size() - line_start + 1);
}

}  // namespace sb::query
