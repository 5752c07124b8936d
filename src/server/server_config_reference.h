// SPDX-License-Identifier: Apache-2.0
//
// docs/signalbox-yaml.md: every option of signalbox.yaml, from the same tables that read the file.
#pragma once

#include <string>

namespace sb::server {

std::string ServerConfigMarkdown();

}  // namespace sb::server
