// SPDX-License-Identifier: Apache-2.0
//
// What a rule unit test expects against what came out, as text. Private to this module.
#pragma once

#include <string>
#include <vector>

#include "alert/rules/rule_view.h"
#include "alert/rules/unit_test_file.h"
#include "base/status.h"
#include "query/engine/result.h"

namespace sb::rules {

// "" when the alerts are as expected.
std::string CompareAlerts(const AlertCase& expected, const std::string& test_name,
                          const std::vector<AlertView>& firing);

enum class FloatCompare : uint8_t { kExact, kFuzzy };
// "" when the samples are as expected.
std::string CompareSamples(const PromqlCase& expected, const std::string& test_name,
                           const query::InstantVector& got, FloatCompare compare);

// {{schema:1 count:3 …}}: equal histograms have equal text.
std::string HistogramText(const model::Histogram& histogram);

}  // namespace sb::rules
