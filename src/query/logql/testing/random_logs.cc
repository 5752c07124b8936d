// SPDX-License-Identifier: Apache-2.0
#include "query/logql/testing/random_logs.h"

#include <fmt/format.h>

#include "store/interface/event_schema.h"

namespace sb::logql {
namespace {

constexpr int64_t kSecond = 1'000'000'000;

}  // namespace

std::string LogRow::Identity() const {
  std::string text = std::to_string(time_ns);
  for (const auto& [name, value] : stream) {
    text.append(" ").append(name).append("=").append(value);
  }
  return text + " " + line;
}

std::string RandomLogs::Line() {
  const std::string level = One("info", "warn", "error", "ERROR", "");
  const std::string took =
      Below(12) == 0 ? One("soon", "", "1e3", "-5") : std::to_string(Below(1000));
  const int user = Below(4);
  const int n = made_++;
  switch (Below(6)) {
    case 0:
    case 1:
      return fmt::format(R"({{"level":"{}","took":{},"user":"u{}","msg":"m \u0065{}"}})", level,
                         took.empty() || took == "soon" ? "null" : took, user, n);
    case 2:
      return fmt::format(
          R"({{"level":"{}","http":{{"status":{},"path":"/a/{}"}},"d":"{}ms","ip":"10.0.{}.7",)"
          R"("n":{}}})",
          level, One("200", "404", "503"), user, Below(3000), user, n);
    case 3:
      return fmt::format(R"({{"level":"{}","user":"u{}","n":{}, broken)", level, user, n);
    default:
      return fmt::format(R"(level={} took={} user=u{} size={}KB q="a \"{}\" b" n={})", level, took,
                         user, Below(100), One("x", "y z", "error"), n);
  }
}

std::vector<LogRow> RandomLogs::Rows(int count, int64_t start_ns, int seconds) {
  std::vector<LogRow> rows;
  for (int i = 0; i < count; ++i) {
    LogRow row;
    row.stream = {{"app", One("a", "b", "c")}, {"env", One("prod", "dev")}};
    if (Below(8) == 0) {
      row.stream.emplace_back("zone", One("eu", "us"));
    }
    if (Below(2) == 0) {
      row.metadata.emplace_back("level", One("info", "warn", "error"));
    }
    if (Below(4) == 0) {
      row.metadata.emplace_back("env", "shadowed");  // clashes with the stream's
    }
    if (Below(3) == 0) {
      row.metadata.emplace_back("code", One("7", "42", "4e1", "none"));
    }
    row.time_ns = start_ns + Below(seconds) * kSecond + Below(3) * 500'000'000;
    row.line = Line();
    rows.push_back(std::move(row));
  }
  return rows;
}

std::string RandomLogs::FirstFilters() {
  std::string out;
  for (int n = Below(4); n > 0; --n) {
    out += " " + One(R"(|= "error")", R"(!= "user=u1")", R"(|~ "took.{1,3}[5-9]")",
                     R"x(|~ "(?i)LEVEL=(info|warn)")x", R"(|= "u1" or "u2")", R"(!~ "u[03]")",
                     R"(| env="prod")", R"(| level="error")", R"(| level=~"warn|error")",
                     R"(| level=~"er.*")", R"(| app!="a" or level="info")",
                     R"(|> "level=<_> took=<_> user=<_> size=<_>")", R"(|= "")", R"(|~ "^.level")",
                     R"(!> "<_>user=u2<_>")", R"(| zone="")", R"(| zone!="eu")", R"(| level="")",
                     "| code > 7", R"(| code=~"4.*" or zone="us")", R"(| code!~"7|42")",
                     R"x(|= ip("10.0.0.0/23"))x", R"x(|~ "status...?(200|503)")x", "| code <= 42");
  }
  return out;
}

std::string RandomLogs::LaterStages() {
  std::string out;
  for (int n = Below(4); n > 0; --n) {
    out +=
        " " + One(R"(| level="error")", R"(| user="u1" or took > 500)", "| took >= 250",
                  R"(| user=~"u[12]")", R"(| level!="info")", R"(| env_extracted="shadowed")",
                  "| drop user", "| label_format lvl=level", R"(| label_format who="{{.user}}!")",
                  R"(|= "error")", "| keep app, level", R"(| http_status >= 404)",
                  R"(| http_path="/a/1")", "| d > 1s", "| size < 50KB", R"(| msg=~"m e.*")",
                  R"(| line_format "{{.level}}-{{.user}}")", R"(|= "u1")",
                  R"(| level_extracted="error")", R"x(| ip=ip("10.0.2.0/24"))x", "| decolorize",
                  R"(| drop level="info")", R"(| level=~"(?i)error" and user!="u0")",
                  R"(| label_format level=`{{ToUpper .level}}` | level="ERROR")");
  }
  return out;
}

std::string RandomLogs::Stages() {
  return FirstFilters() +
         One("", "", " | json", " | logfmt", " | json | logfmt",
             R"( | regexp `level=(?P<level>\w+)`)", " | pattern `<_>took=<took> <_>`",
             R"( | json status="http.status", user)", " | logfmt --strict", " | logfmt took, user",
             R"( | json took="took", level="level")", R"( | json l="level", h="http.path", n="n")",
             R"( | json took="n" | json http="http")", R"( | logfmt level="level", took="size")",
             R"( | pattern `{"level":"<level>",<_>took":<took>,<_>`)",
             R"( | pattern `<_> took=<took> user=<user> <_>`)",
             R"( | pattern `<_>":"<level>","<_>":<took>,<rest>`)", " | unpack") +
         LaterStages() + R"( | __error__="")";
}

std::string RandomLogs::Selector() {
  return One(R"({app=~".+"})", R"({app="a"})", R"({env!="x", app=~"a|b"})",
             R"({app!="c", env="dev"})", R"({app=~".+", zone=""})", R"({zone=~"eu|us"})");
}

std::string RandomLogs::Metric() {
  const std::string range = One("[30s]", "[1m]", "[90s] offset 30s", "[10s]", "[5m] offset -1m");
  const std::string log = Selector() + Stages();
  std::string expr;
  if (Below(2) == 0) {
    expr = fmt::format("{}({} {})", One("count_over_time", "rate", "bytes_over_time", "bytes_rate"),
                       log, range);
  } else {
    const std::string op =
        One("sum_over_time", "avg_over_time", "min_over_time", "max_over_time",
            "quantile_over_time", "stdvar_over_time", "first_over_time", "last_over_time");
    const std::string by =
        op == "sum_over_time" ? "" : One("", " by (level)", " without (user, msg, n)", " by ()");
    expr = fmt::format(R"({}({}{} | unwrap took | __error__="" {}){})", op,
                       op == "quantile_over_time" ? "0.9, " : "", log, range, by);
  }
  const std::string outer = One("", "sum by (level)", "sum by (app, level)", "sum",
                                "sum by (env_extracted)", "max by (app)", "count", "sum by (zone)");
  return outer.empty() ? expr : fmt::format("{}({})", outer, expr);
}

store::EventBatch BatchOf(const std::vector<LogRow>& rows) {
  store::EventBatch batch;
  for (const LogRow& row : rows) {
    store::EventStreamBuilder labels;
    for (const auto& [name, value] : row.stream) {
      labels.Add(name, store::EventValue::Text(value));
    }
    batch.AddRow(batch.AddStream(labels.Build()), row.time_ns);
    batch.Set(store::kLineColumn, store::EventValue::Text(row.line));
    for (const auto& [name, value] : row.metadata) {
      batch.Set(std::string(store::kMetadataPrefix) + name, store::EventValue::Text(value));
    }
  }
  return batch;
}

}  // namespace sb::logql
