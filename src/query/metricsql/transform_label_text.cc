// SPDX-License-Identifier: Apache-2.0
//
// Functions that change the text of labels, and those that pick rows by it.
#include <re2/re2.h>

#include <algorithm>
#include <memory>
#include <utility>

#include "model/letter_case.h"
#include "query/metricsql/function_kind.h"

namespace sb::metricsql {
namespace {

using Answer = base::Result<RowSet>;
using Regex = std::unique_ptr<const re2::RE2>;

base::Result<Regex> Compile(const TransformArgs& args, const std::string& text) {
  re2::RE2::Options options;
  options.set_log_errors(false);
  options.set_dot_nl(true);
  options.set_max_mem(8 << 20);
  auto regex = std::make_unique<const re2::RE2>(text, options);
  if (!regex->ok()) {
    return args.Problem("bad regular expression \"" + text + "\": " + regex->error());
  }
  return Regex(std::move(regex));
}

// $1, ${1} and $$ become RE2's \1; RE2's own escapes become plain text.
std::string Rewritten(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\') {
      out += "\\\\";
      continue;
    }
    if (text[i] != '$' || i + 1 >= text.size()) {
      out += text[i];
      continue;
    }
    const bool braces = text[i + 1] == '{';
    const size_t digit = i + (braces ? 2 : 1);
    const bool number = digit < text.size() && text[digit] >= '0' && text[digit] <= '9' &&
                        (!braces || (digit + 1 < text.size() && text[digit + 1] == '}'));
    if (number) {
      out += std::string("\\") + text[digit];
      i = digit + (braces ? 1 : 0);
    } else {
      out += text[i];
      i += text[i + 1] == '$' ? 1 : 0;
    }
  }
  return out;
}

// label_replace(q, "dst", "replacement", "src", "regex"): the regex has to fit the whole value.
Answer LabelReplace(const TransformArgs& args) {
  SB_ASSIGN_OR_RETURN(const std::string target, args.Text(1));
  SB_ASSIGN_OR_RETURN(const std::string replacement, args.Text(2));
  SB_ASSIGN_OR_RETURN(const std::string source, args.Text(3));
  SB_ASSIGN_OR_RETURN(const std::string pattern, args.Text(4));
  SB_ASSIGN_OR_RETURN(const Regex regex, Compile(args, "^(?:" + pattern + ")$"));
  const std::string rewrite = Rewritten(replacement);
  SB_ASSIGN_OR_RETURN(RowSet rows, args.Rows(0));
  for (Row& row : rows.rows) {
    std::string value;
    if (re2::RE2::Extract(std::string(row.labels.Get(source)), *regex, rewrite, &value)) {
      row.labels = WithLabel(row.labels, target, value);
    }
  }
  return rows;
}

// label_transform(q, "label", "regex", "replacement"): wherever the regex fits in the value.
Answer LabelTransform(const TransformArgs& args) {
  SB_ASSIGN_OR_RETURN(const std::string name, args.Text(1));
  SB_ASSIGN_OR_RETURN(const std::string pattern, args.Text(2));
  SB_ASSIGN_OR_RETURN(const std::string replacement, args.Text(3));
  SB_ASSIGN_OR_RETURN(const Regex regex, Compile(args, pattern));
  const std::string rewrite = Rewritten(replacement);
  SB_ASSIGN_OR_RETURN(RowSet rows, args.Rows(0));
  for (Row& row : rows.rows) {
    std::string value(row.labels.Get(name));
    if (re2::RE2::GlobalReplace(&value, *regex, rewrite) > 0) {
      row.labels = WithLabel(row.labels, name, value);
    }
  }
  return rows;
}

Answer Matching(const TransformArgs& args, bool wanted) {
  SB_ASSIGN_OR_RETURN(const std::string name, args.Text(1));
  SB_ASSIGN_OR_RETURN(const std::string pattern, args.Text(2));
  SB_ASSIGN_OR_RETURN(const Regex regex, Compile(args, "^(?:" + pattern + ")$"));
  SB_ASSIGN_OR_RETURN(RowSet rows, args.Rows(0));
  std::erase_if(rows.rows, [&](const Row& row) {
    return re2::RE2::PartialMatch(std::string(row.labels.Get(name)), *regex) != wanted;
  });
  return rows;
}
Answer LabelMatch(const TransformArgs& args) {
  return Matching(args, true);
}
Answer LabelMismatch(const TransformArgs& args) {
  return Matching(args, false);
}

template <std::string (*Fn)(std::string_view)>
Answer ChangeCase(const TransformArgs& args) {
  SB_ASSIGN_OR_RETURN(RowSet rows, args.Rows(0));
  for (size_t i = 1; i < args.size(); ++i) {
    SB_ASSIGN_OR_RETURN(const std::string name, args.Text(i));
    for (Row& row : rows.rows) {
      row.labels = WithLabel(row.labels, name, Fn(row.labels.Get(name)));
    }
  }
  return rows;
}

// The metric name becomes the given groups (counted from 0) of its dotted parts.
Answer GraphiteGroup(const TransformArgs& args) {
  std::vector<size_t> groups;
  for (size_t i = 1; i < args.size(); ++i) {
    SB_ASSIGN_OR_RETURN(const Values number, args.Scalar(i));
    groups.push_back(number.empty() || !(number[0] >= 0 && number[0] < 1e6)
                         ? 0
                         : static_cast<size_t>(number[0]));
  }
  SB_ASSIGN_OR_RETURN(RowSet rows, args.Rows(0));
  for (Row& row : rows.rows) {
    const std::string name(row.labels.metric_name());
    std::vector<std::string> parts;
    for (size_t from = 0; from <= name.size();) {
      const size_t end = std::min(name.find('.', from), name.size());
      parts.push_back(name.substr(from, end - from));
      from = end + 1;
    }
    std::string joined;
    for (size_t i = 0; i < groups.size(); ++i) {
      joined += (i > 0 ? "." : "") + (groups[i] < parts.size() ? parts[groups[i]] : std::string());
    }
    row.labels = WithLabel(row.labels, model::kMetricName, joined);
  }
  return rows;
}

constexpr TransformFunction kFunctions[] = {
    {"label_graphite_group", GraphiteGroup, 2, kAnyCount},
    {"label_lowercase", ChangeCase<model::ToLower>, 2, kAnyCount},
    {"label_match", LabelMatch, 3, 3},
    {"label_mismatch", LabelMismatch, 3, 3},
    {"label_replace", LabelReplace, 5, 5},
    {"label_transform", LabelTransform, 4, 4},
    {"label_uppercase", ChangeCase<model::ToUpper>, 2, kAnyCount},
};

}  // namespace

std::span<const TransformFunction> LabelTextFunctions() {
  return kFunctions;
}

}  // namespace sb::metricsql
