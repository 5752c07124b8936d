// SPDX-License-Identifier: Apache-2.0
//
// LineProjection says what a caller will look for in the lines it asks for, so that a store may
// hand out shorter lines in which the same is found: to put a whole line together costs much more
// than the one number that is wanted of it.
//
//   ColumnRequest request{.name = "line", .projection = LineProjection{.kind = …, .parts = {…}}};
//
// kJsonMembers: the first member of each of these names is looked for in the top level of lines
//   that are JSON objects. The line that is handed out begins with a brace if the line does, and
//   each name is found in it with the same text, or found in neither.
// kJsonLabels: lines that are JSON objects are read through, and all of their members (those of
//   nested objects with the names of the objects and '_' before theirs) become labels, of which
//   only these are of interest. A name that is not of letters, digits and '_' may become any
//   label. The first label of a name counts, and an error in the line.
// kLogfmtLabels: likewise, of the pairs of logfmt that have a value; what is broken is skipped.
// kPattern: literals and captures in turn, from the left: a capture ends where the next literal is
//   first found, or takes the rest; a pattern that begins with a literal needs the line to begin
//   with it. Captures called "_" are of no interest. The same named captures have the same text.
//
// A store may always hand out the line itself. Threads: values.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace sb::store {

struct LineProjection {
  enum class Kind : uint8_t { kJsonMembers, kPattern, kJsonLabels, kLogfmtLabels };
  struct Part {
    bool is_capture = false;
    std::string text;  // a name of a member or label; the literal or the name of the capture
  };
  Kind kind = Kind::kJsonMembers;
  std::vector<Part> parts;
};

}  // namespace sb::store
