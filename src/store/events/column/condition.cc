// SPDX-License-Identifier: Apache-2.0
#include "store/events/column/condition.h"

#include <re2/filtered_re2.h>
#include <re2/re2.h>

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "model/regex_bounds.h"
#include "store/events/column/byte_search.h"

namespace sb::events {
namespace {

using store::FilterOp;

constexpr int kLiteralBytesMin = 3;
constexpr size_t kAtomsMax = 64;
constexpr size_t kAtomBytesMax = 128;

// Other letters than ASCII ones fold to k and s: a pattern with flags may mean them.
std::string WithoutOddLetters(const std::string& literal) {
  std::string best;
  for (size_t begin = 0; begin <= literal.size();) {
    const size_t end = std::min(literal.find_first_of("ks", begin), literal.size());
    if (end - begin > best.size()) {
      best = literal.substr(begin, end - begin);
    }
    begin = end + 1;
  }
  return best;
}

// The longest text that all of `atoms` contain.
std::string CommonPart(const std::vector<std::string>& atoms) {
  if (atoms.empty() || atoms.size() > kAtomsMax || atoms[0].size() > kAtomBytesMax) {
    return {};
  }
  const std::string& first = atoms[0];
  for (size_t size = first.size(); size >= 1; --size) {
    for (size_t begin = 0; begin + size <= first.size(); ++begin) {
      const std::string part = first.substr(begin, size);
      if (std::all_of(atoms.begin(), atoms.end(), [&part](const std::string& atom) {
            return atom.find(part) != std::string::npos;
          })) {
        return part;
      }
    }
  }
  return {};
}

bool IsAscii(const std::string& text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

// True if the pattern cannot match a text that has none of the atoms but these.
bool RuledOut(const re2::FilteredRE2& filtered, const std::vector<int>& atoms) {
  std::vector<int> possible;
  filtered.AllPotentials(atoms, &possible);
  return possible.empty();
}

// The longest literal, in lower case, without which the pattern cannot match; "" if none is known.
std::string RequiredLiteral(const std::string& pattern, bool dot_newline) {
  re2::RE2::Options options;
  options.set_log_errors(false);
  options.set_dot_nl(dot_newline);
  re2::FilteredRE2 filtered(kLiteralBytesMin);
  int id = 0;
  if (filtered.Add(pattern, options, &id) != re2::RE2::NoError) {
    return {};
  }
  std::vector<std::string> atoms;
  filtered.Compile(&atoms);
  const bool flags = pattern.find("(?") != std::string::npos;
  std::string best;
  const auto consider = [&](const std::string& atom) {
    const std::string literal = flags ? WithoutOddLetters(atom) : atom;
    if (IsAscii(literal) && literal.size() > best.size()) {
      best = literal;
    }
  };
  if (!atoms.empty() && RuledOut(filtered, {})) {
    consider(CommonPart(atoms));  // at least one of them is needed
  }
  for (size_t i = 0; i < atoms.size() && atoms.size() <= kAtomsMax; ++i) {
    std::vector<int> others;
    for (size_t j = 0; j < atoms.size(); ++j) {
      if (j != i) {
        others.push_back(static_cast<int>(j));
      }
    }
    if (RuledOut(filtered, others)) {
      consider(atoms[i]);
    }
  }
  return best;
}

}  // namespace

base::Result<Condition> Condition::Create(const store::EventFilter& filter) {
  Condition condition;
  SB_ASSIGN_OR_RETURN(condition.rule_, store::FilterCondition::Create(filter));
  switch (filter.op) {
    case FilterOp::kContains:
      condition.needle_ = filter.operands[0].bytes;
      condition.needle_decides_ = true;
      condition.reach_bytes_ = condition.needle_.size();
      break;
    case FilterOp::kContainsFold:
      LowerAscii(filter.operands[0].bytes, &condition.needle_);
      condition.fold_ = true;
      condition.needle_decides_ = true;
      condition.reach_bytes_ = condition.needle_.size();
      break;
    case FilterOp::kSearchRegex:
    case FilterOp::kMatchRegex:
      condition.SetRegex(filter.operands[0].bytes);
      break;
    case FilterOp::kEqual:
      condition.needle_ = filter.operands[0].bytes;
      break;
    default:
      break;
  }
  return condition;
}

void Condition::SetRegex(const std::string& pattern) {
  const bool whole = rule_.op() == FilterOp::kMatchRegex;
  needle_ = RequiredLiteral(pattern, whole);
  fold_ = true;
  if (std::string run = model::RequiredRun(pattern); run.size() >= needle_.size()) {
    needle_ = std::move(run);
    fold_ = false;
  }
  reach_bytes_ = whole ? model::kUnbounded : model::MatchBytesMax(pattern);
}

void Condition::MatchTexts(std::string_view buffer, std::span<const uint32_t> ends, size_t first,
                           const Bitmap* candidates, Bitmap* out) const {
  const auto wanted = [&](size_t i) {
    return candidates == nullptr || candidates->Test(first + i);
  };
  if (needle_.empty() || rule_.op() == FilterOp::kEqual) {
    for (size_t i = 0; i < ends.size(); ++i) {
      const uint32_t begin = i == 0 ? 0 : ends[i - 1];
      if (wanted(i) && rule_.HoldsText(buffer.substr(begin, ends[i] - begin))) {
        out->Set(first + i);
      }
    }
    return;
  }
  const auto find = fold_ ? FindFolded : FindBytes;
  const char* const end = buffer.data() + buffer.size();
  size_t i = 0;
  for (const char* at = find(buffer.data(), end, needle_); at != nullptr;) {
    const auto offset = static_cast<size_t>(at - buffer.data());
    while (ends[i] <= offset) {
      ++i;
    }
    if (offset + needle_.size() > ends[i]) {
      at = find(at + 1, end, needle_);  // reaches into the next value
      continue;
    }
    const uint32_t begin = i == 0 ? 0 : ends[i - 1];
    if (wanted(i) && (needle_decides_ || rule_.HoldsText(buffer.substr(begin, ends[i] - begin)))) {
      out->Set(first + i);
    }
    at = find(buffer.data() + ends[i], end, needle_);
  }
}

bool Condition::AsIntRange(int64_t* low, int64_t* high) const {
  if (rule_.op() == FilterOp::kExists || rule_.operands().size() != 1 ||
      rule_.operands()[0].value.type == store::ValueType::kFloat) {
    return false;
  }
  const int64_t operand = rule_.operands()[0].value.integer;
  *low = INT64_MIN;
  *high = INT64_MAX;
  switch (rule_.op()) {
    case FilterOp::kEqual:
    case FilterOp::kIn:
      *low = *high = operand;
      return true;
    case FilterOp::kLess:
      *high = operand == INT64_MIN ? operand : operand - 1;
      return operand != INT64_MIN;
    case FilterOp::kLessEqual:
      *high = operand;
      return true;
    case FilterOp::kGreater:
      *low = operand == INT64_MAX ? operand : operand + 1;
      return operand != INT64_MAX;
    case FilterOp::kGreaterEqual:
      *low = operand;
      return true;
    default:
      return false;
  }
}

bool Condition::MayHoldBetween(int64_t low, int64_t high) const {
  switch (rule_.op()) {
    case FilterOp::kEqual:
    case FilterOp::kIn:
      break;
    case FilterOp::kLess:
    case FilterOp::kLessEqual:
      return rule_.HoldsInt(low);
    case FilterOp::kGreater:
    case FilterOp::kGreaterEqual:
      return rule_.HoldsInt(high);
    default:
      return true;
  }
  return std::any_of(rule_.operands().begin(), rule_.operands().end(), [&](const auto& operand) {
    const store::EventValue& value = operand.value;
    if (value.type == store::ValueType::kFloat) {
      return store::CompareNumbers(low, value.number) <= 0 &&
             (store::CompareNumbers(high, value.number) == 0 ||
              store::CompareNumbers(high, value.number) == 1);
    }
    return low <= value.integer && value.integer <= high;
  });
}

bool Condition::MayHoldBetween(double low, double high) const {
  switch (rule_.op()) {
    case FilterOp::kLess:
    case FilterOp::kLessEqual:
      return rule_.HoldsFloat(low);
    case FilterOp::kGreater:
    case FilterOp::kGreaterEqual:
      return rule_.HoldsFloat(high);
    default:
      return true;
  }
}

}  // namespace sb::events
