// SPDX-License-Identifier: Apache-2.0
//
// The doors: which names there are and where they stand by default. `--listen` is the door of port
// 3000 and has no name here.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"

namespace sb::server {

struct Door {
  std::string_view name;
  std::string_view default_address;  // empty: open only when it is given one
};
const std::vector<Door>& AllDoors();

// kInvalidArgument unless `name` is a door (or "all" with "off") and `address` is HOST:PORT or
// "off".
base::Status CheckDoor(std::string_view name, std::string_view address);

// kInvalidArgument unless `address` is HOST:PORT.
base::Status CheckAddress(std::string_view address);

// Door name -> address of the doors to open: the defaults, changed by the file, then by the flags
// (`NAME=HOST:PORT`, `NAME=off`, `all=off`, in order).
base::Result<std::map<std::string, std::string>> ResolveDoors(
    const std::map<std::string, std::string>& from_file, const std::vector<std::string>& flags);

}  // namespace sb::server
