// SPDX-License-Identifier: Apache-2.0
//
// The functions that templates of rules may call: query, first, label, value, humanize, …
//
// Source: Prometheus template/template.go. Private to this module. Threads: immutable.
#pragma once

#include <cstdint>
#include <string_view>

#include "alert/rules/rule_template.h"
#include "template/function.h"
#include "template/template_set.h"

namespace sb::rules {

// What gotemplate::Call::user points to while a template of a rule is expanded.
struct FunctionState {
  const TemplateEnvironment& environment;
  const gotemplate::TemplateSet& set;
  int64_t time_ms = 0;
};

inline constexpr std::string_view kNoElements = "first() called on vector with no elements";

const gotemplate::FunctionTable& RuleFunctions();

// The groups of RuleFunctions().
void AddQueryFunctions(gotemplate::FunctionTable* table);   // rule_functions_query.cc
void AddNumberFunctions(gotemplate::FunctionTable* table);  // rule_functions_number.cc
void AddTextFunctions(gotemplate::FunctionTable* table);    // rule_functions.cc

// A number, or a string that is one; kInvalidArgument "can't convert TYPE to float".
base::Result<double> ToFloat(const gotemplate::Value& value);

}  // namespace sb::rules
