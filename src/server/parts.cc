// SPDX-License-Identifier: Apache-2.0
#include "server/part.h"

namespace sb::server {

base::Result<std::vector<std::unique_ptr<Part>>> MakeParts(const PartContext& context) {
  std::vector<std::unique_ptr<Part>> parts;
  (void)context;
  return parts;
}

}  // namespace sb::server
