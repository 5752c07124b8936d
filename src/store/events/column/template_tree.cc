// SPDX-License-Identifier: Apache-2.0
#include "store/events/column/template_tree.h"

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <utility>

namespace sb::events {
namespace {

// Longer patterns and more children than this are no repetition that is worth a tree.
constexpr size_t kPiecesMax = 512;
constexpr size_t kTriedMax = 8;

// memcmp for the few bytes that literals have.
bool Same(const char* a, const char* b, size_t size) {
  for (; size >= sizeof(uint64_t); size -= sizeof(uint64_t)) {
    uint64_t x = 0;
    uint64_t y = 0;
    std::memcpy(&x, a, sizeof(x));
    std::memcpy(&y, b, sizeof(y));
    if (x != y) {
      return false;
    }
    a += sizeof(x);
    b += sizeof(x);
  }
  for (; size > 0; --size) {
    if (*a++ != *b++) {
      return false;
    }
  }
  return true;
}

bool SameKind(const PatternPiece& a, VariableKind kind, uint8_t parameter) {
  return a.kind == kind && (!HasParameter(kind) || a.parameter == parameter);
}

}  // namespace

TemplateTree::TemplateTree() : nodes_(1), variables_(kPiecesMax) {}

// The literal is the same, and what makes a word literal stands in the literal with it: only what
// begins behind it has to be looked at.
bool TemplateTree::Fits(const Node& node, std::string_view line, const int64_t* time_ns, size_t* at,
                        bool* after_time) {
  const std::string_view literal = node.piece.literal;
  if (line.size() - *at < literal.size() ||
      !Same(line.data() + *at, literal.data(), literal.size())) {
    return false;
  }
  const size_t begin = *at + literal.size();
  if (node.is_last) {
    *at = begin;
    return begin == line.size();
  }
  if (begin == line.size() || !IsWordByte(line[begin])) {
    return false;
  }
  Variable& variable = variables_[count_];
  size_t end = begin;
  if (!TakeVariable(line, begin, *after_time && literal.empty(), time_ns, &variable, &end) ||
      !SameKind(node.piece, variable.kind, variable.parameter)) {
    return false;
  }
  ++count_;
  *after_time = variable.kind == VariableKind::kTime;
  *at = end;
  return true;
}

uint32_t TemplateTree::Step(uint32_t node, std::string_view line, const int64_t* time_ns,
                            size_t* at, bool* after_time) {
  std::vector<uint32_t>& children = nodes_[node].children;
  const size_t count = std::min(children.size(), kTriedMax);
  for (size_t i = 0; i < count; ++i) {
    size_t behind = *at;
    if (Fits(nodes_[children[i]], line, time_ns, &behind, after_time)) {
      *at = behind;
      const uint32_t found = children[i];
      std::swap(children[i], children[i / 2]);
      return found;
    }
  }
  return 0;
}

bool TemplateTree::Find(std::string_view line, const int64_t* time_ns, uint32_t* number) {
  count_ = 0;
  size_t at = 0;
  bool after_time = false;
  for (uint32_t node = Step(0, line, time_ns, &at, &after_time); node != 0;
       node = Step(node, line, time_ns, &at, &after_time)) {
    if (nodes_[node].is_last) {
      *number = nodes_[node].number;
      return true;
    }
  }
  return false;
}

void TemplateTree::Add(uint32_t number, std::string_view pattern) {
  const std::vector<PatternPiece> pieces = CutPattern(pattern);
  if (pieces.size() > kPiecesMax) {
    return;
  }
  uint32_t node = 0;
  for (size_t i = 0; i < pieces.size(); ++i) {
    const bool is_last = i + 1 == pieces.size();
    const auto same = [&](uint32_t child) {
      const Node& other = nodes_[child];
      return other.is_last == is_last && other.piece.literal == pieces[i].literal &&
             (is_last || SameKind(other.piece, pieces[i].kind, pieces[i].parameter));
    };
    const std::vector<uint32_t>& children = nodes_[node].children;
    const auto found = std::find_if(children.begin(), children.end(), same);
    if (found != children.end()) {
      // To the front: it is what the next lines have, too.
      std::vector<uint32_t>& order = nodes_[node].children;
      std::swap(order[0], order[static_cast<size_t>(found - children.begin())]);
      node = order[0];
      continue;
    }
    const auto added = static_cast<uint32_t>(nodes_.size());
    nodes_.push_back({.piece = pieces[i], .is_last = is_last, .number = number, .children = {}});
    nodes_[node].children.push_back(added);
    std::swap(nodes_[node].children.front(), nodes_[node].children.back());
    node = added;
  }
}

}  // namespace sb::events
