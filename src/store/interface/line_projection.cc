// SPDX-License-Identifier: Apache-2.0
#include "store/interface/line_projection.h"

#include <algorithm>

#include "encoding/bytes.h"
#include "encoding/varint.h"

namespace sb::store {
namespace {

// No column has it in its name.
constexpr char kSeparator = '\0';

}  // namespace

std::string ProjectedColumn(std::string_view column, const LineProjection& projection) {
  std::string name(column);
  name.push_back(kSeparator);
  name.push_back(static_cast<char>(projection.kind));
  for (const LineProjection::Part& part : projection.parts) {
    name.push_back(part.is_capture ? 1 : 0);
    encoding::AppendVarint(&name, part.text.size());
    name.append(part.text);
  }
  return name;
}

bool ReadProjection(std::string_view request_name, LineProjection* projection) {
  const size_t at = request_name.find(kSeparator);
  if (at == std::string_view::npos) {
    return false;
  }
  encoding::ByteReader in(request_name.substr(at + 1));
  projection->kind = static_cast<LineProjection::Kind>(in.Byte());
  projection->parts.clear();
  while (in.ok() && !in.empty()) {
    const bool is_capture = in.Byte() != 0;
    projection->parts.push_back({is_capture, std::string(in.LengthPrefixed())});
  }
  return in.ok();
}

std::string_view ColumnOfRequest(std::string_view request_name) {
  return request_name.substr(0, std::min(request_name.find(kSeparator), request_name.size()));
}

}  // namespace sb::store
