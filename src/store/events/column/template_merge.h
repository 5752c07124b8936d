// SPDX-License-Identifier: Apache-2.0
//
// Joins templates that differ only in words: what one program logs in one place has as many
// templates as there are combinations of level, method, message and so on.
//
//   "level":"info","msg":"cache miss","took":⟨1⟩      "level":"⟨4⟩","msg":"⟨4⟩","took":⟨1⟩
//   "level":"warn","msg":"lease renewed","took":⟨1⟩
//
// A phrase is a run of literal words with single blanks between them. Templates that are equal but
// for their phrases are a family; where the phrases of a large family differ there is a variable.
// So a variable that merging added begins and ends where words do, and has letters, '_' and blanks
// only. Phrases that say what follows them ("msg":, level=), those behind a backslash, and true,
// false and null stay literal.
//
// Threads: pure function.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sb::events {

struct MergedTemplates {
  struct Target {
    std::string pattern;
    std::vector<bool> added;  // per variable: a phrase, not a variable of the templates before
  };
  std::vector<Target> targets;
  // Of each template before: what it became, and its phrases where the target has a variable for
  // them; views into its pattern.
  std::vector<uint32_t> target_of;
  std::vector<std::vector<std::string_view>> phrases;
};

// `patterns` as LineSplitter makes them.
MergedTemplates MergeTemplates(std::span<const std::string_view> patterns);

}  // namespace sb::events
