// SPDX-License-Identifier: Apache-2.0
#include "store/tsdb/block/series_selection.h"

#include <algorithm>
#include <numeric>

namespace sb::tsdb {

namespace {

using model::Matcher;
using model::MatchType;

// A set of series as one bit each.
class SeriesBits {
 public:
  explicit SeriesBits(uint32_t series) : words_((series + 63) / 64) {}
  void Set(uint32_t series) { words_[series / 64] |= uint64_t{1} << (series % 64); }
  bool Has(uint32_t series) const { return ((words_[series / 64] >> (series % 64)) & 1) != 0; }
  std::vector<uint32_t> ToList() const {
    std::vector<uint32_t> list;
    for (size_t i = 0; i < words_.size(); ++i) {
      for (uint64_t word = words_[i]; word != 0; word &= word - 1) {
        list.push_back(static_cast<uint32_t>(i * 64) +
                       static_cast<uint32_t>(__builtin_ctzll(word)));
      }
    }
    return list;
  }

 private:
  std::vector<uint64_t> words_;
};

// The values that a matcher selects: of a positive selection those that it matches, of a negative
// one those that it refuses, whose series are to be taken away.
struct Selection {
  bool negative = false;
  const ValueTable* table = nullptr;  // null: the name does not occur
  std::vector<size_t> values;
  uint64_t postings = 0;  // of all the values
};

bool IsPositive(MatchType type) {
  return type == MatchType::kEqual || type == MatchType::kRegex;
}

// Positions of values that can match the positive form of a regex with this literal prefix.
std::pair<size_t, size_t> PrefixRange(const ValueTable& table, const std::string& prefix) {
  const auto begin = std::lower_bound(table.values.begin(), table.values.end(), prefix);
  const auto end = std::partition_point(begin, table.values.end(), [&](std::string_view value) {
    return value.substr(0, prefix.size()) <= prefix;
  });
  return {static_cast<size_t>(begin - table.values.begin()),
          static_cast<size_t>(end - table.values.begin())};
}

// Values that the positive form of the matcher accepts.
std::vector<size_t> AcceptedByPositiveForm(const Matcher& matcher, const ValueTable& table) {
  std::vector<size_t> accepted;
  if (!matcher.set_values().empty()) {
    for (const std::string& value : matcher.set_values()) {
      const size_t position = table.Find(value);
      if (position < table.values.size()) {
        accepted.push_back(position);
      }
    }
    std::sort(accepted.begin(), accepted.end());
    accepted.erase(std::unique(accepted.begin(), accepted.end()), accepted.end());
    return accepted;
  }
  const auto [begin, end] = PrefixRange(table, matcher.prefix());
  const bool positive = IsPositive(matcher.type());
  for (size_t i = begin; i < end; ++i) {
    if (matcher.Matches(table.values[i]) == positive) {
      accepted.push_back(i);
    }
  }
  return accepted;
}

// All positions that are not in `values`.
std::vector<size_t> Complement(const std::vector<size_t>& values, size_t count) {
  std::vector<size_t> others;
  others.reserve(count - values.size());
  size_t next = 0;
  for (size_t i = 0; i < count; ++i) {
    if (next < values.size() && values[next] == i) {
      ++next;
    } else {
      others.push_back(i);
    }
  }
  return others;
}

base::Result<Selection> MakeSelection(const IndexReader& index, const Matcher& matcher) {
  Selection selection;
  selection.negative = matcher.MatchesEmpty();
  const size_t name = index.FindName(matcher.name());
  if (name == index.names().size()) {
    return selection;
  }
  SB_ASSIGN_OR_RETURN(selection.table, index.Values(name));
  // Wanted are the accepted values, or, of a negative selection, the refused ones.
  const bool positive_form = IsPositive(matcher.type()) != selection.negative;
  selection.values = AcceptedByPositiveForm(matcher, *selection.table);
  if (!positive_form) {
    selection.values = Complement(selection.values, selection.table->values.size());
  }
  for (const size_t value : selection.values) {
    selection.postings += index.PostingsCount(*selection.table, value);
  }
  return selection;
}

base::Result<SeriesBits> Union(const IndexReader& index, const Selection& selection) {
  SeriesBits bits(index.series());
  std::vector<uint32_t> list;
  for (const size_t value : selection.values) {
    list.clear();
    SB_RETURN_IF_ERROR(index.Postings(*selection.table, value, &list));
    for (const uint32_t series : list) {
      bits.Set(series);
    }
  }
  return bits;
}

base::Result<std::vector<uint32_t>> FirstList(const IndexReader& index,
                                              const Selection& selection) {
  std::vector<uint32_t> list;
  if (selection.values.size() == 1) {
    SB_RETURN_IF_ERROR(index.Postings(*selection.table, selection.values[0], &list));
    return list;
  }
  SB_ASSIGN_OR_RETURN(const SeriesBits bits, Union(index, selection));
  return bits.ToList();
}

base::Status Narrow(const IndexReader& index, const Selection& selection,
                    std::vector<uint32_t>* series) {
  if (selection.values.size() == 1) {
    std::vector<uint32_t> list;
    SB_RETURN_IF_ERROR(index.Postings(*selection.table, selection.values[0], &list));
    std::vector<uint32_t> kept;
    if (selection.negative) {
      std::set_difference(series->begin(), series->end(), list.begin(), list.end(),
                          std::back_inserter(kept));
    } else {
      std::set_intersection(series->begin(), series->end(), list.begin(), list.end(),
                            std::back_inserter(kept));
    }
    series->swap(kept);
    return base::OkStatus();
  }
  SB_ASSIGN_OR_RETURN(const SeriesBits bits, Union(index, selection));
  std::erase_if(*series, [&](uint32_t s) { return bits.Has(s) == selection.negative; });
  return base::OkStatus();
}

}  // namespace

base::Result<std::vector<uint32_t>> SelectSeries(const IndexReader& index,
                                                 std::span<const Matcher> matchers) {
  std::vector<Selection> selections;
  for (const Matcher& matcher : matchers) {
    SB_ASSIGN_OR_RETURN(Selection selection, MakeSelection(index, matcher));
    if (!selection.negative && selection.values.empty()) {
      return std::vector<uint32_t>{};
    }
    // Nothing to take away, or everything to keep.
    const bool keeps_all =
        selection.negative ? selection.values.empty() : selection.postings == index.series();
    if (!keeps_all) {
      selections.push_back(std::move(selection));
    }
  }
  std::sort(selections.begin(), selections.end(), [](const Selection& a, const Selection& b) {
    return std::pair(a.negative, a.postings) < std::pair(b.negative, b.postings);
  });
  std::vector<uint32_t> series;
  size_t next = 0;
  if (!selections.empty() && !selections[0].negative) {
    SB_ASSIGN_OR_RETURN(series, FirstList(index, selections[0]));
    next = 1;
  } else {
    series.resize(index.series());
    std::iota(series.begin(), series.end(), 0);
  }
  for (; next < selections.size() && !series.empty(); ++next) {
    SB_RETURN_IF_ERROR(Narrow(index, selections[next], &series));
  }
  return series;
}

}  // namespace sb::tsdb
