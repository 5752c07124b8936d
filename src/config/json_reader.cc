// SPDX-License-Identifier: Apache-2.0
#include "config/json_reader.h"

#include <rapidjson/error/en.h>
#include <rapidjson/memorystream.h>
#include <rapidjson/reader.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "config/yaml_reader.h"

namespace sb::config {
namespace {

class TreeBuilder : public rapidjson::BaseReaderHandler<rapidjson::UTF8<>, TreeBuilder> {
 public:
  TreeBuilder(std::string_view text, const rapidjson::MemoryStream& stream)
      : text_(text), stream_(stream) {}

  bool Null() { return Attach(NewNode(Node::Kind::kNull, 4)); }
  bool Bool(bool value) {
    auto node = NewNode(Node::Kind::kScalar, value ? 4 : 5);
    node->text = value ? "true" : "false";
    return Attach(std::move(node));
  }
  bool RawNumber(const char* bytes, rapidjson::SizeType length, bool) {
    auto node = NewNode(Node::Kind::kScalar, length);
    node->text.assign(bytes, length);
    return Attach(std::move(node));
  }
  bool String(const char* bytes, rapidjson::SizeType length, bool) {
    return Attach(NewString(bytes, length));
  }
  bool Key(const char* bytes, rapidjson::SizeType length, bool) {
    stack_.back().key = NewString(bytes, length);
    return true;
  }
  bool StartObject() { return Open(Node::Kind::kMapping); }
  bool EndObject(rapidjson::SizeType) { return Close(); }
  bool StartArray() { return Open(Node::Kind::kSequence); }
  bool EndArray(rapidjson::SizeType) { return Close(); }

  NodePtr TakeRoot() { return std::move(root_); }
  const std::string& refusal() const { return refusal_; }

 private:
  struct Frame {
    std::shared_ptr<Node> node;
    NodePtr key;
  };

  // `length`: of the token that the stream has just gone past.
  std::shared_ptr<Node> NewNode(Node::Kind kind, size_t length) {
    auto node = std::make_shared<Node>();
    node->kind = kind;
    node->position = PlaceOf(std::max(stream_.Tell(), length) - length);
    return node;
  }

  std::shared_ptr<Node> NewString(const char* bytes, size_t length) {
    const size_t end = stream_.Tell();
    size_t start = end - 1;  // the closing quote
    const auto escaped = [this](size_t at) {
      size_t slashes = 0;
      while (slashes < at && text_[at - 1 - slashes] == '\\') {
        ++slashes;
      }
      return slashes % 2 == 1;
    };
    do {
      --start;
    } while (start > 0 && (text_[start] != '"' || escaped(start)));
    auto node = NewNode(Node::Kind::kScalar, end - start);
    node->plain = false;
    node->text.assign(bytes, length);
    return node;
  }

  // Tokens come in order, so lines are counted on from the last one.
  Position PlaceOf(size_t offset) {
    for (; counted_ < offset; ++counted_) {
      if (text_[counted_] == '\n') {
        ++line_;
        line_start_ = counted_ + 1;
      }
    }
    return {line_, static_cast<int>(offset - line_start_) + 1};
  }

  bool Open(Node::Kind kind) {
    if (stack_.size() >= kDocumentDepthMax) {
      refusal_ = "nested deeper than " + std::to_string(kDocumentDepthMax) + " levels";
      return false;
    }
    stack_.push_back({NewNode(kind, 1), nullptr});
    return true;
  }

  bool Close() {
    auto node = std::move(stack_.back().node);
    stack_.pop_back();
    return Attach(std::move(node));
  }

  bool Attach(NodePtr node) {
    if (++nodes_ > kExpandedNodesMax) {
      refusal_ = "more than " + std::to_string(kExpandedNodesMax) + " values";
      return false;
    }
    if (stack_.empty()) {
      root_ = std::move(node);
      return true;
    }
    Frame& frame = stack_.back();
    frame.node->expanded_nodes += node->expanded_nodes;
    if (frame.node->IsSequence()) {
      frame.node->items.push_back(std::move(node));
    } else {
      frame.node->entries.push_back({std::move(frame.key), std::move(node)});
    }
    return true;
  }

  std::string_view text_;
  const rapidjson::MemoryStream& stream_;
  std::vector<Frame> stack_;
  NodePtr root_;
  std::string refusal_;
  uint64_t nodes_ = 0;
  size_t counted_ = 0;
  size_t line_start_ = 0;
  int line_ = 1;
};

base::Status Fail(std::string_view text, const std::string& file, size_t offset,
                  const std::string& message) {
  offset = std::min(offset, text.size());
  const std::string_view before = text.substr(0, offset);
  const auto line = std::count(before.begin(), before.end(), '\n') + 1;
  const size_t newline = before.rfind('\n');
  const size_t column = newline == before.npos ? offset + 1 : offset - newline;
  return base::InvalidArgument(file + ":" + std::to_string(line) + ":" + std::to_string(column) +
                               ": json: " + message);
}

}  // namespace

base::Result<NodePtr> ParseJson(std::string_view text, const std::string& file) {
  if (text.size() > kDocumentBytesMax) {
    return base::ResourceExhausted(file + ": larger than " + std::to_string(kDocumentBytesMax) +
                                   " bytes: " + std::to_string(text.size()));
  }
  rapidjson::MemoryStream stream(text.data(), text.size());
  TreeBuilder builder(text, stream);
  rapidjson::Reader reader;
  constexpr unsigned kFlags = rapidjson::kParseIterativeFlag |
                              rapidjson::kParseValidateEncodingFlag |
                              rapidjson::kParseNumbersAsStringsFlag;
  const rapidjson::ParseResult result = reader.Parse<kFlags>(stream, builder);
  if (result.IsError()) {
    const std::string message = builder.refusal().empty()
                                    ? std::string(rapidjson::GetParseError_En(result.Code()))
                                    : builder.refusal();
    return Fail(text, file, result.Offset(), message);
  }
  return builder.TakeRoot();
}

}  // namespace sb::config
