// SPDX-License-Identifier: Apache-2.0
#include "config/yaml_reader.h"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <map>
#include <optional>
#include <sstream>
#include <utility>
#include <vector>

#include "config/quote.h"

namespace sb::config {
namespace {

struct ReadFailure {
  Position at;
  std::string message;
};

Position PositionOf(const YAML::Mark& mark) {
  return {mark.line + 1, mark.column + 1};
}

std::optional<std::string> DecodeBase64(std::string_view text) {
  std::string out;
  uint32_t bits = 0;
  int count = 0;
  for (char c : text) {
    uint32_t value = 0;
    if (c >= 'A' && c <= 'Z') {
      value = static_cast<uint32_t>(c - 'A');
    } else if (c >= 'a' && c <= 'z') {
      value = static_cast<uint32_t>(c - 'a' + 26);
    } else if (c >= '0' && c <= '9') {
      value = static_cast<uint32_t>(c - '0' + 52);
    } else if (c == '+' || c == '/') {
      value = c == '+' ? 62 : 63;
    } else if (c == '=' || c == '\n' || c == ' ') {
      continue;
    } else {
      return std::nullopt;
    }
    bits = (bits << 6) | value;
    count += 6;
    if (count >= 8) {
      count -= 8;
      out.push_back(static_cast<char>((bits >> count) & 0xff));
    }
  }
  return out;
}

// Builds the tree from the parser's events. Throws ReadFailure, which ParseYaml catches: the parser
// in between knows no other way to be stopped.
class TreeBuilder : public YAML::EventHandler {
 public:
  explicit TreeBuilder(std::string_view text) : text_(text) {}

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    auto node = NewNode(mark, Node::Kind::kNull);
    node->position = PlaceOfNothing(mark);
    Finish(std::move(node), anchor);
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    const auto found = anchors_.find(anchor);
    if (found == anchors_.end()) {
      throw ReadFailure{PositionOf(mark), "yaml: anchor value contains itself"};
    }
    Attach(found->second);
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    auto node = NewNode(mark, Node::Kind::kScalar);
    node->plain = tag == "?";
    node->text = value;
    if (tag == "tag:yaml.org,2002:binary") {
      auto bytes = DecodeBase64(value);
      if (!bytes) {
        throw ReadFailure{PositionOf(mark), "yaml: !!binary value contains invalid base64 data"};
      }
      node->text = std::move(*bytes);
    } else if (tag == "tag:yaml.org,2002:int" || tag == "tag:yaml.org,2002:float" ||
               tag == "tag:yaml.org,2002:bool") {
      node->plain = true;
    }
    Finish(std::move(node), anchor);
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value style) override {
    auto node = NewNode(mark, Node::Kind::kSequence);
    node->flow = style == YAML::EmitterStyle::Flow;
    Open(std::move(node), anchor);
  }
  void OnSequenceEnd() override { Close(); }

  void OnMapStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    Open(NewNode(mark, Node::Kind::kMapping), anchor);
  }
  void OnMapEnd() override {
    MergeInto(stack_.back().node.get());
    Close();
  }

  NodePtr TakeRoot() { return root_ ? std::move(root_) : std::make_shared<const Node>(); }

 private:
  struct Frame {
    std::shared_ptr<Node> node;
    YAML::anchor_t anchor;
    NodePtr key;  // of a mapping: read, its value not yet
  };

  static std::shared_ptr<Node> NewNode(const YAML::Mark& mark, Node::Kind kind) {
    auto node = std::make_shared<Node>();
    node->kind = kind;
    node->position = PositionOf(mark);
    return node;
  }

  void Open(std::shared_ptr<Node> node, YAML::anchor_t anchor) {
    if (stack_.size() >= kDocumentDepthMax) {
      throw ReadFailure{node->position, "yaml: nested deeper than " +
                                            std::to_string(kDocumentDepthMax) + " levels"};
    }
    stack_.push_back({std::move(node), anchor, nullptr});
  }

  void Close() {
    Frame frame = std::move(stack_.back());
    stack_.pop_back();
    Finish(std::move(frame.node), frame.anchor);
  }

  void Finish(std::shared_ptr<Node> node, YAML::anchor_t anchor) {
    if (anchor != 0) {
      anchors_[anchor] = node;
    }
    Attach(std::move(node));
  }

  void Attach(NodePtr node) {
    if (stack_.empty()) {
      root_ = std::move(node);
      return;
    }
    Frame& frame = stack_.back();
    frame.node->expanded_nodes += node->expanded_nodes;
    if (frame.node->expanded_nodes > kExpandedNodesMax) {
      throw ReadFailure{frame.node->position, "yaml: document contains excessive aliasing"};
    }
    if (frame.node->IsSequence()) {
      frame.node->items.push_back(std::move(node));
    } else if (frame.key == nullptr) {
      if (!node->IsScalar() && !node->IsNull()) {
        throw ReadFailure{node->position, "yaml: invalid map key"};
      }
      frame.key = std::move(node);
    } else {
      if (node->IsNull()) {
        node = NullAt(frame.key->position);
      }
      frame.node->entries.push_back({std::move(frame.key), std::move(node)});
      frame.key = nullptr;
    }
  }

  static NodePtr NullAt(Position at) {
    auto node = std::make_shared<Node>();
    node->position = at;
    return node;
  }

  // The parser places an absent value at the token behind it; a reader looks for the "-" before it.
  Position PlaceOfNothing(const YAML::Mark& mark) const {
    Position here = PositionOf(mark);
    auto at = static_cast<size_t>(mark.pos);
    if (at > text_.size()) {
      return here;
    }
    int lines = 0;
    while (at > 0 && (text_[at - 1] == ' ' || text_[at - 1] == '\n' || text_[at - 1] == '\r')) {
      --at;
      lines += text_[at] == '\n' ? 1 : 0;
    }
    if (at == 0 || text_[at - 1] != '-') {
      return here;
    }
    const size_t line_start = text_.rfind('\n', at - 1);
    const size_t start = line_start == text_.npos ? 0 : line_start + 1;
    return {here.line - lines, static_cast<int>(at - start)};
  }

  // `<<: *base`, `<<: [*a, *b]`: keys that are written out win over merged ones, earlier over
  // later.
  static void MergeInto(Node* mapping) {
    std::vector<Node::Entry> own;
    std::vector<NodePtr> bases;
    for (Node::Entry& entry : mapping->entries) {
      if (entry.key->plain && entry.key->text == "<<") {
        CollectBases(entry.value, &bases);
      } else {
        own.push_back(std::move(entry));
      }
    }
    mapping->entries = std::move(own);
    for (const NodePtr& base : bases) {
      for (const Node::Entry& entry : base->entries) {
        if (mapping->Find(entry.key->text) == nullptr) {
          mapping->entries.push_back(entry);
        }
      }
    }
  }

  static void CollectBases(const NodePtr& value, std::vector<NodePtr>* bases) {
    if (value->IsMapping()) {
      bases->push_back(value);
      return;
    }
    for (const NodePtr& item : value->items) {
      if (!item->IsMapping()) {
        throw ReadFailure{item->position,
                          "yaml: map merge requires map or sequence of maps as the value"};
      }
      bases->push_back(item);
    }
    if (!value->IsSequence()) {
      throw ReadFailure{value->position,
                        "yaml: map merge requires map or sequence of maps as the value"};
    }
  }

  std::string_view text_;
  std::vector<Frame> stack_;
  std::map<YAML::anchor_t, NodePtr> anchors_;
  NodePtr root_;
};

base::Status Fail(const std::string& file, Position at, const std::string& message) {
  return base::InvalidArgument(file + ":" + std::to_string(at.line) + ":" +
                               std::to_string(at.column) + ": " + message);
}

// Refuses what the parser would take silently: broken UTF-8 and control characters.
base::Status CheckBytes(std::string_view text, const std::string& file) {
  Position here{1, 1};
  for (size_t at = 0; at < text.size();) {
    char32_t c = 0;
    if (!DecodeUtf8(text, &at, &c)) {
      return Fail(file, here, "yaml: invalid UTF-8");
    }
    if ((c < 0x20 && c != '\t' && c != '\n' && c != '\r') || c == 0x7f) {
      return Fail(file, here, "yaml: control characters are not allowed");
    }
    if (c == '\n') {
      here = {here.line + 1, 1};
    } else {
      ++here.column;
    }
  }
  return base::OkStatus();
}

}  // namespace

base::Result<NodePtr> ParseYaml(std::string_view text, const std::string& file) {
  if (text.size() > kDocumentBytesMax) {
    return base::ResourceExhausted(file + ": larger than " + std::to_string(kDocumentBytesMax) +
                                   " bytes: " + std::to_string(text.size()));
  }
  if (text.starts_with("\xef\xbb\xbf")) {
    text.remove_prefix(3);
  }
  SB_RETURN_IF_ERROR(CheckBytes(text, file));
  TreeBuilder builder(text);
  try {
    std::istringstream stream{std::string(text)};
    YAML::Parser parser(stream);
    parser.HandleNextDocument(builder);
    return builder.TakeRoot();
  } catch (const ReadFailure& failure) {
    return Fail(file, failure.at, failure.message);
  } catch (const YAML::Exception& error) {
    return Fail(file, PositionOf(error.mark), "yaml: " + error.msg);
  }
}

}  // namespace sb::config
