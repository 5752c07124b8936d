// SPDX-License-Identifier: Apache-2.0
//
// What a query that reads JSON needs of a template. Whatever is out of the ordinary is left to the
// reader of the lines: only what it reads without an error is left out.
#include <algorithm>
#include <string_view>

#include "store/events/column/template_walk.h"

namespace sb::events {
namespace {

// Less than readers follow, so that what is left out is not too deep for them.
constexpr int kNestingMax = 16;

bool IsBlank(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

bool EndsToken(char c) {
  return IsBlank(c) || c == ',' || c == '}' || c == ']';
}

// Reads JSON along a template. Each function returns false where lines of the template may differ
// in more than the text of values, or may be no JSON.
class JsonWalk {
 public:
  explicit JsonWalk(Walk walk) : walk_(walk) {}

  const Walk& walk() const { return walk_; }

  void SkipBlanks() {
    while (walk_.AtByte() && IsBlank(walk_.Byte())) {
      walk_.Step();
    }
  }

  // Into the object; false if there is none, with what stands for the lines in `out`.
  bool Open(std::vector<ProjectedPiece>* out) {
    const bool is_empty = walk_.AtEnd();
    SkipBlanks();
    if (walk_.At('{')) {
      walk_.Step();
      SkipBlanks();
      return true;
    }
    if (walk_.AtByte()) {
      out->back().literal = walk_.Byte();
    } else if (!is_empty) {
      out->back().literal = "x";  // any text that is no object
    }
    return false;
  }

  bool TakeClosingBrace() {
    if (!walk_.At('}')) {
      return false;
    }
    walk_.Step();
    return true;
  }

  // Up to the value. The name is empty if it varies or has escapes.
  bool Name(std::string_view* name) {
    const Place begin = walk_.place();
    bool escaped = false;
    if (!walk_.At('"') || !String(&escaped)) {
      return false;
    }
    const std::string_view quoted = walk_.Text(begin, walk_.place());
    *name = escaped || quoted.empty() ? std::string_view() : quoted.substr(1, quoted.size() - 2);
    SkipBlanks();
    if (!walk_.At(':')) {
      return false;
    }
    walk_.Step();
    SkipBlanks();
    return true;
  }

  // `object`: the value is one, and read through.
  bool Value(int depth, bool* object) {
    *object = false;
    if (walk_.AtVariable()) {
      const VariableKind kind = walk_.piece().kind;
      return (kind == VariableKind::kNumber || kind == VariableKind::kDigits) && Token();
    }
    if (walk_.AtEnd()) {
      return false;
    }
    bool escaped = false;
    switch (walk_.Byte()) {
      case '"':
        return String(&escaped);
      case '{':
        *object = true;
        return Object(depth + 1);
      case '[':
        return Array();
      default:
        return Scalar();
    }
  }

  // Behind a value: to the next name (true), or to the closing brace.
  bool Next(bool* more) {
    SkipBlanks();
    *more = walk_.At(',');
    if (*more) {
      walk_.Step();
      SkipBlanks();
      return true;
    }
    return walk_.At('}');
  }

 private:
  // At a quote; moves behind the closing one.
  bool String(bool* escaped) {
    walk_.Step();
    while (!walk_.AtEnd()) {
      if (walk_.At('"')) {
        walk_.Step();
        return true;
      }
      if (walk_.At('\\')) {
        *escaped = true;
        walk_.Step();
        if (walk_.AtEnd()) {
          return false;
        }
      }
      walk_.Step();
    }
    return false;
  }

  bool Scalar() {
    const char first = walk_.Byte();
    const Place begin = walk_.place();
    if (!Token()) {
      return false;
    }
    const std::string_view word = walk_.Text(begin, walk_.place());
    return first == '-' || (first >= '0' && first <= '9') || word == "true" || word == "false" ||
           word == "null";
  }

  bool Token() {
    while (!walk_.AtEnd() && !(walk_.AtByte() && EndsToken(walk_.Byte()))) {
      if (walk_.AtVariable() && Walk::MayHaveBlank(walk_.piece())) {
        return false;
      }
      walk_.Step();
    }
    return true;
  }

  // At the bracket; moves behind the one that closes it. What is between is not looked at.
  bool Array() {
    size_t depth = 0;
    bool escaped = false;
    while (!walk_.AtEnd()) {
      if (walk_.At('"')) {
        if (!String(&escaped)) {
          return false;
        }
        continue;
      }
      depth += walk_.At('[') ? 1 : 0;
      const bool closes = walk_.At(']') && --depth == 0;
      walk_.Step();
      if (closes) {
        return true;
      }
    }
    return false;
  }

  bool Object(int depth) {
    if (depth > kNestingMax) {
      return false;
    }
    walk_.Step();
    SkipBlanks();
    for (bool more = !walk_.At('}'); more;) {
      std::string_view name;
      bool object = false;
      if (!Name(&name) || !Value(depth, &object) || !Next(&more)) {
        return false;
      }
    }
    return TakeClosingBrace();
  }

  Walk walk_;
};

struct Slice {
  bool found = false;
  Place begin;
  Place end;
};

}  // namespace

bool ProjectJsonMembers(const store::LineProjection& projection, Walk walk,
                        std::vector<ProjectedPiece>* out) {
  JsonWalk json(walk);
  if (!json.Open(out)) {
    return true;
  }
  std::vector<Slice> slices(projection.parts.size());
  size_t found = 0;
  bool more = !json.walk().At('}');
  while (more && found < slices.size()) {  // what follows the last one is of no interest
    std::string_view name;
    bool object = false;
    if (!json.Name(&name) || name.empty()) {
      return false;
    }
    const Place begin = json.walk().place();
    if (!json.Value(0, &object)) {
      return false;
    }
    const Place end = json.walk().place();
    for (size_t i = 0; i < slices.size(); ++i) {
      if (!slices[i].found && projection.parts[i].text == name) {
        slices[i] = {true, begin, end};
        ++found;
      }
    }
    if (found < slices.size() && !json.Next(&more)) {
      return false;
    }
  }
  const char* before = "{\"";
  for (size_t i = 0; i < slices.size(); ++i) {
    if (!slices[i].found) {
      continue;
    }
    out->back().literal += before;
    out->back().literal += projection.parts[i].text;
    out->back().literal += "\":";
    json.walk().Copy(slices[i].begin, slices[i].end, out);
    before = ",\"";
  }
  out->back().literal += before[0] == '{' ? "{}" : "}";
  return true;
}

bool ProjectJsonLabels(const store::LineProjection& projection, Walk walk,
                       std::vector<ProjectedPiece>* out) {
  JsonWalk json(walk);
  if (!json.Open(out)) {
    return true;
  }
  std::vector<Slice> slices;
  for (bool more = !json.walk().At('}'); more;) {
    Slice slice{.found = true, .begin = json.walk().place(), .end = {}};
    std::string_view name;
    bool object = false;
    if (!json.Name(&name) || !json.Value(0, &object)) {
      return false;
    }
    slice.end = json.walk().place();
    const auto asks_for = [&](const store::LineProjection::Part& part) {
      return object ? part.text.starts_with(name) : part.text == name;
    };
    if (!IsCleanName(name) ||
        std::any_of(projection.parts.begin(), projection.parts.end(), asks_for)) {
      slices.push_back(slice);
    }
    if (!json.Next(&more)) {
      return false;
    }
  }
  out->back().literal += '{';
  for (size_t i = 0; i < slices.size(); ++i) {
    out->back().literal += i > 0 ? "," : "";
    json.walk().Copy(slices[i].begin, slices[i].end, out);
  }
  out->back().literal += '}';
  return true;
}

}  // namespace sb::events
