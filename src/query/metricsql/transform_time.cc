// SPDX-License-Identifier: Apache-2.0
//
// Times of the query and parts of dates.
#include <chrono>

#include "query/metricsql/evaluator.h"
#include "query/metricsql/function_kind.h"
#include "template/time_zone.h"

namespace sb::metricsql {
namespace {

using Answer = base::Result<RowSet>;

RowSet Times(const Grid& grid) {
  RowSet out;
  Values values(grid.count);
  for (size_t i = 0; i < grid.count; ++i) {
    values[i] = static_cast<double>(grid.At(i)) / 1000;
  }
  out.rows.push_back({model::LabelSet(), std::move(values)});
  return out;
}

RowSet Constant(const Grid& grid, double value) {
  RowSet out;
  out.rows.push_back({model::LabelSet(), Values(grid.count, value)});
  return out;
}

Answer Time(const TransformArgs& args) {
  return Times(args.grid);
}
Answer Now(const TransformArgs& args) {
  const int64_t now_ms = args.evaluator.with().context.clock().NowMs().Value();
  return Constant(args.grid, static_cast<double>(now_ms) / 1000);
}
Answer Start(const TransformArgs& args) {
  return Constant(args.grid, static_cast<double>(args.grid.start_ms) / 1000);
}
Answer End(const TransformArgs& args) {
  return Constant(args.grid, static_cast<double>(args.grid.last_ms()) / 1000);
}
Answer Step(const TransformArgs& args) {
  return Constant(args.grid, static_cast<double>(args.grid.step_ms) / 1000);
}

struct Moment {
  std::chrono::year_month_day date;
  std::chrono::sys_days day;
  std::chrono::hh_mm_ss<std::chrono::seconds> time;
};

template <typename Fn>
Answer OfDate(const TransformArgs& args, Fn fn) {
  RowSet rows = Times(args.grid);
  if (args.size() > 0) {
    SB_ASSIGN_OR_RETURN(rows, args.Rows(0));
  }
  for (Row& row : rows.rows) {
    for (double& v : row.values) {
      if (!(std::fabs(v) < 1e11)) {
        v = kNan;
        continue;
      }
      const std::chrono::sys_seconds at{std::chrono::seconds(static_cast<int64_t>(std::floor(v)))};
      const auto day = std::chrono::floor<std::chrono::days>(at);
      v = fn(Moment{std::chrono::year_month_day(day), day,
                    std::chrono::hh_mm_ss<std::chrono::seconds>(at - day)});
    }
  }
  return rows;
}

Answer Minute(const TransformArgs& args) {
  return OfDate(args,
                [](const Moment& m) { return static_cast<double>(m.time.minutes().count()); });
}
Answer Hour(const TransformArgs& args) {
  return OfDate(args, [](const Moment& m) { return static_cast<double>(m.time.hours().count()); });
}
Answer DayOfMonth(const TransformArgs& args) {
  return OfDate(args, [](const Moment& m) {
    return static_cast<double>(static_cast<unsigned>(m.date.day()));
  });
}
Answer DayOfWeek(const TransformArgs& args) {
  return OfDate(args, [](const Moment& m) {
    return static_cast<double>(std::chrono::weekday(m.day).c_encoding());
  });
}
Answer DayOfYear(const TransformArgs& args) {
  return OfDate(args, [](const Moment& m) {
    const std::chrono::sys_days first{m.date.year() / 1 / 1};
    return static_cast<double>((m.day - first).count() + 1);
  });
}
Answer DaysInMonth(const TransformArgs& args) {
  return OfDate(args, [](const Moment& m) {
    const std::chrono::year_month_day last{m.date.year() / m.date.month() / std::chrono::last};
    return static_cast<double>(static_cast<unsigned>(last.day()));
  });
}
Answer Month(const TransformArgs& args) {
  return OfDate(args, [](const Moment& m) {
    return static_cast<double>(static_cast<unsigned>(m.date.month()));
  });
}
Answer Year(const TransformArgs& args) {
  return OfDate(
      args, [](const Moment& m) { return static_cast<double>(static_cast<int>(m.date.year())); });
}

// Seconds east of Greenwich at each step.
Answer TimezoneOffset(const TransformArgs& args) {
  SB_ASSIGN_OR_RETURN(const std::string name, args.Text(0));
  std::shared_ptr<const gotemplate::TimeZone> zone = gotemplate::TimeZone::Utc();
  base::FileSystem* const files = args.evaluator.with().maybe_files;
  if (name != "UTC") {
    if (files == nullptr) {
      return args.Problem("unknown time zone \"" + name + "\"");
    }
    auto loaded = gotemplate::TimeZone::Load(*files, name);
    if (!loaded.ok()) {
      return args.Problem(loaded.status().message());
    }
    zone = *std::move(loaded);
  }
  RowSet out = Times(args.grid);
  for (double& v : out.rows[0].values) {
    v = zone->At(static_cast<int64_t>(std::floor(v))).seconds;
  }
  return out;
}

constexpr TransformFunction kFunctions[] = {
    {"day_of_month", DayOfMonth, 0, 1, false},
    {"day_of_week", DayOfWeek, 0, 1, false},
    {"day_of_year", DayOfYear, 0, 1, false},
    {"days_in_month", DaysInMonth, 0, 1, false},
    {"end", End, 0, 0},
    {"hour", Hour, 0, 1, false},
    {"minute", Minute, 0, 1, false},
    {"month", Month, 0, 1, false},
    {"now", Now, 0, 0},
    {"start", Start, 0, 0},
    {"step", Step, 0, 0},
    {"time", Time, 0, 0},
    {"timezone_offset", TimezoneOffset},
    {"year", Year, 0, 1, false},
};

}  // namespace

std::span<const TransformFunction> TimeFunctions() {
  return kFunctions;
}

}  // namespace sb::metricsql
