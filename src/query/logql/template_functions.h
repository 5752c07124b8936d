// SPDX-License-Identifier: Apache-2.0
//
// The functions that templates of LogQL know beside Go's own. Private to this module.
//
// Source: documentation of LogQL's template functions and of sprig.
#pragma once

#include <cstdint>
#include <string_view>

#include "template/function.h"

namespace sb::logql {

// What gotemplate::Call::user points to.
struct TemplateRun {
  std::string_view line;
  int64_t time_ns = 0;
  int64_t now_ns = 0;
};

// Built once, immutable.
const gotemplate::FunctionTable& TemplateFunctions();

void AddTextFunctions(gotemplate::FunctionTable* table);    // template_text.cc
void AddSearchFunctions(gotemplate::FunctionTable* table);  // template_search.cc
void AddNumberFunctions(gotemplate::FunctionTable* table);  // template_numbers.cc
void AddTimeFunctions(gotemplate::FunctionTable* table);    // template_times.cc

}  // namespace sb::logql
