// SPDX-License-Identifier: Apache-2.0
//
// What a query that reads logfmt needs of a template: the pairs whose keys are asked for. Texts
// without a value are nothing to a reader that leaves out empty values, and the words of a phrase
// are at most one value and such texts.
#include <algorithm>
#include <string_view>

#include "store/events/column/template_walk.h"

namespace sb::events {
namespace {

class LogfmtWalk {
 public:
  explicit LogfmtWalk(Walk walk) : walk_(walk) {}

  const Walk& walk() const { return walk_; }

  void SkipBlanks() {
    while (walk_.AtByte() && AtBlank()) {
      walk_.Step();
    }
  }

  // Up to the blank or the end behind the pair; false if it has anything unusual. The key is empty
  // if it varies.
  bool Pair(std::string_view* key, bool* has_value) {
    const Place begin = walk_.place();
    while (!AtGap() && !walk_.At('=')) {
      if (walk_.At('"') || (walk_.AtByte() && static_cast<unsigned char>(walk_.Byte()) >= 128)) {
        return false;
      }
      walk_.Step();
    }
    *key = walk_.Text(begin, walk_.place());
    *has_value = false;
    if (AtGap()) {
      return true;
    }
    if (key->empty() && walk_.place().piece == begin.piece) {
      return false;  // begins with '='
    }
    walk_.Step();
    *has_value = !AtGap();
    return walk_.At('"') ? Quoted() : Word();
  }

 private:
  bool AtBlank() const { return static_cast<unsigned char>(walk_.Byte()) <= ' '; }
  bool AtGap() const { return walk_.AtEnd() || (walk_.AtByte() && AtBlank()); }

  bool Quoted() {
    walk_.Step();
    while (!walk_.At('"')) {
      if (walk_.At('\\')) {
        walk_.Step();
      }
      if (walk_.AtEnd()) {
        return false;
      }
      walk_.Step();
    }
    walk_.Step();
    return AtGap();
  }

  bool Word() {
    while (!AtGap()) {
      if (walk_.At('=') || walk_.At('"')) {
        return false;
      }
      walk_.Step();
    }
    return true;
  }

  Walk walk_;
};

}  // namespace

bool ProjectLogfmtLabels(const store::LineProjection& projection, Walk walk,
                         std::vector<ProjectedPiece>* out) {
  LogfmtWalk logfmt(walk);
  const char* before = "";
  for (logfmt.SkipBlanks(); !logfmt.walk().AtEnd(); logfmt.SkipBlanks()) {
    const Place begin = logfmt.walk().place();
    std::string_view key;
    bool has_value = false;
    if (!logfmt.Pair(&key, &has_value)) {
      return false;
    }
    const auto asks_for = [&key](const store::LineProjection::Part& part) {
      return part.text == key;
    };
    if (has_value && (!IsCleanName(key) || std::any_of(projection.parts.begin(),
                                                       projection.parts.end(), asks_for))) {
      out->back().literal += before;
      logfmt.walk().Copy(begin, logfmt.walk().place(), out);
      before = " ";
    }
  }
  return true;
}

}  // namespace sb::events
