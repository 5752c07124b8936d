// SPDX-License-Identifier: Apache-2.0
#include "store/events/column/template_projection.h"

#include <algorithm>
#include <cstddef>
#include <string_view>

#include "store/events/column/template_walk.h"

namespace sb::events {
namespace {

using store::LineProjection;

// Perhaps a line with a control byte: a variable that can be anything.
bool MayBeWhole(std::span<const PatternPiece> pieces) {
  return pieces.size() == 2 && pieces[0].kind == VariableKind::kWord && pieces[0].literal.empty() &&
         pieces[1].literal.empty();
}

// Follows a pattern through a template.
class PatternProjection {
 public:
  PatternProjection(const LineProjection& projection, Walk walk)
      : parts_(projection.parts), walk_(walk) {}

  bool Run(std::vector<ProjectedPiece>* out) {
    if (parts_.empty() || walk_.AtEnd()) {
      return walk_.AtEnd();
    }
    size_t at = 0;
    if (!parts_[0].is_capture) {
      const std::string_view literal = walk_.piece().literal;
      if (!literal.starts_with(parts_[0].text)) {
        // Decided only where the literal does not end before the difference.
        return !std::string_view(parts_[0].text).starts_with(literal);
      }
      out->back().literal = parts_[0].text;
      walk_.set_place({0, parts_[0].text.size()});
      at = 1;
    }
    for (; at < parts_.size(); at += 2) {
      const Place begin = walk_.place();
      const bool last = at + 1 == parts_.size();
      bool found = false;
      Place end = walk_.End();
      if (!last && !Find(parts_[at + 1].text, &found, &end)) {
        return false;
      }
      if (parts_[at].text != "_") {
        walk_.Copy(begin, end, out);
      }
      if (!found) {
        return true;
      }
      out->back().literal += parts_[at + 1].text;
      walk_.set_place({end.piece, end.byte + parts_[at + 1].text.size()});
    }
    return true;
  }

 private:
  // Whether the literal is found in the rest, and where first. False: that is not the same in all
  // lines. A literal without word bytes cannot reach into a variable, which begins and ends with
  // one; two bytes that are none never stand together within a variable.
  bool Find(const std::string& literal, bool* found, Place* place) {
    if (std::any_of(literal.begin(), literal.end(), IsWordByte)) {
      return false;
    }
    for (Place at = walk_.place();; at = {at.piece + 1, 0}) {
      walk_.set_place(at);
      const size_t byte = walk_.piece().literal.find(literal, at.byte);
      if (byte != std::string_view::npos) {
        *found = true;
        *place = {at.piece, byte};
        return true;
      }
      if (at.piece == walk_.End().piece) {
        return true;
      }
      const PatternPiece& piece = walk_.piece();
      const bool may_have =
          literal == " " ? Walk::MayHaveBlank(piece) : piece.kind == VariableKind::kTime;
      if (literal.size() == 1 && may_have) {
        return false;
      }
    }
  }

  const std::vector<LineProjection::Part>& parts_;
  Walk walk_;
};

}  // namespace

bool ProjectPattern(const LineProjection& projection, Walk walk,
                    std::vector<ProjectedPiece>* out) {
  return PatternProjection(projection, walk).Run(out);
}

bool ProjectTemplate(const LineProjection& projection, std::span<const PatternPiece> pieces,
                     std::vector<ProjectedPiece>* out) {
  if (MayBeWhole(pieces)) {
    return false;
  }
  out->assign(1, {});
  const Walk walk(pieces);
  switch (projection.kind) {
    case LineProjection::Kind::kJsonMembers:
      return ProjectJsonMembers(projection, walk, out);
    case LineProjection::Kind::kJsonLabels:
      return ProjectJsonLabels(projection, walk, out);
    case LineProjection::Kind::kLogfmtLabels:
      return ProjectLogfmtLabels(projection, walk, out);
    case LineProjection::Kind::kPattern:
      return ProjectPattern(projection, walk, out);
  }
  return false;
}

}  // namespace sb::events
