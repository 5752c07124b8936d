// SPDX-License-Identifier: Apache-2.0
//
// The template data as the JSON object that generic webhooks and incident.io are sent.
//
// Threads: pure functions.
#pragma once

#include <string>

#include "alert/notify/template_data.h"
#include "template/value.h"

namespace sb::notify {

// `left_out` counts alerts that are not in `data`.
gotemplate::Value DataJson(const TemplateData& data, const std::string& version,
                           const std::string& group_key, size_t left_out);

}  // namespace sb::notify
