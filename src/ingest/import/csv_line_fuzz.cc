// SPDX-License-Identifier: Apache-2.0
//
// The first line is a format if it is one, the rest a line of data.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "ingest/import/csv_line.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const size_t end = text.find('\n');
  auto format = sb::ingest::CsvFormat::Parse(text.substr(0, end));
  if (!format.ok()) {
    format = sb::ingest::CsvFormat::Parse("1:metric:m,2:label:l,3:time:rfc3339");
  }
  sb::ingest::CsvSamples samples;
  (void)format->Read(end == std::string_view::npos ? text : text.substr(end + 1), &samples);
  return 0;
}
