// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "wire/influx/line_protocol.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  using Item = sb::wire::InfluxLineReader::Item;
  sb::wire::InfluxLineReader reader(text);
  sb::wire::InfluxLine line;
  size_t line_number = 0;
  for (Item item = reader.Next(&line); item != Item::kEnd; item = reader.Next(&line)) {
    SB_CHECK(reader.line_number() > line_number);
    line_number = reader.line_number();
    SB_CHECK(item == Item::kInvalid || !line.measurement.empty());
    SB_CHECK(item == Item::kInvalid || line.fields.size() + line.text_fields > 0);
    SB_CHECK(item == Item::kLine || !reader.error().empty());
  }
  return 0;
}
