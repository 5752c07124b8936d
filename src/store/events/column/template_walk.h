// SPDX-License-Identifier: Apache-2.0
//
// A walk along a template: byte by byte through its literals, each variable as one step. Copies
// what lies between two places as pieces of a projected line.
//
//   Walk walk(pieces);
//   const Place begin = walk.place();
//   while (!walk.At(',') && !walk.AtEnd()) walk.Step();
//   walk.Copy(begin, walk.place(), &out);
//
// The pieces must outlive the walk. Threads: one at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "store/events/column/line_template.h"
#include "store/events/column/template_projection.h"

namespace sb::events {

// A byte of a literal, or the variable behind it.
struct Place {
  size_t piece = 0;
  size_t byte = 0;
};

class Walk {
 public:
  explicit Walk(std::span<const PatternPiece> pieces) : pieces_(pieces) {}

  const Place& place() const { return place_; }
  void set_place(const Place& place) { place_ = place; }
  bool AtByte() const { return place_.byte < literal().size(); }
  bool AtVariable() const { return !AtByte() && place_.piece + 1 < pieces_.size(); }
  bool AtEnd() const { return !AtByte() && !AtVariable(); }
  bool At(char c) const { return AtByte() && literal()[place_.byte] == c; }
  char Byte() const { return literal()[place_.byte]; }
  const PatternPiece& piece() const { return pieces_[place_.piece]; }
  void Step() {
    if (AtByte()) {
      ++place_.byte;
    } else {
      place_ = {place_.piece + 1, 0};
    }
  }
  Place End() const { return {pieces_.size() - 1, pieces_.back().literal.size()}; }
  // What lies between two places of one literal; empty if they are of two.
  std::string_view Text(const Place& from, const Place& to) const {
    return from.piece != to.piece
               ? std::string_view()
               : pieces_[from.piece].literal.substr(from.byte, to.byte - from.byte);
  }

  // Appends what lies between two places; `out` is not empty.
  void Copy(Place from, const Place& to, std::vector<ProjectedPiece>* out) const {
    for (; from.piece < to.piece; from = {from.piece + 1, 0}) {
      out->back().literal += pieces_[from.piece].literal.substr(from.byte);
      out->back().variable = static_cast<uint32_t>(from.piece);
      out->emplace_back();
    }
    out->back().literal += pieces_[from.piece].literal.substr(from.byte, to.byte - from.byte);
  }

  // Whether the variable's text may have a blank: phrases are stored as words.
  static bool MayHaveBlank(const PatternPiece& piece) {
    return piece.kind == VariableKind::kWord || piece.kind == VariableKind::kPhrase ||
           (piece.kind == VariableKind::kTime && TimeFormOf(piece.parameter).blank);
  }

 private:
  std::string_view literal() const { return pieces_[place_.piece].literal; }

  std::span<const PatternPiece> pieces_;
  Place place_;
};

// A name that a label can have as it is.
inline bool IsCleanName(std::string_view name) {
  if (name.empty() || (name[0] >= '0' && name[0] <= '9')) {
    return false;
  }
  for (const char c : name) {
    if (!IsWordByte(c)) {
      return false;
    }
  }
  return true;
}

// ProjectTemplate for each kind of projection; `out` is one empty piece. False: not for all lines.
bool ProjectJsonMembers(const store::LineProjection& projection, Walk walk,
                        std::vector<ProjectedPiece>* out);
bool ProjectJsonLabels(const store::LineProjection& projection, Walk walk,
                       std::vector<ProjectedPiece>* out);
bool ProjectLogfmtLabels(const store::LineProjection& projection, Walk walk,
                         std::vector<ProjectedPiece>* out);
bool ProjectPattern(const store::LineProjection& projection, Walk walk,
                    std::vector<ProjectedPiece>* out);

}  // namespace sb::events
