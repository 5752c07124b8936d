// SPDX-License-Identifier: Apache-2.0
//
// Pattern is a regular expression of blackbox.yml: RE2 syntax (which is Go's), compiled when the
// file is read. What does not compile is an error in the reference's words.
//
// Threads: immutable once read.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "config/codec.h"

namespace re2 {
class RE2;
}

namespace sb::probe {

class Pattern {
 public:
  Pattern() = default;
  // kInvalidArgument when `text` does not compile.
  static base::Result<Pattern> Compile(std::string_view text);

  bool empty() const { return text_.empty(); }
  const std::string& text() const { return text_; }
  // Anywhere in `subject`.
  bool Matches(std::string_view subject) const;
  // As Matches, and `*expanded` is `form` with $1, ${name} and $$ replaced, as Go's Expand does.
  bool Expand(std::string_view subject, std::string_view form, std::string* expanded) const;

 private:
  std::string text_;
  std::shared_ptr<const re2::RE2> compiled_;
};

}  // namespace sb::probe

namespace sb::config {

template <>
struct Codec<probe::Pattern> {
  static void Read(const Node& node, const OptionInfo& info, probe::Pattern* out,
                   ErrorList& errors);
  static NodePtr Write(const probe::Pattern& value) { return MakeString(value.text()); }
  static bool IsEmpty(const probe::Pattern& value) { return value.empty(); }
  static std::string TypeName() { return "regexp"; }
};

}  // namespace sb::config
