// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "wire/elastic/bulk_reader.h"
#include "wire/elastic/document_reader.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view body(reinterpret_cast<const char*>(data), size);
  sb::wire::BulkRequest request;
  sb::wire::DocumentFields fields;
  size_t bytes = 0;
  if (sb::wire::ReadBulk(body, "x", &request).ok()) {
    for (const sb::wire::BulkItem& item : request.items) {
      bytes += item.index.size() + item.id.size();
      if (fields.Read(item.document).ok()) {
        for (const sb::wire::DocumentField& field : fields.fields()) {
          bytes += field.name.size() + field.value.size();
          SB_CHECK(fields.Find(field.name) != nullptr);
        }
      }
    }
  }
  return bytes > 1U << 30 ? 1 : 0;
}
