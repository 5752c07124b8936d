// SPDX-License-Identifier: Apache-2.0
//
// Decides for a whole template what a LineProjection leaves of its lines: variables are words,
// numbers, ids and times, so that quotes, braces and commas stand in the literals only and are in
// every line of the template the same.
//
//   std::vector<ProjectedPiece> pieces;
//   if (ProjectTemplate(projection, CutPattern(pattern), &pieces)) …literals and variables…
//
// Threads: pure function.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "store/events/column/line_template.h"
#include "store/interface/line_projection.h"

namespace sb::events {

// A text and the variable behind it, by its number among those of the template.
struct ProjectedPiece {
  static constexpr uint32_t kNone = UINT32_MAX;
  std::string literal;
  uint32_t variable = kNone;
};

// False if it cannot be said for all lines of the template: they are needed as they are.
bool ProjectTemplate(const store::LineProjection& projection, std::span<const PatternPiece> pieces,
                     std::vector<ProjectedPiece>* out);

}  // namespace sb::events
