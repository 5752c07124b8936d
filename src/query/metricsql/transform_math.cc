// SPDX-License-Identifier: Apache-2.0
//
// Functions of each number on its own.
#include <algorithm>
#include <cmath>
#include <numbers>

#include "query/metricsql/ast.h"
#include "query/metricsql/function_kind.h"

namespace sb::metricsql {
namespace {

using Answer = base::Result<RowSet>;

template <double (*Fn)(double)>
Answer Each(const TransformArgs& args) {
  SB_ASSIGN_OR_RETURN(RowSet rows, args.Rows(0));
  for (Row& row : rows.rows) {
    for (double& v : row.values) {
      v = Fn(v);
    }
  }
  return rows;
}

double Abs(double v) {
  return std::fabs(v);
}
double Ceil(double v) {
  return std::ceil(v);
}
double Floor(double v) {
  return std::floor(v);
}
double Exp(double v) {
  return std::exp(v);
}
double Ln(double v) {
  return std::log(v);
}
double Log2(double v) {
  return std::log2(v);
}
double Log10(double v) {
  return std::log10(v);
}
double Sqrt(double v) {
  return std::sqrt(v);
}
double Sign(double v) {
  return v > 0 ? 1 : v < 0 ? -1 : v;
}
double Sin(double v) {
  return std::sin(v);
}
double Cos(double v) {
  return std::cos(v);
}
double Tan(double v) {
  return std::tan(v);
}
double Asin(double v) {
  return std::asin(v);
}
double Acos(double v) {
  return std::acos(v);
}
double Atan(double v) {
  return std::atan(v);
}
double Sinh(double v) {
  return std::sinh(v);
}
double Cosh(double v) {
  return std::cosh(v);
}
double Tanh(double v) {
  return std::tanh(v);
}
double Asinh(double v) {
  return std::asinh(v);
}
double Acosh(double v) {
  return std::acosh(v);
}
double Atanh(double v) {
  return std::atanh(v);
}
double Degrees(double v) {
  return v * 180 / std::numbers::pi;
}
double Radians(double v) {
  return v * std::numbers::pi / 180;
}

// Calls fn(value, second argument at the step).
template <typename Fn>
Answer EachWith(const TransformArgs& args, double otherwise, Fn fn) {
  SB_ASSIGN_OR_RETURN(RowSet rows, args.Rows(0));
  SB_ASSIGN_OR_RETURN(const Values second, args.ScalarOr(1, otherwise));
  for (Row& row : rows.rows) {
    for (size_t i = 0; i < row.values.size(); ++i) {
      row.values[i] = fn(row.values[i], second[i]);
    }
  }
  return rows;
}

Answer ClampMin(const TransformArgs& args) {
  return EachWith(args, kNan, [](double v, double low) { return v < low ? low : v; });
}
Answer ClampMax(const TransformArgs& args) {
  return EachWith(args, kNan, [](double v, double high) { return v > high ? high : v; });
}
Answer Clamp(const TransformArgs& args) {
  SB_ASSIGN_OR_RETURN(RowSet rows, args.Rows(0));
  SB_ASSIGN_OR_RETURN(const Values low, args.Scalar(1));
  SB_ASSIGN_OR_RETURN(const Values high, args.Scalar(2));
  for (Row& row : rows.rows) {
    for (size_t i = 0; i < row.values.size(); ++i) {
      double& v = row.values[i];
      v = v > high[i] ? high[i] : v < low[i] ? low[i] : v;
    }
  }
  return rows;
}

// To multiples of the second argument; decimal ones come out with their own digits.
Answer Round(const TransformArgs& args) {
  return EachWith(args, 1, [](double v, double nearest) {
    double p10 = 1;
    for (int i = 0; i < 17 && std::fabs(nearest * p10 - std::round(nearest * p10)) > 1e-9; ++i) {
      p10 *= 10;
    }
    v += 0.5 * std::copysign(nearest, v);
    v -= std::fmod(v, nearest);
    return std::trunc(v * p10) / p10;
  });
}

template <typename Fn>
Answer Bits(const TransformArgs& args, Fn fn) {
  return EachWith(args, 0, [&](double v, double mask) {
    return std::isnan(v) || std::isnan(mask)
               ? kNan
               : static_cast<double>(fn(static_cast<uint64_t>(v), static_cast<uint64_t>(mask)));
  });
}
Answer BitmapAnd(const TransformArgs& args) {
  return Bits(args, [](uint64_t a, uint64_t b) { return a & b; });
}
Answer BitmapOr(const TransformArgs& args) {
  return Bits(args, [](uint64_t a, uint64_t b) { return a | b; });
}
Answer BitmapXor(const TransformArgs& args) {
  return Bits(args, [](uint64_t a, uint64_t b) { return a ^ b; });
}

RowSet OneRow(Values values) {
  RowSet out;
  out.rows.push_back({model::LabelSet(), std::move(values)});
  return out;
}

Answer Pi(const TransformArgs& args) {
  return OneRow(Values(args.grid.count, std::numbers::pi));
}

// A number as series, and the other way round.
Answer Vector(const TransformArgs& args) {
  return args.Rows(0);
}
Answer Scalar(const TransformArgs& args) {
  SB_ASSIGN_OR_RETURN(RowSet rows, args.Rows(0));
  rows.DropEmpty();
  return rows.rows.size() == 1 ? OneRow(std::move(rows.rows[0].values))
                               : OneRow(Values(args.grid.count, kNan));
}

Answer Absent(const TransformArgs& args) {
  SB_ASSIGN_OR_RETURN(const RowSet rows, args.Rows(0));
  Values out(args.grid.count, 1);
  for (const Row& row : rows.rows) {
    for (size_t i = 0; i < out.size(); ++i) {
      out[i] = std::isnan(row.values[i]) ? out[i] : kNan;
    }
  }
  RowSet set = OneRow(std::move(out));
  const auto* selector = args.call.args[0]->As<SelectorExpr>();
  if (selector != nullptr && selector->alternatives.size() == 1) {
    model::LabelSetBuilder labels;
    for (const model::Matcher& matcher : selector->alternatives[0]) {
      if (matcher.type() == model::MatchType::kEqual && matcher.name() != model::kMetricName) {
        labels.Set(matcher.name(), matcher.value());
      }
    }
    set.rows[0].labels = labels.Build();
  }
  return set;
}

constexpr TransformFunction kFunctions[] = {
    {"abs", Each<Abs>, 1, 1, false},
    {"absent", Absent},
    {"acos", Each<Acos>, 1, 1, false},
    {"acosh", Each<Acosh>, 1, 1, false},
    {"asin", Each<Asin>, 1, 1, false},
    {"asinh", Each<Asinh>, 1, 1, false},
    {"atan", Each<Atan>, 1, 1, false},
    {"atanh", Each<Atanh>, 1, 1, false},
    {"bitmap_and", BitmapAnd, 2, 2, false},
    {"bitmap_or", BitmapOr, 2, 2, false},
    {"bitmap_xor", BitmapXor, 2, 2, false},
    {"ceil", Each<Ceil>},
    {"clamp", Clamp, 3, 3},
    {"clamp_max", ClampMax, 2, 2},
    {"clamp_min", ClampMin, 2, 2},
    {"cos", Each<Cos>, 1, 1, false},
    {"cosh", Each<Cosh>, 1, 1, false},
    {"deg", Each<Degrees>, 1, 1, false},
    {"exp", Each<Exp>, 1, 1, false},
    {"floor", Each<Floor>},
    {"ln", Each<Ln>, 1, 1, false},
    {"log10", Each<Log10>, 1, 1, false},
    {"log2", Each<Log2>, 1, 1, false},
    {"pi", Pi, 0, 0},
    {"rad", Each<Radians>, 1, 1, false},
    {"round", Round, 1, 2},
    {"scalar", Scalar},
    {"sgn", Each<Sign>, 1, 1, false},
    {"sin", Each<Sin>, 1, 1, false},
    {"sinh", Each<Sinh>, 1, 1, false},
    {"sqrt", Each<Sqrt>, 1, 1, false},
    {"tan", Each<Tan>, 1, 1, false},
    {"tanh", Each<Tanh>, 1, 1, false},
    {"vector", Vector},
};

}  // namespace

std::span<const TransformFunction> MathFunctions() {
  return kFunctions;
}

}  // namespace sb::metricsql
