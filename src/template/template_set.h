// SPDX-License-Identifier: Apache-2.0
//
// TemplateSet holds named Go templates and renders them.
//
//   TemplateSet set(&functions);
//   SB_RETURN_IF_ERROR(set.Parse("default.tmpl", text));       // defines "slack.default.title", …
//   TemplateSet own(&set);                                      // sees those of `set`
//   SB_RETURN_IF_ERROR(own.Parse("", "{{ template \"slack.default.title\" . }}"));
//   std::string out;
//   SB_RETURN_IF_ERROR(own.Execute("", data, {}, &out));
//
// A template that is parsed again under the same name replaces the first one; an empty one does
// not. Errors are Go's: "template: NAME:LINE:COLUMN: executing \"NAME\" at <WHAT>: …"
// (kInvalidArgument). Limits (kResourceExhausted): steps, bytes of output, depth of {{template}}
// calls.
//
// Escaping::kHtml escapes what actions print by the place where it stands (text, attribute, URL,
// script, style), as html/template does.
//
// Threads: Parse before use; Execute may run concurrently when the functions allow it.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "template/function.h"
#include "template/value.h"

namespace sb::gotemplate {

struct Tree;

enum class Escaping : uint8_t { kText, kHtml };
enum class MissingKey : uint8_t { kNoValue, kZero, kError };

struct ExecuteOptions {
  Escaping escaping = Escaping::kText;
  MissingKey missing_key = MissingKey::kNoValue;
  size_t output_bytes_max = 16 << 20;
  int64_t steps_max = 5'000'000;  // nodes visited: about a second
  int depth_max = 200;            // nested {{template}} calls
  void* user = nullptr;           // handed to functions as Call::user
};

class TemplateSet {
 public:
  TemplateSet() = default;  // built-in functions only
  explicit TemplateSet(const FunctionTable* functions) : functions_(functions) {}
  // Adds to `parent`, which must outlive this, without changing it.
  explicit TemplateSet(const TemplateSet* parent)
      : parent_(parent), functions_(parent->functions_) {}

  base::Status Parse(std::string name, std::string text);
  base::Status Execute(std::string_view name, const Value& data, const ExecuteOptions& options,
                       std::string* out) const;
  bool Has(std::string_view name) const { return Find(name) != nullptr; }
  // Names of all templates, the parent's too, sorted.
  std::vector<std::string> Names() const;

  const Tree* Find(std::string_view name) const;

 private:
  const TemplateSet* parent_ = nullptr;
  const FunctionTable* functions_ = nullptr;
  std::map<std::string, std::shared_ptr<const Tree>, std::less<>> trees_;
};

}  // namespace sb::gotemplate
