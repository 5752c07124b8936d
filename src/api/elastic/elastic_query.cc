// SPDX-License-Identifier: Apache-2.0
#include "api/elastic/elastic_query.h"

#include <re2/re2.h>

#include <algorithm>
#include <charconv>
#include <limits>
#include <utility>

#include "api/elastic/push_down.h"
#include "encoding/iso_time.h"

namespace sb::api {
namespace {

constexpr int64_t kNsPerMs = 1'000'000;
// Beyond what nanoseconds can say lie no documents.
constexpr int64_t kMsMax = std::numeric_limits<int64_t>::max() / kNsPerMs - 1'000'000'000;

char Lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
}

bool IsWordByte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}

bool ParseNumber(std::string_view text, double* value) {
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), *value);
  return parsed.ec == std::errc() && parsed.ptr == text.data() + text.size() && !text.empty();
}

// Calls `test` with the values that a condition is about, until it says yes.
template <typename Test>
bool AnyValue(const ElasticRow& row, const std::string& field, Test&& test) {
  std::string_view value;
  if (!field.empty()) {
    return row.Get(field, &value) && test(value);
  }
  if (test(row.line())) {
    return true;
  }
  bool found = false;
  row.ForEach([&](std::string_view, std::string_view text) { found = found || test(text); });
  return found;
}

// False for the empty field, which is every field.
bool AddField(const std::string& field, std::vector<std::string>* fields) {
  fields->push_back(field);
  return !field.empty();
}

class All final : public ElasticQuery {
 public:
  bool Matches(const ElasticRow&) const override { return true; }
};

class And final : public ElasticQuery {
 public:
  explicit And(std::vector<ElasticQueryPtr> all) : all_(std::move(all)) {}
  bool Matches(const ElasticRow& row) const override {
    return std::all_of(all_.begin(), all_.end(),
                       [&row](const ElasticQueryPtr& query) { return query->Matches(row); });
  }
  void NarrowTime(store::EventRange* range) const override {
    for (const ElasticQueryPtr& query : all_) {
      query->NarrowTime(range);
    }
  }
  void AddWords(std::vector<std::string>* words) const override {
    for (const ElasticQueryPtr& query : all_) {
      query->AddWords(words);
    }
  }

  store::EventFilter Hint() const override {
    std::vector<store::EventFilter> hints;
    for (const ElasticQueryPtr& query : all_) {
      hints.push_back(query->Hint());
    }
    return AllOf(std::move(hints));
  }
  bool AddFields(std::vector<std::string>* fields) const override {
    return std::all_of(all_.begin(), all_.end(),
                       [fields](const ElasticQueryPtr& query) { return query->AddFields(fields); });
  }

 private:
  const std::vector<ElasticQueryPtr> all_;
};

class Or final : public ElasticQuery {
 public:
  explicit Or(std::vector<ElasticQueryPtr> any) : any_(std::move(any)) {}
  bool Matches(const ElasticRow& row) const override {
    return std::any_of(any_.begin(), any_.end(),
                       [&row](const ElasticQueryPtr& query) { return query->Matches(row); });
  }
  void AddWords(std::vector<std::string>* words) const override {
    for (const ElasticQueryPtr& query : any_) {
      query->AddWords(words);
    }
  }

  store::EventFilter Hint() const override {
    std::vector<store::EventFilter> hints;
    for (const ElasticQueryPtr& query : any_) {
      hints.push_back(query->Hint());
    }
    return AnyOf(std::move(hints));
  }
  bool AddFields(std::vector<std::string>* fields) const override {
    return std::all_of(any_.begin(), any_.end(),
                       [fields](const ElasticQueryPtr& query) { return query->AddFields(fields); });
  }

 private:
  const std::vector<ElasticQueryPtr> any_;
};

class Not final : public ElasticQuery {
 public:
  explicit Not(ElasticQueryPtr query) : query_(std::move(query)) {}
  bool Matches(const ElasticRow& row) const override { return !query_->Matches(row); }

  bool AddFields(std::vector<std::string>* fields) const override {
    return query_->AddFields(fields);
  }

 private:
  const ElasticQueryPtr query_;
};

class Exists final : public ElasticQuery {
 public:
  explicit Exists(std::string field) : field_(std::move(field)) {}
  bool Matches(const ElasticRow& row) const override {
    std::string_view value;
    return IsTimeField(field_) || row.Get(field_, &value);
  }

  store::EventFilter Hint() const override { return FieldExists(field_); }
  bool AddFields(std::vector<std::string>* fields) const override {
    return AddField(field_, fields);
  }

 private:
  const std::string field_;
};

class Phrase final : public ElasticQuery {
 public:
  Phrase(std::string field, std::string text) : field_(std::move(field)), text_(std::move(text)) {}
  bool Matches(const ElasticRow& row) const override {
    return AnyValue(row, field_,
                    [this](std::string_view value) { return ContainsPhrase(value, text_); });
  }
  void AddWords(std::vector<std::string>* words) const override { words->push_back(text_); }

  store::EventFilter Hint() const override {
    return text_.empty() ? FieldExists(field_)
                         : FieldFilter(field_, store::FilterOp::kContainsFold, text_);
  }
  bool AddFields(std::vector<std::string>* fields) const override {
    return AddField(field_, fields);
  }

 private:
  const std::string field_;
  const std::string text_;
};

class Terms final : public ElasticQuery {
 public:
  Terms(std::string field, std::vector<std::string> values)
      : field_(std::move(field)), values_(std::move(values)) {}
  bool Matches(const ElasticRow& row) const override {
    const bool is_text = IsMessageField(field_);
    return AnyValue(row, field_, [&](std::string_view value) {
      return std::any_of(values_.begin(), values_.end(), [&](const std::string& wanted) {
        return value == wanted || (is_text && ContainsPhrase(value, wanted));
      });
    });
  }

  store::EventFilter Hint() const override {
    const bool is_text = IsMessageField(field_);
    std::vector<store::EventFilter> any;
    for (const std::string& value : values_) {
      any.push_back(is_text && value.empty() ? store::EventFilter::All()
                                             : FieldFilter(field_,
                                                           is_text ? store::FilterOp::kContainsFold
                                                                   : store::FilterOp::kEqual,
                                                           value));
    }
    return AnyOf(std::move(any));
  }
  bool AddFields(std::vector<std::string>* fields) const override {
    return AddField(field_, fields);
  }

 private:
  const std::string field_;
  const std::vector<std::string> values_;
};

class Regex final : public ElasticQuery {
 public:
  Regex(std::string field, std::shared_ptr<const re2::RE2> regex)
      : field_(std::move(field)),
        regex_(std::move(regex)),
        literal_(RequiredLiteral(regex_->pattern())) {}
  bool Matches(const ElasticRow& row) const override {
    return AnyValue(row, field_, [this](std::string_view value) {
      return MatchesValue(value) || MatchesWord(value);
    });
  }

  store::EventFilter Hint() const override {
    return literal_.empty() ? FieldExists(field_)
                            : FieldFilter(field_, store::FilterOp::kContainsFold, literal_);
  }
  bool AddFields(std::vector<std::string>* fields) const override {
    return AddField(field_, fields);
  }

 private:
  bool MatchesValue(std::string_view value) const {
    return re2::RE2::FullMatch(re2::StringPiece(value.data(), value.size()), *regex_);
  }
  // Of a text each word is a term of its own.
  bool MatchesWord(std::string_view value) const {
    for (size_t at = 0; at < value.size();) {
      size_t end = at;
      while (end < value.size() && IsWordByte(value[end])) {
        ++end;
      }
      if (end > at && (end - at) != value.size() && MatchesValue(value.substr(at, end - at))) {
        return true;
      }
      at = end + 1;
    }
    return false;
  }

  const std::string field_;
  const std::shared_ptr<const re2::RE2> regex_;
  const std::string literal_;
};

class TimeRange final : public ElasticQuery {
 public:
  explicit TimeRange(store::EventRange range) : range_(range) {}
  bool Matches(const ElasticRow& row) const override { return range_.Contains(row.time_ns()); }
  void NarrowTime(store::EventRange* range) const override {
    range->start_ns = std::max(range->start_ns, range_.start_ns);
    range->end_ns = std::min(range->end_ns, range_.end_ns);
  }

 private:
  const store::EventRange range_;
};

class ValueRange final : public ElasticQuery {
 public:
  ValueRange(std::string field, RangeLimits limits)
      : field_(std::move(field)), limits_(std::move(limits)) {}
  bool Matches(const ElasticRow& row) const override {
    return AnyValue(row, field_, [this](std::string_view value) { return Holds(value); });
  }

  store::EventFilter Hint() const override { return FieldExists(field_); }
  bool AddFields(std::vector<std::string>* fields) const override {
    return AddField(field_, fields);
  }

 private:
  // -1, 0, 1; numbers as numbers where both are.
  static int Compare(std::string_view a, std::string_view b) {
    double x = 0;
    double y = 0;
    if (ParseNumber(a, &x) && ParseNumber(b, &y)) {
      return x < y ? -1 : x > y ? 1 : 0;
    }
    const int order = a.compare(b);
    return order < 0 ? -1 : order > 0 ? 1 : 0;
  }
  bool Holds(std::string_view value) const {
    if (!limits_.low.empty()) {
      const int order = Compare(value, limits_.low);
      if (order < 0 || (order == 0 && !limits_.includes_low)) {
        return false;
      }
    }
    if (!limits_.high.empty()) {
      const int order = Compare(value, limits_.high);
      return order < 0 || (order == 0 && limits_.includes_high);
    }
    return true;
  }

  const std::string field_;
  const RangeLimits limits_;
};

// The length of "1h" in milliseconds, of a month as 30 days; 0 for what is none.
int64_t UnitMs(char unit) {
  switch (unit) {
    case 's':
      return 1'000;
    case 'm':
      return 60'000;
    case 'h':
    case 'H':
      return 3'600'000;
    case 'd':
      return 86'400'000;
    case 'w':
      return 7 * 86'400'000LL;
    case 'M':
      return 30 * 86'400'000LL;
    case 'y':
      return 365 * 86'400'000LL;
    default:
      return 0;
  }
}

// "-15m/d" behind "now" or "||".
base::Result<int64_t> ApplyDateMath(std::string_view math, int64_t ms, bool round_up) {
  while (!math.empty()) {
    const char sign = math.front();
    math.remove_prefix(1);
    if (sign == '/' && math.size() == 1 && UnitMs(math[0]) != 0) {
      const int64_t unit = UnitMs(math[0]);
      ms -= ms % unit;
      return round_up ? ms + unit - 1 : ms;
    }
    int64_t count = 1;
    const auto parsed = std::from_chars(math.data(), math.data() + math.size(), count);
    math.remove_prefix(static_cast<size_t>(parsed.ptr - math.data()));
    if ((sign != '+' && sign != '-') || math.empty() || UnitMs(math[0]) == 0) {
      return base::InvalidArgument("failed to parse date math: " + std::string(math));
    }
    const int64_t unit = UnitMs(math[0]);
    if (count < 0 || count > 2 * kMsMax / unit) {
      return base::InvalidArgument("date math leaves the range of dates: " + std::to_string(count) +
                                   std::string(math));
    }
    ms = std::clamp(ms + (sign == '+' ? count : -count) * unit, -kMsMax, kMsMax);
    math.remove_prefix(1);
  }
  return ms;
}

}  // namespace

bool ContainsPhrase(std::string_view text, std::string_view phrase) {
  if (phrase.empty()) {
    return true;
  }
  if (phrase.size() > text.size()) {
    return false;
  }
  const char first = Lower(phrase.front());
  const char first_upper = first >= 'a' && first <= 'z' ? static_cast<char>(first & ~0x20) : first;
  const bool begins_word = IsWordByte(phrase.front());
  const bool ends_word = IsWordByte(phrase.back());
  for (size_t at = 0; at + phrase.size() <= text.size(); ++at) {
    if (text[at] != first && text[at] != first_upper) {
      continue;
    }
    size_t same = 1;
    while (same < phrase.size() && Lower(text[at + same]) == Lower(phrase[same])) {
      ++same;
    }
    const size_t end = at + phrase.size();
    if (same == phrase.size() && (!begins_word || at == 0 || !IsWordByte(text[at - 1])) &&
        (!ends_word || end == text.size() || !IsWordByte(text[end]))) {
      return true;
    }
  }
  return false;
}

base::Result<int64_t> ParseElasticTime(std::string_view text, int64_t now_ms, bool round_up) {
  if (text.starts_with("now")) {
    return ApplyDateMath(text.substr(3), now_ms, round_up);
  }
  const size_t math = text.find("||");
  if (math != std::string_view::npos) {
    SB_ASSIGN_OR_RETURN(const int64_t ms, ParseElasticTime(text.substr(0, math), now_ms, false));
    return ApplyDateMath(text.substr(math + 2), ms, round_up);
  }
  int64_t number = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), number);
  if (parsed.ec == std::errc() && parsed.ptr == text.data() + text.size() && !text.empty()) {
    return std::clamp(number, -kMsMax, kMsMax);
  }
  int64_t ns = 0;
  if (encoding::ParseIsoTime(text, &ns) ||
      encoding::ParseIsoTime(std::string(text) + "T00:00:00Z", &ns)) {
    const bool is_date = text.size() == 10;
    return ns / kNsPerMs + (is_date && round_up ? UnitMs('d') - 1 : 0);
  }
  return base::InvalidArgument("failed to parse date field: " + std::string(text));
}

ElasticQueryPtr QueryAll() {
  return std::make_unique<All>();
}
ElasticQueryPtr QueryAnd(std::vector<ElasticQueryPtr> all) {
  return all.size() == 1 ? std::move(all[0]) : std::make_unique<And>(std::move(all));
}
ElasticQueryPtr QueryOr(std::vector<ElasticQueryPtr> any) {
  return any.size() == 1 ? std::move(any[0]) : std::make_unique<Or>(std::move(any));
}
ElasticQueryPtr QueryNot(ElasticQueryPtr query) {
  return std::make_unique<Not>(std::move(query));
}
ElasticQueryPtr QueryExists(std::string field) {
  return std::make_unique<Exists>(std::move(field));
}
ElasticQueryPtr QueryPhrase(std::string field, std::string text) {
  return std::make_unique<Phrase>(std::move(field), std::move(text));
}
ElasticQueryPtr QueryTerms(std::string field, std::vector<std::string> values) {
  return std::make_unique<Terms>(std::move(field), std::move(values));
}

base::Result<ElasticQueryPtr> QueryRegex(std::string field, const std::string& regex) {
  re2::RE2::Options options(re2::RE2::Quiet);
  options.set_case_sensitive(false);
  auto compiled = std::make_shared<const re2::RE2>(regex, options);
  if (!compiled->ok()) {
    return base::InvalidArgument("broken regular expression: " + compiled->error() + ": " + regex);
  }
  return ElasticQueryPtr(std::make_unique<Regex>(std::move(field), std::move(compiled)));
}

base::Result<ElasticQueryPtr> QueryWildcard(std::string field, std::string_view pattern) {
  if (pattern == "*") {
    return field.empty() ? QueryAll() : QueryExists(std::move(field));
  }
  std::string regex = "(?s)";
  for (size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i] == '*') {
      regex += ".*";
    } else if (pattern[i] == '?') {
      regex += ".";
    } else {
      i += pattern[i] == '\\' && i + 1 < pattern.size() ? 1 : 0;
      regex += re2::RE2::QuoteMeta(re2::StringPiece(pattern.data() + i, 1));
    }
  }
  return QueryRegex(std::move(field), regex);
}

base::Result<ElasticQueryPtr> QueryRange(std::string field, const RangeLimits& limits,
                                         int64_t now_ms) {
  if (!IsTimeField(WithoutKeyword(field))) {
    return ElasticQueryPtr(std::make_unique<ValueRange>(std::move(field), limits));
  }
  store::EventRange range;
  // A limit in milliseconds stands for the whole millisecond.
  if (!limits.low.empty()) {
    SB_ASSIGN_OR_RETURN(const int64_t ms,
                        ParseElasticTime(limits.low, now_ms, !limits.includes_low));
    range.start_ns = (limits.includes_low ? ms : ms + 1) * kNsPerMs;
  }
  if (!limits.high.empty()) {
    SB_ASSIGN_OR_RETURN(const int64_t ms,
                        ParseElasticTime(limits.high, now_ms, limits.includes_high));
    range.end_ns = (limits.includes_high ? ms + 1 : ms) * kNsPerMs;
  }
  return ElasticQueryPtr(std::make_unique<TimeRange>(range));
}

}  // namespace sb::api
