// SPDX-License-Identifier: Apache-2.0
//
// InfluxLineReader reads the Influx line protocol, line by line:
//
//   cpu,host=a,core=0 user=12.5,idle=80i,ok=t,note="text" 1700000000000000000
//
//   InfluxLineReader reader(body);
//   for (auto item = reader.Next(&line); item != Item::kEnd; item = reader.Next(&line)) {
//     if (item == Item::kInvalid) …   // reader.line_number(), reader.error(); the next line goes
//     on
//   }
//
// Floats, integers (12i), unsigned (12u) and booleans (1 and 0) are numbers; fields of text are
// counted only. The time is as it is written: what its unit is, the request says. Empty lines and
// lines that begin with # are passed over. A line break inside a quoted text does not end the line.
//
// Views point into the body or into the reader and hold until the next Next().
// Source: https://docs.influxdata.com/influxdb/v2/reference/syntax/line-protocol/.
// Threads: one at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

namespace sb::wire {

struct InfluxTag {
  std::string_view name;
  std::string_view value;
};

struct InfluxField {
  std::string_view name;
  double value = 0;
};

struct InfluxLine {
  std::string_view measurement;
  std::vector<InfluxTag> tags;
  std::vector<InfluxField> fields;  // those that are numbers
  size_t text_fields = 0;
  int64_t time = 0;
  bool has_time = false;

  void Clear();
};

class InfluxLineReader {
 public:
  enum class Item : uint8_t { kLine, kInvalid, kEnd };

  // `body` must outlive the reader.
  explicit InfluxLineReader(std::string_view body)
      : at_(body.data()), end_(body.data() + body.size()) {}

  Item Next(InfluxLine* line);
  // Of the current item, from 1.
  size_t line_number() const { return line_number_; }
  const std::string& error() const { return error_; }

 private:
  bool SkipToLine();
  void SkipRestOfLine();
  void CountLines(const char* from, const char* to);
  bool ReadLine(InfluxLine* line);
  bool ReadTags(InfluxLine* line);
  bool ReadFields(InfluxLine* line);
  bool ReadFieldValue(std::string_view name, InfluxLine* line);
  bool ReadTime(InfluxLine* line);
  bool SkipQuoted();
  // Up to one of `stops` that is not escaped, or the end of the line.
  std::string_view ReadToken(std::string_view stops);
  bool IsAtEndOfLine() const;
  bool IsAt(char c) const { return at_ != end_ && *at_ == c; }
  void SkipSpaces();
  bool Fail(std::string why);

  const char* at_;
  const char* const end_;
  size_t line_number_ = 0;
  size_t next_line_number_ = 1;
  std::string error_;
  std::deque<std::string> unescaped_;
};

}  // namespace sb::wire
