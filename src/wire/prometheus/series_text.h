// SPDX-License-Identifier: Apache-2.0
//
// SeriesText reads the text form of a series, `name{a="b"}` or `{"utf-8.name",a="b"}`, into labels.
// It is shared by the two text formats, which differ in what they allow between tokens.
//
// Labels are views into the text; only what is escaped, and what is normalised, is copied into
// buffers of the SeriesText, which hold until the next Read().
//
// Errors: kInvalidArgument with the reference's wording, without a line number.
#pragma once

#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "model/sample.h"

namespace sb::wire {

enum class TextDialect : uint8_t {
  kPrometheus,  // blanks between tokens, newlines within label values
  kOpenMetrics  // neither
};

class SeriesText {
 public:
  explicit SeriesText(TextDialect dialect) : dialect_(dialect) {}

  // Labels sorted by name, `__name__` first among them if it is. `type` is the family's, for the
  // normalisation of `le` and `quantile`.
  base::Status Read(std::string_view series, model::MetricType type,
                    std::vector<model::Label>* labels);
  // `{a="b"}` of an exemplar: no metric name.
  base::Status ReadExemplarLabels(std::string_view braces, std::vector<model::Label>* labels);

 private:
  struct Cursor {
    std::string_view text;
    size_t at = 0;
    bool named = false;  // the metric name was read
    bool done() const { return at >= text.size(); }
    char peek() const { return done() ? '\0' : text[at]; }
  };
  struct Name {
    std::string_view text;
    bool quoted = false;
  };

  base::Status ReadBraces(Cursor* in, bool is_exemplar, model::MetricType type,
                          std::vector<model::Label>* labels);
  base::Status ReadValue(Cursor* in, std::string_view name, model::MetricType type,
                         std::string_view* value);
  base::Status ReadQuoted(Cursor* in, const char* expected, std::string_view* raw);
  base::Status ReadLabelName(Cursor* in, Name* name);
  base::Status SetMetricName(Cursor* in, std::string_view name, std::vector<model::Label>* labels);
  void SkipBlanks(Cursor* in) const;
  std::string_view Unescape(std::string_view raw);
  std::string_view Normalize(model::MetricType type, std::string_view name, std::string_view value);
  base::Status Unexpected(const char* expected, const Cursor& in) const;

  const TextDialect dialect_;
  std::deque<std::string> copies_;  // a deque: growing it leaves the views valid
  size_t copies_used_ = 0;
};

// `raw` without its escapes: `\\`, `\n` and, if `quotes`, `\"`; other backslashes stay.
void AppendUnescaped(std::string_view raw, bool quotes, std::string* out);

}  // namespace sb::wire
