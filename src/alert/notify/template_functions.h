// SPDX-License-Identifier: Apache-2.0
//
// The functions that notification templates may call besides Go's: toUpper, title, join, match,
// reReplaceAll, date, tz, since, humanizeDuration, toJson, …
//
// Functions that need the clock take it from Call::user, a TemplateState.
//
// Threads: safe for concurrent use.
#pragma once

#include "alert/notify/template_data.h"
#include "base/env.h"
#include "template/function.h"

namespace sb::notify {

struct TemplateState {
  base::Env* env = nullptr;
  const TextMap* route_labels = nullptr;
};

const gotemplate::FunctionTable& TemplateFunctions();

}  // namespace sb::notify
