// SPDX-License-Identifier: Apache-2.0
//
// Trees of a receiver's options whose strings are templates: `payload` of a webhook, `fields` of
// Jira, `details` of PagerDuty.
//
//   gotemplate::Value fields = TemplatedTree(*sheet().Tree("fields"), render);
//
// Each string is rendered; what comes out is read as YAML, so that "{{ len .Alerts }}" becomes a
// number and a rendered JSON object an object; what is a string or no YAML stays text. Keys are
// rendered and stay strings. Template errors are the Renderer's.
//
// Source: template.DeepCopyWithTemplate of Alertmanager. Threads: a pure function.
#pragma once

#include "alert/notify/http_notifier.h"
#include "config/node.h"

namespace sb::notify {

gotemplate::Value TemplatedTree(const config::Node& node, Renderer& render);
// The same for one text.
gotemplate::Value TemplatedText(const std::string& text, Renderer& render);

}  // namespace sb::notify
