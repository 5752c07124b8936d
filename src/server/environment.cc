// SPDX-License-Identifier: Apache-2.0
#include "server/environment.h"

#include <cstdlib>
#include <string>

namespace sb::server {

config::VariableLookup ProcessEnvironment() {
  return [](std::string_view name) -> std::string {
    const char* value = std::getenv(std::string(name).c_str());
    return value == nullptr ? "" : value;
  };
}

}  // namespace sb::server
