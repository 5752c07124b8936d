// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>

#include "alert/rules/unit_test_runner.h"

namespace sb::rules {
namespace {

std::string Escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&#34;";
        break;
      case '\n':
        out += "&#xA;";
        break;
      default:
        out.push_back(c);
    }
  }
  return out;
}

}  // namespace

std::string JunitXml(const std::vector<UnitTestReport>& reports) {
  std::string xml = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n";
  for (const UnitTestReport& report : reports) {
    const auto failures = std::count_if(report.outcomes.begin(), report.outcomes.end(),
                                        [](const UnitTestOutcome& o) { return !o.errors.empty(); });
    xml += fmt::format("<testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"0\">\n",
                       Escaped(report.file), report.outcomes.size(), failures);
    for (const UnitTestOutcome& outcome : report.outcomes) {
      xml += fmt::format("<testcase name=\"{}\">\n", Escaped(outcome.name));
      for (const std::string& error : outcome.errors) {
        xml += fmt::format("<failure message=\"{}\"></failure>\n", Escaped(error));
      }
      xml += "</testcase>\n";
    }
    xml += "</testsuite>\n";
  }
  return xml + "</testsuites>\n";
}

}  // namespace sb::rules
