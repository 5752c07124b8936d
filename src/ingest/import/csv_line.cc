// SPDX-License-Identifier: Apache-2.0
#include "ingest/import/csv_line.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "encoding/iso_time.h"
#include "wire/prometheus/float_text.h"

namespace sb::ingest {
namespace {

constexpr double kSecondsMax = 9e12;
constexpr int64_t kNsPerMs = 1'000'000;

// The text before the next `separator`, which is taken too.
std::string_view TakeUntil(std::string_view* text, char separator) {
  const std::string_view part = text->substr(0, text->find(separator));
  text->remove_prefix(std::min(part.size() + 1, text->size()));
  return part;
}

// A field in quotes, behind the first one; false if they are not closed.
bool TakeQuoted(std::string_view* line, std::string* field) {
  for (;;) {
    const size_t quote = line->find('"');
    if (quote == std::string_view::npos) {
      return false;
    }
    field->append(line->substr(0, quote));
    line->remove_prefix(quote + 1);
    if (!line->starts_with('"')) {
      return true;
    }
    field->push_back('"');
    line->remove_prefix(1);
  }
}

}  // namespace

bool SplitCsv(std::string_view line, std::vector<std::string>* fields) {
  fields->clear();
  for (;;) {
    std::string& field = fields->emplace_back();
    if (line.starts_with('"')) {
      line.remove_prefix(1);
      if (!TakeQuoted(&line, &field)) {
        return false;
      }
      if (!line.empty() && line.front() != ',') {
        return false;
      }
    } else {
      field = line.substr(0, line.find(','));
      line.remove_prefix(field.size());
    }
    if (line.empty()) {
      return true;
    }
    line.remove_prefix(1);
  }
}

base::Status CsvFormat::ParseColumn(std::string_view text, Column* column) {
  const auto fail = [whole = std::string(text)](const std::string& what) {
    return base::InvalidArgument("format: " + what + ": " + whole);
  };
  std::string_view rest = text;
  const std::string_view number = TakeUntil(&rest, ':');
  const std::string_view kind = TakeUntil(&rest, ':');
  const auto [end, error] =
      std::from_chars(number.data(), number.data() + number.size(), column->number);
  if (error != std::errc() || end != number.data() + number.size() || column->number == 0 ||
      column->number > kColumnsMax) {
    return fail("a column is NUMBER:KIND:NAME with a number from 1 to 1000");
  }
  column->name = rest;
  if (rest.empty()) {
    return fail("a column needs a name, or the form of its time");
  }
  if (kind == "metric" || kind == "label") {
    column->kind = kind == "metric" ? Kind::kMetric : Kind::kLabel;
    return base::OkStatus();
  }
  if (kind != "time") {
    return fail("the kind of a column is metric, label or time");
  }
  column->kind = Kind::kTime;
  constexpr std::pair<std::string_view, TimeForm> kForms[] = {{"unix_s", TimeForm::kSeconds},
                                                              {"unix_ms", TimeForm::kMilliseconds},
                                                              {"unix_ns", TimeForm::kNanoseconds},
                                                              {"rfc3339", TimeForm::kRfc3339}};
  for (const auto& [name, form] : kForms) {
    if (rest == name) {
      column->form = form;
      return base::OkStatus();
    }
  }
  return fail("a time is unix_s, unix_ms, unix_ns or rfc3339");
}

base::Result<CsvFormat> CsvFormat::Parse(std::string_view text) {
  CsvFormat format;
  int times = 0;
  int metrics = 0;
  while (!text.empty()) {
    Column column;
    SB_RETURN_IF_ERROR(ParseColumn(TakeUntil(&text, ','), &column));
    times += column.kind == Kind::kTime ? 1 : 0;
    metrics += column.kind == Kind::kMetric ? 1 : 0;
    format.columns_.push_back(std::move(column));
    if (format.columns_.size() > kColumnsMax) {
      return base::InvalidArgument("format: there may be 1000 columns");
    }
  }
  if (metrics == 0 || times > 1) {
    return base::InvalidArgument("format: needs a column of kind metric, and one of time at most");
  }
  return format;
}

base::Status CsvFormat::ReadTime(const std::string& text, TimeForm form, CsvSamples* samples) {
  const auto fail = [&text] {
    return base::InvalidArgument("a time that cannot be read: " + text);
  };
  int64_t number = 0;
  double seconds = 0;
  switch (form) {
    case TimeForm::kSeconds:
      if (!wire::ParseFloatText(text, &seconds) || !(std::fabs(seconds) <= kSecondsMax)) {
        return fail();
      }
      samples->time_ms = std::llround(seconds * 1000);
      break;
    case TimeForm::kMilliseconds:
      if (!wire::ParseInt64Text(text, &samples->time_ms)) {
        return fail();
      }
      break;
    case TimeForm::kNanoseconds:
    case TimeForm::kRfc3339:
      if (!(form == TimeForm::kNanoseconds ? wire::ParseInt64Text(text, &number)
                                           : encoding::ParseIsoTime(text, &number))) {
        return fail();
      }
      samples->time_ms = number / kNsPerMs - (number % kNsPerMs < 0 ? 1 : 0);
      break;
  }
  samples->has_time = true;
  return base::OkStatus();
}

base::Status CsvFormat::Read(std::string_view line, CsvSamples* samples) const {
  *samples = {};
  std::vector<std::string> fields;
  if (!SplitCsv(line, &fields)) {
    return base::InvalidArgument("quotes are not closed, or something stands behind them");
  }
  for (const Column& column : columns_) {
    if (column.number > fields.size()) {
      return base::InvalidArgument("there are " + std::to_string(fields.size()) +
                                   " columns, the format needs column " +
                                   std::to_string(column.number));
    }
    const std::string& field = fields[column.number - 1];
    if (column.kind == Kind::kLabel) {
      samples->labels.emplace_back(column.name, field);
    } else if (column.kind == Kind::kTime) {
      SB_RETURN_IF_ERROR(ReadTime(field, column.form, samples));
    } else if (!field.empty()) {
      double value = 0;
      if (!wire::ParseFloatText(field, &value)) {
        return base::InvalidArgument("the value of " + column.name + " must be a number: " + field);
      }
      samples->values.emplace_back(column.name, value);
    }
  }
  return base::OkStatus();
}

}  // namespace sb::ingest
