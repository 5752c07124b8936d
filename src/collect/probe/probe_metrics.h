// SPDX-License-Identifier: Apache-2.0
//
// ProbeMetrics are the gauges of one probe, printed as the text exposition format has them: by
// name, then by labels. ProbeLog is what `debug=true` shows besides.
//
//   metrics.Set("probe_success", "Displays whether or not the probe was a success", 1);
//   metrics.Add("probe_http_duration_seconds", help, 0.2, {{"phase", "tls"}});
//
// Threads: one thread at a time.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sb::probe {

class ProbeMetrics {
 public:
  using Labels = std::vector<std::pair<std::string, std::string>>;  // by name

  void Set(std::string_view name, std::string_view help, double value, const Labels& labels = {}) {
    *Find(name, help, labels) = value;
  }
  void Add(std::string_view name, std::string_view help, double value, const Labels& labels = {}) {
    *Find(name, help, labels) += value;
  }
  std::string ToText() const;

 private:
  struct Family {
    std::string help;
    std::map<std::string, double> values;  // by labels as printed
  };
  double* Find(std::string_view name, std::string_view help, const Labels& labels);

  std::map<std::string, Family, std::less<>> families_;
};

class ProbeLog {
 public:
  // Kept up to a limit; never holds secrets.
  void Add(std::string_view level, std::string_view message);
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

}  // namespace sb::probe
