// SPDX-License-Identifier: Apache-2.0
#include "server/build_info.h"

#ifndef SIGNALBOX_VERSION
#error "SIGNALBOX_VERSION comes from CMake"
#endif

namespace sb::server {

std::string_view Version() {
  return SIGNALBOX_VERSION;
}

std::string_view Revision() {
  return SIGNALBOX_REVISION;
}

std::string_view Compiler() {
#if defined(__clang__)
  return "clang++ " __clang_version__;
#else
  return "g++ " __VERSION__;
#endif
}

}  // namespace sb::server
