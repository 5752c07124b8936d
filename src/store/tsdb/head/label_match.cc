// SPDX-License-Identifier: Apache-2.0
//
// How LabelIndex answers matchers: one that an absent label does not satisfy selects the series of
// the values it accepts; one that an absent label satisfies can only take series away.
#include <algorithm>
#include <iterator>
#include <utility>

#include "encoding/hash.h"
#include "store/tsdb/head/label_index.h"

namespace sb::tsdb {
namespace {

bool IsNegated(const model::Matcher& matcher) {
  return matcher.type() == model::MatchType::kNotEqual ||
         matcher.type() == model::MatchType::kNotRegex;
}

}  // namespace

std::vector<uint32_t> IntersectSlots(std::vector<uint32_t> a, std::span<const uint32_t> b) {
  // Slots of the shorter list are searched in the longer one with doubling steps.
  size_t out = 0;
  size_t at = 0;
  for (size_t i = 0; i < a.size() && at < b.size(); ++i) {
    size_t step = 1;
    while (at + step < b.size() && b[at + step] < a[i]) {
      step *= 2;
    }
    const auto end = b.begin() + static_cast<std::ptrdiff_t>(std::min(at + step + 1, b.size()));
    at = static_cast<size_t>(
        std::lower_bound(b.begin() + static_cast<std::ptrdiff_t>(at), end, a[i]) - b.begin());
    if (at < b.size() && b[at] == a[i]) {
      a[out++] = a[i];
    }
  }
  a.resize(out);
  return a;
}

std::vector<uint32_t> SubtractSlots(std::vector<uint32_t> from, std::span<const uint32_t> what) {
  std::vector<uint32_t> left;
  left.reserve(from.size());
  std::set_difference(from.begin(), from.end(), what.begin(), what.end(), std::back_inserter(left));
  return left;
}

std::vector<uint32_t> UniteSlots(std::vector<std::span<const uint32_t>> lists) {
  size_t total = 0;
  for (const auto& list : lists) {
    total += list.size();
  }
  std::vector<uint32_t> slots;
  slots.reserve(total);
  for (const auto& list : lists) {
    slots.insert(slots.end(), list.begin(), list.end());
  }
  if (lists.size() > 1) {
    std::sort(slots.begin(), slots.end());
    slots.erase(std::unique(slots.begin(), slots.end()), slots.end());
  }
  return slots;
}

// Lists of the values of `name` for which Matches() is not `negate`.
void LabelIndex::Collect(const Name& name, const model::Matcher& matcher, bool negate,
                         std::vector<std::span<const uint32_t>>* lists) const {
  for (const uint32_t id : name.pairs) {
    const Pair& pair = pairs_.at(id);
    if (pair.count > 0 && matcher.Matches(pair.text()) != negate) {
      lists->push_back(pair.postings());
    }
  }
}

// Lists of exactly the values in `values`.
void LabelIndex::CollectValues(uint32_t name, const std::vector<std::string>& values,
                               std::vector<std::span<const uint32_t>>* lists) const {
  for (const std::string& value : values) {
    const uint32_t id = FindPair(name, value, TagTable::TagOf(encoding::Hash64Of(value, name)));
    if (id != TagTable::kNone) {
      lists->push_back(pairs_.at(id).postings());
    }
  }
}

std::vector<uint32_t> LabelIndex::Accepted(const model::Matcher& matcher) const {
  std::vector<std::span<const uint32_t>> lists;
  const uint32_t name = NameId(matcher.name());
  if (name != TagTable::kNone) {
    if (!IsNegated(matcher) && !matcher.set_values().empty()) {
      CollectValues(name, matcher.set_values(), &lists);
    } else {
      Collect(names_[name], matcher, /*negate=*/false, &lists);
    }
  }
  return UniteSlots(std::move(lists));
}

std::vector<uint32_t> LabelIndex::Refused(const model::Matcher& matcher) const {
  std::vector<std::span<const uint32_t>> lists;
  const uint32_t name = NameId(matcher.name());
  if (name != TagTable::kNone) {
    if (IsNegated(matcher) && !matcher.set_values().empty()) {
      CollectValues(name, matcher.set_values(), &lists);
    } else {
      Collect(names_[name], matcher, /*negate=*/true, &lists);
    }
  }
  return UniteSlots(std::move(lists));
}

std::vector<uint32_t> LabelIndex::Match(std::span<const model::Matcher> matchers) const {
  // What needs no scan of values comes first: it is cheap and leaves little for the others.
  std::vector<const model::Matcher*> order;
  for (const model::Matcher& matcher : matchers) {
    order.push_back(&matcher);
  }
  std::stable_partition(order.begin(), order.end(),
                        [](const model::Matcher* m) { return !m->set_values().empty(); });
  std::vector<uint32_t> slots;
  bool started = false;
  for (const model::Matcher* matcher : order) {
    if (matcher->MatchesEmpty()) {
      continue;
    }
    std::vector<uint32_t> found = Accepted(*matcher);
    if (started && found.size() >= slots.size()) {
      slots = IntersectSlots(std::move(slots), found);
    } else {
      slots = started ? IntersectSlots(std::move(found), slots) : std::move(found);
    }
    started = true;
    if (slots.empty()) {
      return slots;
    }
  }
  if (!started) {
    slots = all_;
  }
  for (const model::Matcher* matcher : order) {
    if (matcher->MatchesEmpty() && !slots.empty()) {
      slots = SubtractSlots(std::move(slots), Refused(*matcher));
    }
  }
  return slots;
}

}  // namespace sb::tsdb
