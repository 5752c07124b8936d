// SPDX-License-Identifier: Apache-2.0
//
// Lines of CSV as samples, by a description of the columns:
//
//   SB_ASSIGN_OR_RETURN(CsvFormat format,
//   CsvFormat::Parse("1:time:unix_s,2:label:host,3:metric:temp"));
//   SB_RETURN_IF_ERROR(format.Read("1700000000,web1,21.5", &samples));
//
// A column is NUMBER:metric:NAME, NUMBER:label:NAME or NUMBER:time:FORM, counted from 1; columns
// that are not named are passed over. Forms of time: unix_s, unix_ms, unix_ns, rfc3339. A line has
// a sample for each of its metric columns that is not empty; an empty label is left out. Fields may
// stand in double quotes, with "" for one of them.
//
// kInvalidArgument says what is wrong. Threads: Read() is const.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/status.h"

namespace sb::ingest {

struct CsvSamples {
  bool has_time = false;
  int64_t time_ms = 0;
  std::vector<std::pair<std::string_view, std::string>> labels;  // names are of the format
  std::vector<std::pair<std::string_view, double>> values;       // by metric name
};

class CsvFormat {
 public:
  static constexpr size_t kColumnsMax = 1'000;

  static base::Result<CsvFormat> Parse(std::string_view text);
  base::Status Read(std::string_view line, CsvSamples* samples) const;

 private:
  enum class Kind : uint8_t { kMetric, kLabel, kTime };
  enum class TimeForm : uint8_t { kSeconds, kMilliseconds, kNanoseconds, kRfc3339 };
  struct Column {
    size_t number = 0;  // from 1
    Kind kind = Kind::kMetric;
    TimeForm form = TimeForm::kSeconds;
    std::string name;
  };
  static base::Status ParseColumn(std::string_view text, Column* column);
  static base::Status ReadTime(const std::string& text, TimeForm form, CsvSamples* samples);

  std::vector<Column> columns_;
};

// The fields of a line; false if a quote is not closed or something stands behind one.
bool SplitCsv(std::string_view line, std::vector<std::string>* fields);

}  // namespace sb::ingest
