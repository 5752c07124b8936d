// SPDX-License-Identifier: Apache-2.0
//
// Functions about the list of rows: order, union, limits.
#include <algorithm>
#include <set>
#include <utility>

#include "query/metricsql/function_kind.h"

namespace sb::metricsql {
namespace {

using Answer = base::Result<RowSet>;

// Rows with labels that an earlier argument has already are left out.
Answer Union(const TransformArgs& args) {
  RowSet out;
  std::set<model::LabelSet> seen;
  for (size_t i = 0; i < args.size(); ++i) {
    SB_ASSIGN_OR_RETURN(RowSet rows, args.Rows(i));
    // Numbers have no labels; all of them stay.
    const bool scalars = args.size() > 1 && rows.IsScalar();
    for (Row& row : rows.rows) {
      if (scalars || seen.insert(row.labels).second) {
        out.rows.push_back(std::move(row));
      }
    }
  }
  return out;
}

// By the last values.
template <bool kDescending>
Answer Sort(const TransformArgs& args) {
  SB_ASSIGN_OR_RETURN(RowSet rows, args.Rows(0));
  std::stable_sort(rows.rows.begin(), rows.rows.end(), [](const Row& a, const Row& b) {
    const double x = LastOf(a.values);
    const double y = LastOf(b.values);
    if (std::isnan(x) || std::isnan(y)) {
      return !std::isnan(x) && std::isnan(y);
    }
    return kDescending ? x > y : x < y;
  });
  return rows;
}

bool IsDigit(char c) {
  return c >= '0' && c <= '9';
}

// Runs of digits compare as numbers, the rest as text.
int CompareNatural(std::string_view a, std::string_view b) {
  size_t i = 0;
  size_t j = 0;
  while (i < a.size() && j < b.size()) {
    if (!IsDigit(a[i]) || !IsDigit(b[j])) {
      if (a[i] != b[j]) {
        return a[i] < b[j] ? -1 : 1;
      }
      ++i;
      ++j;
      continue;
    }
    const auto run = [](std::string_view text, size_t* at) {
      while (*at < text.size() && text[*at] == '0') {
        ++*at;
      }
      const size_t from = *at;
      while (*at < text.size() && IsDigit(text[*at])) {
        ++*at;
      }
      return text.substr(from, *at - from);
    };
    const std::string_view x = run(a, &i);
    const std::string_view y = run(b, &j);
    if (x != y) {
      return x.size() != y.size() ? (x.size() < y.size() ? -1 : 1) : (x < y ? -1 : 1);
    }
  }
  return a.size() - i < b.size() - j ? -1 : a.size() - i > b.size() - j ? 1 : 0;
}

template <bool kNumeric, bool kDescending>
Answer SortByLabel(const TransformArgs& args) {
  std::vector<std::string> names;
  for (size_t i = 1; i < args.size(); ++i) {
    SB_ASSIGN_OR_RETURN(std::string name, args.Text(i));
    names.push_back(std::move(name));
  }
  SB_ASSIGN_OR_RETURN(RowSet rows, args.Rows(0));
  std::stable_sort(rows.rows.begin(), rows.rows.end(), [&](const Row& a, const Row& b) {
    for (const std::string& name : names) {
      const std::string_view x = a.labels.Get(name);
      const std::string_view y = b.labels.Get(name);
      const int order = kNumeric ? CompareNatural(x, y) : x.compare(y);
      if (order != 0) {
        return kDescending ? order > 0 : order < 0;
      }
    }
    return false;
  });
  return rows;
}

Answer LimitOffset(const TransformArgs& args) {
  SB_ASSIGN_OR_RETURN(const Values limit, args.Scalar(0));
  SB_ASSIGN_OR_RETURN(const Values offset, args.Scalar(1));
  SB_ASSIGN_OR_RETURN(RowSet rows, args.Rows(2));
  rows.DropEmpty();
  const auto count = [](const Values& v) {
    return v.empty() || !(v[0] > 0) ? size_t{0} : static_cast<size_t>(std::min(v[0], 1e9));
  };
  const size_t skip = std::min(rows.rows.size(), count(offset));
  rows.rows.erase(rows.rows.begin(), rows.rows.begin() + static_cast<std::ptrdiff_t>(skip));
  rows.rows.resize(std::min(rows.rows.size(), count(limit)));
  return rows;
}

Answer DropEmptySeries(const TransformArgs& args) {
  SB_ASSIGN_OR_RETURN(RowSet rows, args.Rows(0));
  rows.DropEmpty();
  return rows;
}

constexpr TransformFunction kFunctions[] = {
    {"drop_empty_series", DropEmptySeries},
    {"limit_offset", LimitOffset, 3, 3},
    {"sort", Sort<false>},
    {"sort_by_label", SortByLabel<false, false>, 2, kAnyCount},
    {"sort_by_label_desc", SortByLabel<false, true>, 2, kAnyCount},
    {"sort_by_label_numeric", SortByLabel<true, false>, 2, kAnyCount},
    {"sort_by_label_numeric_desc", SortByLabel<true, true>, 2, kAnyCount},
    {"sort_desc", Sort<true>},
    {"union", Union, 0, kAnyCount},
};

}  // namespace

std::span<const TransformFunction> OrderFunctions() {
  return kFunctions;
}

}  // namespace sb::metricsql
