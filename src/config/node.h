// SPDX-License-Identifier: Apache-2.0
//
// Node is one value of a configuration document, with the place where it stands in the file, so
// that every complaint can name line and column. The tree is built by yaml_reader.h or
// json_reader.h, read through option_table.h, and printed by yaml_writer.h.
//
// A node that an alias (`*name`) refers to is shared, not copied. `expanded_nodes` counts what a
// walk over the subtree visits; readers refuse documents whose expansion exceeds their limit, so
// walking a Node tree is always bounded.
//
// Threads: immutable once built.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace sb::config {

// 1-based; 0 when there is no file behind the value.
struct Position {
  int line = 0;
  int column = 0;
  friend bool operator==(Position, Position) = default;
  friend auto operator<=>(Position, Position) = default;
};

struct Node;
using NodePtr = std::shared_ptr<const Node>;

struct Node {
  enum class Kind : uint8_t { kNull, kScalar, kSequence, kMapping };
  struct Entry {
    NodePtr key;  // always a scalar (or null, read as "")
    NodePtr value;
  };

  Kind kind = Kind::kNull;
  bool plain = true;  // a scalar without quotes, which may be a number, a bool…
  bool flow = false;  // a sequence to be printed as [a, b]
  Position position;
  uint64_t expanded_nodes = 1;
  std::string text;            // scalars
  std::vector<NodePtr> items;  // sequences
  std::vector<Entry> entries;  // mappings, in the order of the file

  bool IsNull() const { return kind == Kind::kNull; }
  bool IsScalar() const { return kind == Kind::kScalar; }
  bool IsSequence() const { return kind == Kind::kSequence; }
  bool IsMapping() const { return kind == Kind::kMapping; }
  // The first value under `key`; null pointer when absent or when this is no mapping.
  const Node* Find(std::string_view key) const;
};

// Nodes without a place, for printing.
NodePtr MakeString(std::string text);  // quoted when it would read as something else
NodePtr MakePlain(std::string text);   // numbers, true, false
NodePtr MakeSequence(std::vector<NodePtr> items, bool flow = false);
NodePtr MakeMapping(std::vector<std::pair<std::string, NodePtr>> entries);

// The YAML tag that a message names a node by: "!!str", "!!int", "!!seq"…
std::string_view TagOf(const Node& node);

}  // namespace sb::config
