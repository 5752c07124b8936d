// SPDX-License-Identifier: Apache-2.0
#include "ingest/otlp/metric_naming.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "base/trim.h"

namespace sb::ingest {
namespace {

struct UnitWord {
  std::string_view unit;
  std::string_view word;
};

constexpr UnitWord kUnits[] = {
    {"d", "days"},
    {"h", "hours"},
    {"min", "minutes"},
    {"s", "seconds"},
    {"ms", "milliseconds"},
    {"us", "microseconds"},
    {"ns", "nanoseconds"},
    {"By", "bytes"},
    {"KiBy", "kibibytes"},
    {"MiBy", "mebibytes"},
    {"GiBy", "gibibytes"},
    {"TiBy", "tibibytes"},
    {"KBy", "kilobytes"},
    {"MBy", "megabytes"},
    {"GBy", "gigabytes"},
    {"TBy", "terabytes"},
    {"m", "meters"},
    {"V", "volts"},
    {"A", "amperes"},
    {"J", "joules"},
    {"W", "watts"},
    {"g", "grams"},
    {"Cel", "celsius"},
    {"Hz", "hertz"},
    {"1", ""},
    {"%", "percent"},
};
constexpr UnitWord kPerUnits[] = {
    {"s", "second"}, {"m", "minute"}, {"h", "hour"}, {"d", "day"},
    {"w", "week"},   {"mo", "month"}, {"y", "year"},
};

template <size_t N>
std::string_view WordOf(std::string_view unit, const UnitWord (&words)[N]) {
  for (const UnitWord& word : words) {
    if (word.unit == unit) {
      return word.word;
    }
  }
  return unit;
}

bool IsDigit(char c) {
  return c >= '0' && c <= '9';
}
bool IsLetterOrDigit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || IsDigit(c);
}
// An underscore is not one: it separates.
bool IsMetricChar(char c) {
  return IsLetterOrDigit(c) || c == ':';
}

// Main and per unit in words; units in braces are annotations and give nothing.
std::pair<std::string, std::string> UnitSuffixes(std::string_view unit) {
  const size_t slash = unit.find('/');
  const std::string_view main = base::Trim(unit.substr(0, slash), base::kAsciiSpace);
  const std::string_view per = slash == std::string_view::npos
                                   ? std::string_view()
                                   : base::Trim(unit.substr(slash + 1), base::kAsciiSpace);
  std::pair<std::string, std::string> suffixes;
  if (main.find_first_of("{}") == std::string_view::npos) {
    suffixes.first = WordOf(main, kUnits);
  }
  if (!per.empty() && per.find_first_of("{}") == std::string_view::npos) {
    suffixes.second.append("per_").append(WordOf(per, kPerUnits));
  }
  return suffixes;
}

std::string CollapseUnderscores(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c != '_' || out.empty() || out.back() != '_') {
      out.push_back(c);
    }
  }
  return out;
}

// What is left of a unit when only legal characters may be: one underscore for each run of others,
// none in front.
std::string CleanUnit(std::string_view unit) {
  std::string out;
  for (const char c : unit) {
    out.push_back(IsMetricChar(c) ? c : '_');
  }
  out = CollapseUnderscores(out);
  return out.starts_with('_') ? out.substr(1) : out;
}

template <typename IsPart>
std::vector<std::string> Split(std::string_view name, IsPart is_part) {
  std::vector<std::string> tokens;
  bool is_open = false;
  for (const char c : name) {
    if (!is_part(c)) {
      is_open = false;
      continue;
    }
    if (!is_open) {
      tokens.emplace_back();
      is_open = true;
    }
    tokens.back().push_back(c);
  }
  return tokens;
}

std::string Join(const std::vector<std::string>& tokens) {
  std::string out;
  for (const std::string& token : tokens) {
    out.append(out.empty() ? "" : "_").append(token);
  }
  return out;
}

void MoveToEnd(const char* word, std::vector<std::string>* tokens) {
  std::erase(*tokens, word);
  tokens->emplace_back(word);
}

bool Contains(const std::vector<std::string>& tokens, const std::string& word) {
  return std::find(tokens.begin(), tokens.end(), word) != tokens.end();
}

void TrimUnderscore(std::string* word) {
  if (word->ends_with('_')) {
    word->pop_back();
  }
}

void AddUnitTokens(std::string_view unit, std::vector<std::string>* tokens) {
  auto [main, per] = UnitSuffixes(unit);
  main = CleanUnit(main);
  per = CleanUnit(per);
  if (Contains(*tokens, main)) {
    main.clear();
  }
  if (per == "per_") {
    per.clear();
  }
  TrimUnderscore(&per);
  if (Contains(*tokens, per)) {
    per.clear();
  }
  if (!per.empty()) {
    TrimUnderscore(&main);
  }
  for (std::string* word : {&main, &per}) {
    if (!word->empty()) {
      tokens->push_back(std::move(*word));
    }
  }
}

std::string EscapedName(const NamedMetric& metric, bool adds_suffixes) {
  std::vector<std::string> tokens;
  if (adds_suffixes) {
    tokens = Split(metric.name, IsMetricChar);
    AddUnitTokens(metric.unit, &tokens);
    if (metric.kind == NamedKind::kMonotonicSum) {
      MoveToEnd("total", &tokens);
    } else if (metric.kind == NamedKind::kGauge && metric.unit == "1") {
      MoveToEnd("ratio", &tokens);
    }
  } else {
    // Underscores of the name itself stay as they are.
    tokens = Split(metric.name, [](char c) { return IsMetricChar(c) || c == '_'; });
  }
  std::string name = Join(tokens);
  if (!name.empty() && IsDigit(name.front())) {
    name.insert(0, "_");
  }
  const bool is_hollow = name.find_first_not_of('_') == std::string::npos && name != metric.name;
  return is_hollow ? std::string() : name;
}

// Without `suffix` and the character before it.
void TrimSuffix(std::string_view suffix, std::string* name) {
  if (name->ends_with(suffix) && name->size() > suffix.size() + 1) {
    name->resize(name->size() - suffix.size() - 1);
  }
}

std::string Utf8Name(const NamedMetric& metric, bool adds_suffixes) {
  std::string name(metric.name);
  if (!adds_suffixes || name.empty()) {
    return name;
  }
  const bool is_ratio = metric.kind == NamedKind::kGauge && metric.unit == "1";
  const bool is_total = metric.kind == NamedKind::kMonotonicSum;
  const auto [main, per] = UnitSuffixes(metric.unit);
  if (is_ratio) {
    TrimSuffix("ratio", &name);
  }
  if (is_total) {
    TrimSuffix("total", &name);
  }
  if (!per.empty()) {
    TrimSuffix(per, &name);
  }
  if (!main.empty() && !name.ends_with(main)) {
    name.append("_").append(main);
  }
  if (!per.empty()) {
    name.append("_").append(per);
  }
  return name.append(is_total ? "_total" : "").append(is_ratio ? "_ratio" : "");
}

}  // namespace

std::string BuildMetricName(const NamedMetric& metric, const OtlpNaming& naming) {
  return naming.escapes ? EscapedName(metric, naming.adds_suffixes)
                        : Utf8Name(metric, naming.adds_suffixes);
}

std::string BuildUnitName(std::string_view unit, const OtlpNaming& naming) {
  auto [main, per] = UnitSuffixes(unit);
  if (naming.escapes) {
    main = CleanUnit(main);
    per = CleanUnit(per);
  }
  std::string name = main;
  name.append(!main.empty() && !per.empty() ? "_" : "").append(per);
  if (name.starts_with('_')) {
    name.erase(0, 1);
  }
  TrimUnderscore(&name);
  return name;
}

std::string BuildLabelName(std::string_view attribute, const OtlpNaming& naming) {
  std::string name(attribute);
  if (!naming.escapes || name.empty()) {
    return name;
  }
  // One underscore for one character, which in UTF-8 may be several bytes.
  name.clear();
  for (const char c : attribute) {
    if (IsLetterOrDigit(c) || c == '_') {
      name.push_back(c);
    } else if ((static_cast<unsigned char>(c) & 0xC0) != 0x80) {
      name.push_back('_');
    }
  }
  if (!naming.keeps_underscore_runs) {
    const bool is_reserved = name.starts_with("__") && name.ends_with("__");
    name = is_reserved ? name : CollapseUnderscores(name);
  }
  if (name.empty()) {
    return name;
  }
  if (IsDigit(name.front())) {
    name.insert(0, "key_");
  } else if (naming.prefixes_underscore && name.starts_with('_') && !name.starts_with("__")) {
    name.insert(0, "key");
  }
  const bool is_hollow = name.find_first_not_of('_') == std::string::npos && name != attribute;
  return is_hollow ? std::string() : name;
}

}  // namespace sb::ingest
