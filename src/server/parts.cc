// SPDX-License-Identifier: Apache-2.0
#include "server/part.h"
#include "server/traces_part.h"

namespace sb::server {

base::Result<std::vector<std::unique_ptr<Part>>> MakeParts(const PartContext& context) {
  std::vector<std::unique_ptr<Part>> parts;
  parts.push_back(std::make_unique<TracesPart>(context));
  return parts;
}

}  // namespace sb::server
