// SPDX-License-Identifier: Apache-2.0
//
// A JSON document as a flat list of fields, as Elasticsearch sees it: the members of nested objects
// under dotted names, arrays as their JSON.
//
//   DocumentFields fields;
//   SB_RETURN_IF_ERROR(fields.Read(R"({"a":{"b":1},"c":"x"})"));    // a.b = 1, c = x
//
// kInvalidArgument unless the text is one JSON object. A name that comes twice stays twice. Views
// point into the text or into the object, and hold until the next Read. Threads: a value.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"

namespace sb::wire {

enum class DocumentKind : uint8_t { kString, kNumber, kBool, kNull, kArray };

struct DocumentField {
  std::string_view name;
  std::string_view value;  // of a string its meaning, else as it is written
  DocumentKind kind = DocumentKind::kString;
};

class DocumentFields {
 public:
  base::Status Read(std::string_view text);
  const std::vector<DocumentField>& fields() const { return fields_; }
  // Null if there is none.
  const DocumentField* Find(std::string_view name) const;

 private:
  std::vector<DocumentField> fields_;
  std::deque<std::string> held_;
};

}  // namespace sb::wire
