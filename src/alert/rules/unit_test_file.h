// SPDX-License-Identifier: Apache-2.0
//
// The files of `promtool test rules`: which rule files, which series, what is expected when.
//
// kInvalidArgument lists everything that is wrong, with file, line and column. Source:
// https://prometheus.io/docs/prometheus/latest/configuration/unit_testing_rules/
// Threads: values; a pure function.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "alert/rules/rule_file.h"
#include "base/status.h"
#include "base/time.h"
#include "config/option_table.h"

namespace sb::rules {

struct ExpectedSample {
  std::string labels;
  double value = 0;
  std::string histogram;
};

struct PromqlCase {
  std::string expr;
  base::DurationMs eval_time{0};
  std::vector<ExpectedSample> exp_samples;
};

struct ExpectedAlert {
  LabelMap exp_labels;
  LabelMap exp_annotations;
};

struct AlertCase {
  base::DurationMs eval_time{0};
  std::string alertname;
  std::vector<ExpectedAlert> exp_alerts;
};

struct InputSeries {
  std::string series;
  std::string values;
};

struct TestGroup {
  std::string name;
  base::DurationMs interval{0};  // 0: the file's evaluation interval
  std::string start_timestamp;   // Unix seconds or RFC 3339
  std::vector<InputSeries> input_series;
  LabelMap external_labels;
  std::string external_url;
  std::vector<AlertCase> alert_rule_test;
  std::vector<PromqlCase> promql_expr_test;
};

struct UnitTestFile {
  std::vector<std::string> rule_files;
  base::DurationMs evaluation_interval{60'000};
  bool fuzzy_compare = false;
  std::vector<std::string> group_eval_order;
  std::vector<TestGroup> tests;
};

const config::OptionTable<ExpectedSample>& OptionsOf(const ExpectedSample*);
const config::OptionTable<PromqlCase>& OptionsOf(const PromqlCase*);
const config::OptionTable<ExpectedAlert>& OptionsOf(const ExpectedAlert*);
const config::OptionTable<AlertCase>& OptionsOf(const AlertCase*);
const config::OptionTable<InputSeries>& OptionsOf(const InputSeries*);
const config::OptionTable<TestGroup>& OptionsOf(const TestGroup*);
const config::OptionTable<UnitTestFile>& OptionsOf(const UnitTestFile*);

base::Result<UnitTestFile> ParseUnitTestFile(std::string_view text, const std::string& path);

}  // namespace sb::rules
