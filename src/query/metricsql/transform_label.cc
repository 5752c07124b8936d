// SPDX-License-Identifier: Apache-2.0
//
// Functions that change labels as a whole: set, del, keep, copy, move, join, map.
#include <algorithm>
#include <utility>

#include "query/metricsql/evaluator.h"
#include "query/metricsql/function_kind.h"

namespace sb::metricsql {
namespace {

using Answer = base::Result<RowSet>;

base::Result<std::vector<std::string>> TextsFrom(const TransformArgs& args, size_t first) {
  std::vector<std::string> out;
  for (size_t i = first; i < args.size(); ++i) {
    SB_ASSIGN_OR_RETURN(std::string text, args.Text(i));
    out.push_back(std::move(text));
  }
  return out;
}

base::Result<std::vector<std::string>> PairsFrom(const TransformArgs& args, size_t first) {
  if ((args.size() - first) % 2 != 0) {
    return args.Problem("names and values must come in pairs");
  }
  return TextsFrom(args, first);
}

// Labels of each row by `change(row labels, builder)`.
template <typename Fn>
Answer ChangeLabels(const TransformArgs& args, Fn change) {
  SB_ASSIGN_OR_RETURN(RowSet rows, args.Rows(0));
  for (Row& row : rows.rows) {
    model::LabelSetBuilder builder(row.labels);
    change(row.labels, &builder);
    row.labels = builder.Build();
  }
  return rows;
}

Answer LabelSet(const TransformArgs& args) {
  SB_ASSIGN_OR_RETURN(const auto pairs, PairsFrom(args, 1));
  return ChangeLabels(args, [&](const model::LabelSet&, model::LabelSetBuilder* labels) {
    for (size_t i = 0; i < pairs.size(); i += 2) {
      labels->Set(pairs[i], pairs[i + 1]);
    }
  });
}

Answer LabelDel(const TransformArgs& args) {
  SB_ASSIGN_OR_RETURN(const auto names, TextsFrom(args, 1));
  return ChangeLabels(args, [&](const model::LabelSet&, model::LabelSetBuilder* labels) {
    for (const std::string& name : names) {
      labels->Delete(name);
    }
  });
}

Answer LabelKeep(const TransformArgs& args) {
  SB_ASSIGN_OR_RETURN(const auto names, TextsFrom(args, 1));
  SB_ASSIGN_OR_RETURN(RowSet rows, args.Rows(0));
  for (Row& row : rows.rows) {
    row.labels = row.labels.Keep(names);
  }
  return rows;
}

// An empty source leaves the target as it is.
Answer Copy(const TransformArgs& args, bool and_delete) {
  SB_ASSIGN_OR_RETURN(const auto pairs, PairsFrom(args, 1));
  return ChangeLabels(args, [&](const model::LabelSet&, model::LabelSetBuilder* labels) {
    for (size_t i = 0; i < pairs.size(); i += 2) {
      const std::string value(labels->Get(pairs[i]));
      if (value.empty()) {
        continue;
      }
      labels->Set(pairs[i + 1], value);
      if (and_delete && pairs[i] != pairs[i + 1]) {
        labels->Delete(pairs[i]);
      }
    }
  });
}
Answer LabelCopy(const TransformArgs& args) {
  return Copy(args, false);
}
Answer LabelMove(const TransformArgs& args) {
  return Copy(args, true);
}

Answer LabelJoin(const TransformArgs& args) {
  SB_ASSIGN_OR_RETURN(const auto texts, TextsFrom(args, 1));
  return ChangeLabels(args, [&](const model::LabelSet& old, model::LabelSetBuilder* labels) {
    std::string joined;
    for (size_t i = 2; i < texts.size(); ++i) {
      joined += (i > 2 ? texts[1] : "") + std::string(old.Get(texts[i]));
    }
    labels->Set(texts[0], joined);
  });
}

Answer LabelMap(const TransformArgs& args) {
  SB_ASSIGN_OR_RETURN(const std::string name, args.Text(1));
  SB_ASSIGN_OR_RETURN(const auto pairs, PairsFrom(args, 2));
  return ChangeLabels(args, [&](const model::LabelSet& old, model::LabelSetBuilder* labels) {
    const std::string_view value = old.Get(name);
    for (size_t i = 0; i < pairs.size(); i += 2) {
      if (pairs[i] == value) {
        labels->Set(name, pairs[i + 1]);
        return;
      }
    }
  });
}

// The label's number; rows whose label is no number have no values.
Answer LabelValue(const TransformArgs& args) {
  SB_ASSIGN_OR_RETURN(const std::string name, args.Text(1));
  SB_ASSIGN_OR_RETURN(RowSet rows, args.Rows(0));
  for (Row& row : rows.rows) {
    const std::string_view text = row.labels.Get(name);
    const double number = NumberOf(text);
    for (double& v : row.values) {
      v = std::isnan(v) ? kNan : number;
    }
  }
  return rows;
}

Answer LabelsEqual(const TransformArgs& args) {
  SB_ASSIGN_OR_RETURN(const auto names, TextsFrom(args, 1));
  SB_ASSIGN_OR_RETURN(RowSet rows, args.Rows(0));
  std::erase_if(rows.rows, [&](const Row& row) {
    return std::any_of(names.begin(), names.end(), [&](const std::string& name) {
      return row.labels.Get(name) != row.labels.Get(names[0]);
    });
  });
  return rows;
}

// Without the labels that all rows have with the same value.
Answer DropCommonLabels(const TransformArgs& args) {
  RowSet rows;
  for (size_t i = 0; i < args.size(); ++i) {
    SB_ASSIGN_OR_RETURN(RowSet more, args.Rows(i));
    std::move(more.rows.begin(), more.rows.end(), std::back_inserter(rows.rows));
  }
  if (rows.rows.empty()) {
    return rows;
  }
  std::vector<std::string> common;
  for (const model::Label& label : rows.rows[0].labels) {
    if (std::all_of(rows.rows.begin(), rows.rows.end(),
                    [&](const Row& row) { return row.labels.Get(label.name) == label.value; })) {
      common.emplace_back(label.name);
    }
  }
  for (Row& row : rows.rows) {
    row.labels = row.labels.Without(common);
  }
  return rows;
}

constexpr TransformFunction kFunctions[] = {
    {"drop_common_labels", DropCommonLabels, 1, kAnyCount},
    {"label_copy", LabelCopy, 1, kAnyCount},
    {"label_del", LabelDel, 1, kAnyCount},
    {"label_join", LabelJoin, 4, kAnyCount},
    {"label_keep", LabelKeep, 1, kAnyCount},
    {"label_map", LabelMap, 2, kAnyCount},
    {"label_move", LabelMove, 1, kAnyCount},
    {"label_set", LabelSet, 1, kAnyCount},
    {"label_value", LabelValue, 2, 2, false},
    {"labels_equal", LabelsEqual, 3, kAnyCount},
};

}  // namespace

std::span<const TransformFunction> LabelFunctions() {
  return kFunctions;
}

}  // namespace sb::metricsql
