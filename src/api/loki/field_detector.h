// SPDX-License-Identifier: Apache-2.0
//
// FieldDetector looks at log lines and says which fields they have: structured metadata, members of
// JSON lines, pairs of logfmt lines; with the type that fits all values and how many there are.
//
//   FieldDetector detector(limit);
//   detector.Add(entry);                       // for each line
//   for (const auto& [name, field] : detector.fields()) …
//
// Bounded: `fields_max` fields, kValuesMax values each (the count stops there).
// Threads: one at a time.
#pragma once

#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "query/logql/log_query.h"

namespace sb::api::loki {

class FieldDetector {
 public:
  static constexpr size_t kValuesMax = 10'000;

  struct Field {
    // Every value so far could be read as…
    bool is_int = true;
    bool is_float = true;
    bool is_boolean = true;
    bool is_duration = true;
    bool is_bytes = true;
    std::map<std::string, uint64_t> values;  // how often
    std::set<std::string> parsers;           // empty: structured metadata
    std::vector<std::string> json_path;
    // "int", "float", "boolean", "duration", "bytes" or "string".
    std::string_view Type() const;
  };

  explicit FieldDetector(size_t fields_max) : fields_max_(fields_max) {}
  void Add(const logql::LogEntry& entry);
  const std::map<std::string, Field>& fields() const { return fields_; }

 private:
  void AddValue(const std::string& name, std::string_view value, const char* maybe_parser);
  void AddJson(std::string_view text, const std::string& prefix, int depth, bool* good);
  void AddLogfmt(std::string_view text);

  const size_t fields_max_;
  std::map<std::string, Field> fields_;
  std::vector<std::string> path_;
};

}  // namespace sb::api::loki
