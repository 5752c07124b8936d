// SPDX-License-Identifier: Apache-2.0
//
// TemplateTree finds the template of a line in one pass over it, without building its pattern:
// known patterns are kept as a tree of their pieces, so that those that begin alike are told apart
// where they differ.
//
//   TemplateTree tree;
//   if (!tree.Find(line, &time_ns, &number)) {
//     splitter.Split(line, &time_ns);  …  tree.Add(number, splitter.pattern());
//   }
//
// It finds exactly what LineSplitter would find; a line whose template is far from the ones used
// last is not found although its pattern is known, and one that was never added is not.
//
// Threads: one at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "store/events/column/line_template.h"

namespace sb::events {

class TemplateTree {
 public:
  TemplateTree();

  // True, with the variables of the line, if its pattern is known.
  bool Find(std::string_view line, const int64_t* time_ns, uint32_t* number);
  std::span<const Variable> variables() const { return {variables_.data(), count_}; }
  // A pattern that Split gave, not of a whole line (is_whole()). It must outlive the tree.
  void Add(uint32_t number, std::string_view pattern);

 private:
  struct Node {
    PatternPiece piece;
    bool is_last = false;  // the piece is the rest of the line
    uint32_t number = 0;   // the template, if it is
    std::vector<uint32_t> children;  // those used last come first
  };

  // The child of the node that the line goes on with at `*at`; 0 if there is none.
  uint32_t Step(uint32_t node, std::string_view line, const int64_t* time_ns, size_t* at,
                bool* after_time);
  bool Fits(const Node& node, std::string_view line, const int64_t* time_ns, size_t* at,
            bool* after_time);

  std::vector<Node> nodes_;  // the first is the root
  std::vector<Variable> variables_;  // room for as many as a pattern may have
  size_t count_ = 0;
};

}  // namespace sb::events
