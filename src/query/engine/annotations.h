// SPDX-License-Identifier: Apache-2.0
//
// Annotations are what a query has to say beside its result: warnings (the result is probably not
// what was meant) and infos. Each belongs to a place in the query text.
//
//   annotations.Add(Warning("quantile value should be between 0 and 1, got 2", arg.start));
//   for (const std::string& text : annotations.Texts(Severity::kWarning, query)) …
//     // "PromQL warning: quantile value should be … (1:20)"
//
// Equal texts are one annotation, whatever their place (the last one wins); texts that carry
// figures (how often, from when to when) are merged. Threads: none; merge the parts of parallel
// work.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace sb::query {

enum class Severity : uint8_t { kWarning, kInfo };

// Figures of "needed to be fixed for monotonicity", over all samples it happened to.
struct MonotonicityFigures {
  double bucket_min = 0;
  double bucket_max = 0;
  double diff_max = 0;
  int64_t time_min_ms = 0;
  int64_t time_max_ms = 0;
  int64_t count = 1;
};

struct Annotation {
  Severity severity = Severity::kWarning;
  std::string text;       // without "PromQL warning: " and position; the key of deduplication
  int32_t position = -1;  // byte offset in the query text; -1: not from the query, but the store
  std::optional<MonotonicityFigures> monotonicity;
  int64_t occurrences = 0;  // above 1 the text says how many; 0: not counted
};

Annotation Warning(std::string text, int32_t position);
Annotation Info(std::string text, int32_t position);

class Annotations {
 public:
  void Add(Annotation annotation);
  void Merge(const Annotations& other);
  bool empty() const { return list_.empty(); }
  const std::vector<Annotation>& list() const { return list_; }

  // At most `limit` texts in the order of their first appearance, with positions in `query`, then
  // "N more warning annotations omitted" if there are more. limit 0: all.
  std::vector<std::string> Texts(Severity severity, std::string_view query, size_t limit = 0) const;

 private:
  std::vector<Annotation> list_;
  std::unordered_map<std::string, size_t> index_;  // severity and text -> place in list_
};

// "line:column", both from 1, of a byte offset.
std::string LineColumn(std::string_view query, int32_t offset);

}  // namespace sb::query
