// SPDX-License-Identifier: Apache-2.0
#include "alert/rules/unit_test_compare.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

#include "alert/rules/alerting_rule.h"
#include "config/duration.h"
#include "model/histogram_math.h"
#include "model/label_name.h"
#include "query/promql/label_text.h"
#include "query/promql/parser.h"
#include "query/promql/series_notation.h"

namespace sb::rules {
namespace {

struct AlertText {
  std::string labels;
  std::string annotations;
  friend auto operator<=>(const AlertText&, const AlertText&) = default;
};

std::string LabelsText(const LabelMap& labels) {
  std::string text = "{";
  for (const auto& [name, value] : labels) {
    if (value.empty()) {
      continue;
    }
    text += fmt::format("{}{}={}", text.size() > 1 ? ", " : "", name, model::QuoteString(value));
  }
  return text + "}";
}

std::string ListText(const std::vector<AlertText>& alerts) {
  if (alerts.empty()) {
    return "[]";
  }
  std::string text = "[";
  for (size_t i = 0; i < alerts.size(); ++i) {
    text +=
        fmt::format("{}\n            {}:\n              Labels:{}\n              Annotations:{}",
                    i > 0 ? "," : "", i, alerts[i].labels, alerts[i].annotations);
  }
  return text + "\n            ]";
}

std::string NameLine(const std::string& test_name) {
  return test_name.empty() ? "" : fmt::format("    name: {},\n", test_name);
}

// One sample in the form in which both sides are compared and shown.
struct SampleText {
  std::string labels;
  double value = 0;
  std::string histogram;
};

std::string Scientific(double value) {
  if (std::isnan(value)) {
    return "NaN";
  }
  if (std::isinf(value)) {
    return value > 0 ? "+Inf" : "-Inf";
  }
  // The fewest digits that read back, in exponent form.
  for (int digits = 0; digits < 17; ++digits) {
    const std::string text = fmt::format("{:.{}E}", value, digits);
    double back = 0;
    std::from_chars(text.data(), text.data() + text.size(), back);
    if (back == value) {
      return text;
    }
  }
  return fmt::format("{:.17E}", value);
}

std::string ListText(const std::vector<SampleText>& samples) {
  if (samples.empty()) {
    return "nil";
  }
  std::string text;
  for (const SampleText& sample : samples) {
    text += text.empty() ? "" : ", ";
    text += sample.labels + " " +
            (sample.histogram.empty() ? Scientific(sample.value) : sample.histogram);
  }
  return text;
}

bool SameFloat(double a, double b, FloatCompare compare) {
  if (a == b || compare == FloatCompare::kExact) {
    return a == b;
  }
  return std::nextafter(a, b) == b;
}

bool SameSamples(const std::vector<SampleText>& a, const std::vector<SampleText>& b,
                 FloatCompare compare) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [compare](const SampleText& x, const SampleText& y) {
                      return x.labels == y.labels && x.histogram == y.histogram &&
                             (!x.histogram.empty() || SameFloat(x.value, y.value, compare));
                    });
}

base::Result<std::string> ReadHistogram(const std::string& text) {
  SB_ASSIGN_OR_RETURN(const auto values, promql::ParseSequence(text, nullptr));
  if (values.size() != 1 || values[0].histogram == nullptr) {
    return base::InvalidArgument("expected exactly one histogram: " + text);
  }
  return HistogramText(*values[0].histogram);
}

using Labelled = std::vector<std::pair<model::LabelSet, SampleText>>;

std::vector<SampleText> Sorted(Labelled samples) {
  std::stable_sort(samples.begin(), samples.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<SampleText> sorted;
  for (auto& [labels, sample] : samples) {
    sample.labels = promql::LabelText(labels);
    sorted.push_back(std::move(sample));
  }
  return sorted;
}

base::Result<std::vector<SampleText>> ReadExpected(const PromqlCase& expected) {
  Labelled samples;
  for (const ExpectedSample& sample : expected.exp_samples) {
    SampleText text;
    text.value = sample.value;
    model::LabelSet labels;
    if (!sample.labels.empty()) {
      auto parsed = promql::ParseMetric(sample.labels);
      if (!parsed.ok()) {
        return parsed.status().WithPrefix("labels " + model::QuoteString(sample.labels));
      }
      labels = *parsed;
    }
    if (!sample.histogram.empty()) {
      auto histogram = ReadHistogram(sample.histogram);
      if (!histogram.ok()) {
        return histogram.status().WithPrefix("histogram " + model::QuoteString(sample.histogram));
      }
      text.histogram = *histogram;
    }
    samples.emplace_back(std::move(labels), std::move(text));
  }
  return Sorted(std::move(samples));
}

// The buckets of one side from the first to the last one, holes as zeros.
void AppendBuckets(const std::vector<model::HistogramSpan>& spans,
                   const std::vector<double>& buckets, const char* offset_key, const char* key,
                   std::string* text) {
  if (buckets.empty()) {
    return;
  }
  if (spans.front().offset != 0) {
    *text += fmt::format(" {}:{}", offset_key, spans.front().offset);
  }
  *text += fmt::format(" {}:[", key);
  size_t bucket = 0;
  for (size_t i = 0; i < spans.size(); ++i) {
    for (int32_t hole = 0; i > 0 && hole < spans[i].offset; ++hole) {
      *text += " 0";
    }
    for (uint32_t j = 0; j < spans[i].length; ++j, ++bucket) {
      *text += fmt::format("{}{}", bucket > 0 ? " " : "", buckets[bucket]);
    }
  }
  *text += "]";
}

}  // namespace

std::string HistogramText(const model::Histogram& histogram) {
  model::Histogram h = histogram;
  model::Compact(&h);
  std::string text;
  const auto add = [&text](const char* key, double value) {
    if (value != 0) {
      text += fmt::format(" {}:{}", key, value);
    }
  };
  if (h.schema != 0) {
    text += fmt::format(" schema:{}", h.schema);
  }
  add("count", h.count);
  add("sum", h.sum);
  add("z_bucket", h.zero_count);
  add("z_bucket_w", h.zero_threshold);
  if (!h.custom_values.empty()) {
    text += fmt::format(" custom_values:[{}]", fmt::join(h.custom_values, " "));
  }
  static constexpr const char* kHints[] = {"", "reset", "not_reset", "gauge"};
  if (const char* hint = kHints[static_cast<size_t>(h.counter_reset_hint)]; *hint != '\0') {
    text += fmt::format(" counter_reset_hint:{}", hint);
  }
  AppendBuckets(h.positive_spans, h.positive_buckets, "offset", "buckets", &text);
  AppendBuckets(h.negative_spans, h.negative_buckets, "n_offset", "n_buckets", &text);
  return "{{" + (text.empty() ? text : text.substr(1)) + "}}";
}

std::string CompareAlerts(const AlertCase& expected, const std::string& test_name,
                          const std::vector<AlertView>& firing) {
  std::vector<AlertText> want;
  for (const ExpectedAlert& alert : expected.exp_alerts) {
    LabelMap labels = alert.exp_labels;
    labels[std::string(kAlertName)] = expected.alertname;
    want.push_back({LabelsText(labels), LabelsText(alert.exp_annotations)});
  }
  std::vector<AlertText> got;
  for (const AlertView& alert : firing) {
    const LabelMap annotations(alert.annotations.begin(), alert.annotations.end());
    got.push_back({promql::LabelText(alert.labels), LabelsText(annotations)});
  }
  std::sort(want.begin(), want.end());
  std::sort(got.begin(), got.end());
  if (want == got) {
    return "";
  }
  return fmt::format("{}    alertname: {}, time: {}, \n        exp:{}, \n        got:{}",
                     NameLine(test_name), expected.alertname,
                     config::FormatDuration(expected.eval_time), ListText(want), ListText(got));
}

std::string CompareSamples(const PromqlCase& expected, const std::string& test_name,
                           const query::InstantVector& got, FloatCompare compare) {
  const std::string head =
      fmt::format("{}    expr: {}, time: {},", NameLine(test_name),
                  model::QuoteString(expected.expr), config::FormatDuration(expected.eval_time));
  const auto want = ReadExpected(expected);
  if (!want.ok()) {
    return fmt::format("{} err: {}", head, want.status().message());
  }
  Labelled rows;
  for (const query::VectorElement& row : got) {
    SampleText text;
    text.value = row.value;
    text.histogram = row.histogram != nullptr ? HistogramText(*row.histogram) : "";
    rows.emplace_back(row.labels, std::move(text));
  }
  const std::vector<SampleText> have = Sorted(std::move(rows));
  if (SameSamples(*want, have, compare)) {
    return "";
  }
  return fmt::format("{}\n        exp: {}\n        got: {}", head, ListText(*want), ListText(have));
}

}  // namespace sb::rules
