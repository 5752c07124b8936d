// SPDX-License-Identifier: Apache-2.0
//
// The oracle's function calls, but for those on histograms and info().
#include <re2/re2.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <cstdlib>
#include <map>

#include "query/promql/testing/oracle_evaluation.h"
#include "query/promql/walk.h"

namespace sb::promql::oracle {

using model::Matcher;
using model::MatchType;
using model::Sample;

Steps Evaluation::EvalCall(const Call& call, const Grid& grid) {
  for (size_t i = 0; i < call.args.size(); ++i) {
    if (call.args[i]->type() == ValueType::kMatrix) {
      return EvalRangeCall(call, i, grid);
    }
  }
  Steps out(grid.count);
  switch (call.function->id) {
    case FunctionId::kTimestamp:
    case FunctionId::kStartTimestamp:
      return EvalTimestamp(call, grid);
    case FunctionId::kAbsent: {
      const Steps steps = EvalVector(*call.args[0], grid);
      for (size_t i = 0; i < grid.count; ++i) {
        if (steps[i].empty()) {
          out[i].push_back({AbsentLabels(*call.args[0]), 1, nullptr});
        }
      }
      return out;
    }
    case FunctionId::kVector: {
      const std::vector<double> values = EvalScalar(*call.args[0], grid);
      for (size_t i = 0; i < grid.count; ++i) {
        out[i].push_back({model::LabelSet(), values[i], nullptr});
      }
      return out;
    }
    case FunctionId::kSort:
    case FunctionId::kSortDesc:
    case FunctionId::kSortByLabel:
    case FunctionId::kSortByLabelDesc:
      return EvalSort(call, grid);
    case FunctionId::kLabelReplace:
    case FunctionId::kLabelJoin:
      return EvalLabels(call, grid);
    case FunctionId::kHistogramQuantile:
    case FunctionId::kHistogramQuantiles:
    case FunctionId::kHistogramFraction:
      return EvalQuantiles(call, grid);
    case FunctionId::kInfo:
      return EvalInfo(call, grid);
    default:
      return EvalMapping(call, grid);
  }
}

model::LabelSet Evaluation::AbsentLabels(const Expr& arg) const {
  const Expr& inner = Unwrapped(arg);
  const auto* selector = TryAs<VectorSelector>(&inner);
  if (const auto* matrix = TryAs<MatrixSelector>(&inner)) {
    selector = matrix->selector.get();
  }
  model::LabelSetBuilder builder;
  std::set<std::string> equal;
  for (const Matcher& m : selector == nullptr ? std::vector<Matcher>() : selector->matchers) {
    if (m.name() == model::kMetricName) {
      continue;
    }
    const bool first = m.type() == MatchType::kEqual && equal.insert(m.name()).second;
    builder.Set(m.name(), first ? m.value() : "");
  }
  return builder.Build();
}

namespace {

// A hint speaks of the sample before, which may not be the point before.
void ForgetResetHints(RangeSteps* steps) {
  for (std::vector<Window>& windows : *steps) {
    for (Window& window : windows) {
      for (Sample& s : window.samples) {
        if (s.histogram != nullptr &&
            s.histogram->counter_reset_hint != model::CounterResetHint::kGauge) {
          model::Histogram h = *s.histogram;
          h.counter_reset_hint = model::CounterResetHint::kUnknown;
          s.histogram = std::make_shared<const model::Histogram>(std::move(h));
        }
      }
    }
  }
}

}  // namespace

Steps Evaluation::EvalRangeCall(const Call& call, size_t range_arg, const Grid& grid) {
  const Expr& arg = Unwrapped(*call.args[range_arg]);
  RangeSteps windows = EvalRange(arg, grid);
  if (arg.kind == ExprKind::kSubquery) {
    ForgetResetHints(&windows);
  }
  std::vector<std::vector<double>> scalars;
  for (size_t i = 0; i < call.args.size(); ++i) {
    if (i != range_arg) {
      scalars.push_back(EvalScalar(*call.args[i], grid));
    }
  }
  RangeArguments args;
  args.function = call.function->id;
  const auto* matrix = TryAs<MatrixSelector>(&arg);
  const auto* subquery = TryAs<SubqueryExpr>(&arg);
  args.range_ms = matrix != nullptr
                      ? Duration(matrix->range_ms, matrix->range_expr.get(), true)
                      : Duration(subquery->range_ms, subquery->range_expr.get(), true);
  const FunctionId id = args.function;
  const bool rates =
      id == FunctionId::kRate || id == FunctionId::kIncrease || id == FunctionId::kDelta;
  const bool transitions = id == FunctionId::kResets || id == FunctionId::kChanges;
  if (matrix != nullptr && !rates &&
      (matrix->selector->smoothed || (matrix->selector->anchored && !transitions))) {
    throw Failure{"a function that does not go with the extension of its selector"};
  }
  args.use_start_times =
      options_.use_start_timestamps && (id == FunctionId::kRate || id == FunctionId::kIncrease ||
                                        id == FunctionId::kIrate || id == FunctionId::kResets);
  Steps out(grid.count);
  for (size_t i = 0; i < grid.count; ++i) {
    args.scalars.clear();
    for (const std::vector<double>& values : scalars) {
      args.scalars.push_back(values[i]);
    }
    for (const Window& window : windows[i]) {
      Element e;
      e.labels = window.labels;
      e.drop_name = window.drop_name;
      e.row = window.row;
      if (!ApplyRangeFunction(args, window, &notes_, &e.value, &e.histogram)) {
        continue;
      }
      const std::string name = window.Name();
      const bool counter = name.ends_with("_total") || name.ends_with("_sum") ||
                           name.ends_with("_count") || name.ends_with("_bucket");
      if ((id == FunctionId::kRate || id == FunctionId::kIncrease) && !name.empty() && !counter &&
          e.histogram == nullptr) {
        notes_.Inform("might not be a counter " + name);
      }
      const bool keeps = id == FunctionId::kLastOverTime || id == FunctionId::kFirstOverTime;
      if (!keeps || window.drop_name) {
        DropName(&e);
      }
      out[i].push_back(std::move(e));
    }
  }
  if (id == FunctionId::kAbsentOverTime) {
    for (Vector& vector : out) {
      const bool absent = vector.empty();
      vector.clear();
      if (absent) {
        vector.push_back({AbsentLabels(arg), 1, nullptr});
      }
    }
    return out;
  }
  if (!options_.delayed_name_removal) {
    // Two series with the same labels may not even take turns.
    std::map<model::LabelSet, RowKey> owners;
    for (const Vector& vector : out) {
      for (const Element& e : vector) {
        if (owners.emplace(e.labels, e.row).first->second != e.row) {
          throw Failure{"same labels twice: " + e.labels.ToString()};
        }
      }
    }
  }
  OrderRows(&out, false);
  return out;
}

Steps Evaluation::EvalTimestamp(const Call& call, const Grid& grid) {
  const bool start = call.function->id == FunctionId::kStartTimestamp;
  const Expr& arg = Unwrapped(*call.args[0]);
  const auto* selector = TryAs<VectorSelector>(&arg);
  Steps out(grid.count);
  if (selector == nullptr) {
    out = EvalVector(arg, grid);
    for (size_t i = 0; i < grid.count; ++i) {
      for (Element& e : out[i]) {
        e.value = static_cast<double>(grid.At(i)) / 1000;
        e.histogram = nullptr;
      }
    }
  } else {
    Shift shift = ShiftOf(selector->time);
    shift.offset_ms = shift.at_ms.has_value() ? 0 : shift.offset_ms;  // as the reference has it
    for (size_t i = 0; i < grid.count; ++i) {
      out[i] = SelectAt(*selector, shift, grid.At(i));
      for (Element& e : out[i]) {
        const Sample* s = Newest(series_[e.row[0]], shift.From(grid.At(i)));
        e.value = static_cast<double>(start ? s->start_time_ms : s->time_ms) / 1000;
        e.histogram = nullptr;
      }
    }
  }
  if (start && (selector == nullptr || !options_.use_start_timestamps)) {
    return Steps(grid.count);
  }
  for (Vector& vector : out) {
    for (Element& e : vector) {
      DropName(&e);
    }
  }
  OrderRows(&out, !LateDuplicates(grid));
  return out;
}

// Functions that treat every element by itself and drop the name.
Steps Evaluation::EvalMapping(const Call& call, const Grid& grid) {
  const FunctionId id = call.function->id;
  Steps out(grid.count);
  if (call.args.empty()) {
    for (size_t i = 0; i < grid.count; ++i) {
      Element e;
      if (!ApplyDateFunction(id, static_cast<double>(grid.At(i) / 1000), &e.value)) {
        throw Failure{"unknown function"};
      }
      out[i].push_back(std::move(e));
    }
    return out;
  }
  const Steps input = EvalVector(*call.args[0], grid);
  std::vector<std::vector<double>> scalars;
  for (size_t a = 1; a < call.args.size(); ++a) {
    scalars.push_back(EvalScalar(*call.args[a], grid));
  }
  for (size_t i = 0; i < grid.count; ++i) {
    for (Element e : input[i]) {
      const double v = e.value;
      bool known = true;
      bool result = e.histogram == nullptr;
      switch (id) {
        case FunctionId::kClamp:
          e.value = GoMaximum(scalars[0][i], GoMinimum(scalars[1][i], v));
          result = result && !(scalars[1][i] < scalars[0][i]);
          break;
        case FunctionId::kClampMin:
          e.value = GoMaximum(scalars[0][i], v);
          break;
        case FunctionId::kClampMax:
          e.value = GoMinimum(scalars[0][i], v);
          break;
        case FunctionId::kRound: {
          const double inverse = 1.0 / (scalars.empty() ? 1.0 : scalars[0][i]);
          e.value = std::floor(v * inverse + 0.5) / inverse;
          break;
        }
        case FunctionId::kHistogramCount:
        case FunctionId::kHistogramSum:
        case FunctionId::kHistogramAvg:
        case FunctionId::kHistogramStdvar:
        case FunctionId::kHistogramStddev:
          result = e.histogram != nullptr;
          if (result) {
            const model::Histogram& h = *e.histogram;
            e.value = id == FunctionId::kHistogramCount    ? h.count
                      : id == FunctionId::kHistogramSum    ? h.sum
                      : id == FunctionId::kHistogramAvg    ? h.sum / h.count
                      : id == FunctionId::kHistogramStdvar ? VarianceOfNative(h)
                                                           : std::sqrt(VarianceOfNative(h));
          }
          break;
        default:
          known = ApplyFloatFunction(id, v, &e.value) || ApplyDateFunction(id, v, &e.value);
      }
      if (!known) {
        throw Failure{"unknown function"};
      }
      if (result) {
        e.histogram = nullptr;
        DropName(&e);
        out[i].push_back(std::move(e));
      }
    }
  }
  OrderRows(&out, !LateDuplicates(grid));
  return out;
}

namespace {

// Digits compare as numbers.
bool NaturallyBefore(const std::string& a, const std::string& b) {
  size_t i = 0;
  size_t j = 0;
  auto digit = [](char c) { return c >= '0' && c <= '9'; };
  auto chunk = [&](const std::string& text, size_t* at) {
    const size_t from = *at;
    while (*at < text.size() && digit(text[*at]) == digit(text[from])) {
      ++*at;
    }
    return text.substr(from, *at - from);
  };
  while (i < a.size() && j < b.size()) {
    std::string x = chunk(a, &i);
    std::string y = chunk(b, &j);
    if (digit(x[0]) && digit(y[0])) {
      x.erase(0, std::min(x.find_first_not_of('0'), x.size() - 1));
      y.erase(0, std::min(y.find_first_not_of('0'), y.size() - 1));
      if (x.size() != y.size()) {
        return x.size() < y.size();
      }
    }
    if (x != y) {
      return x < y;
    }
  }
  const bool a_ends = i == a.size();
  const bool b_ends = j == b.size();
  return a_ends != b_ends ? a_ends : a < b;
}

}  // namespace

Steps Evaluation::EvalSort(const Call& call, const Grid& grid) {
  const FunctionId id = call.function->id;
  const bool by_value = id == FunctionId::kSort || id == FunctionId::kSortDesc;
  const bool descending = id == FunctionId::kSortDesc || id == FunctionId::kSortByLabelDesc;
  Steps out = EvalVector(*call.args[0], grid);
  for (Vector& vector : out) {
    std::erase_if(vector, [&](const Element& e) { return by_value && e.histogram != nullptr; });
  }
  if (grid.count > 1) {
    notes_.Warn("sort in a range query");
    return out;
  }
  auto less = [&](const Element& a, const Element& b) {
    if (by_value) {
      if (std::isnan(a.value) || std::isnan(b.value)) {
        return !std::isnan(a.value);
      }
      return descending ? a.value > b.value : a.value < b.value;
    }
    const Element& x = descending ? b : a;
    const Element& y = descending ? a : b;
    for (size_t i = 1; i < call.args.size(); ++i) {
      const std::string& name = As<StringLiteral>(Unwrapped(*call.args[i])).value;
      if (x.labels.Get(name) != y.labels.Get(name)) {
        return NaturallyBefore(std::string(x.labels.Get(name)), std::string(y.labels.Get(name)));
      }
    }
    return x.labels < y.labels;
  };
  // Insertion, which is slow, obvious and stable.
  Vector sorted;
  for (const Element& e : out[0]) {
    auto at = sorted.end();
    while (at != sorted.begin() && less(e, *std::prev(at)) && !less(*std::prev(at), e)) {
      --at;
    }
    sorted.insert(at, e);
  }
  for (size_t i = 0; i < sorted.size(); ++i) {
    sorted[i].row = {i, 0, 0};
  }
  out[0] = std::move(sorted);
  return out;
}

namespace {

// `$1`, `${1}`, `$name` and `$$` in a replacement.
std::string Expand(const RE2& regex, const std::vector<re2::StringPiece>& groups,
                   const std::string& replacement) {
  std::string out;
  for (size_t i = 0; i < replacement.size(); ++i) {
    if (replacement[i] != '$') {
      out += replacement[i];
      continue;
    }
    if (i + 1 < replacement.size() && replacement[i + 1] == '$') {
      out += '$';
      ++i;
      continue;
    }
    const bool braces = i + 1 < replacement.size() && replacement[i + 1] == '{';
    size_t end = i + (braces ? 2 : 1);
    const size_t from = end;
    while (end < replacement.size() &&
           (std::isalnum(static_cast<unsigned char>(replacement[end])) != 0 ||
            replacement[end] == '_')) {
      ++end;
    }
    const std::string name = replacement.substr(from, end - from);
    if (name.empty() || (braces && (end == replacement.size() || replacement[end] != '}'))) {
      out += '$';
      continue;
    }
    i = braces ? end : end - 1;
    const bool number = name.find_first_not_of("0123456789") == std::string::npos &&
                        (name.size() == 1 || name[0] != '0');
    size_t group = groups.size();
    if (number) {
      group = static_cast<size_t>(std::strtoul(name.c_str(), nullptr, 10));
    } else if (regex.NamedCapturingGroups().count(name) > 0) {
      group = static_cast<size_t>(regex.NamedCapturingGroups().at(name));
    }
    if (group < groups.size()) {
      out.append(groups[group].data() == nullptr ? "" : groups[group].data(), groups[group].size());
    }
  }
  return out;
}

}  // namespace

Steps Evaluation::EvalLabels(const Call& call, const Grid& grid) {
  std::vector<std::string> text;
  for (size_t i = 1; i < call.args.size(); ++i) {
    text.push_back(As<StringLiteral>(Unwrapped(*call.args[i])).value);
  }
  const std::string& target = text[0];
  const bool replace = call.function->id == FunctionId::kLabelReplace;
  RE2::Options quiet;
  quiet.set_log_errors(false);
  const RE2 regex("^(?s:" + (replace ? text[3] : "") + ")$", quiet);
  if (!regex.ok() || target.empty() ||
      (!replace && std::find(text.begin() + 2, text.end(), "") != text.end())) {
    throw Failure{"invalid arguments"};
  }
  Steps out = EvalVector(*call.args[0], grid);
  for (Vector& vector : out) {
    for (Element& e : vector) {
      std::string value;
      if (replace) {
        const std::string source(e.labels.Get(text[2]));
        std::vector<re2::StringPiece> groups(static_cast<size_t>(regex.NumberOfCapturingGroups()) +
                                             1);
        if (!regex.Match(source, 0, source.size(), RE2::ANCHOR_BOTH, groups.data(),
                         static_cast<int>(groups.size()))) {
          continue;
        }
        value = Expand(regex, groups, text[1]);
      } else {
        for (size_t i = 2; i < text.size(); ++i) {
          value += (i > 2 ? text[1] : "") + std::string(e.labels.Get(text[i]));
        }
      }
      e.labels = model::LabelSetBuilder(e.labels).Set(target, value).Build();
      if (target == model::kMetricName) {
        e.drop_name = false;
      }
    }
  }
  OrderRows(&out, true);
  return out;
}

}  // namespace sb::promql::oracle
