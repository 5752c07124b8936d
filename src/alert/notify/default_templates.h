// SPDX-License-Identifier: Apache-2.0
//
// The built-in notification templates: their names and output are those of the reference, because
// configurations and templates of users refer to them.
//
// Threads: pure functions.
#pragma once

#include <string>
#include <string_view>

namespace sb::notify {

std::string_view DefaultTemplates();
std::string DefaultEmailTemplate();

}  // namespace sb::notify
