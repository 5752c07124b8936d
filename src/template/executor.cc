// SPDX-License-Identifier: Apache-2.0
#include "template/executor.h"

#include <algorithm>

#include "template/containers.h"
#include "template/print.h"

namespace sb::gotemplate {

Executor::Executor(const TemplateSet& set, const ExecuteOptions& options, std::string* out)
    : set_(set), options_(options), out_(out), out_start_(out->size()) {
  if (options.escaping == Escaping::kHtml) {
    escaper_ = std::make_unique<HtmlEscaper>(out);
  }
}

base::Status Executor::Run(const Tree& tree, const Value& data) {
  tree_ = &tree;
  variables_.emplace_back("$", data);
  (void)WalkList(data, tree.body);
  return std::move(status_);
}

Value Executor::Fail(const std::string& message) {
  if (Failed()) {
    return {};
  }
  const std::string& text = *tree_->text;
  const size_t position = std::min(place_.position, text.size());
  const std::string_view before = std::string_view(text).substr(0, position);
  const size_t line_start =
      before.rfind('\n') == std::string_view::npos ? 0 : before.rfind('\n') + 1;
  const auto line = 1 + std::count(before.begin(), before.end(), '\n');
  const std::string what = place_.node != nullptr      ? ToText(*place_.node)
                           : place_.pipe != nullptr    ? ToText(*place_.pipe)
                           : place_.command != nullptr ? ToText(*place_.command)
                                                       : "";
  status_ = base::InvalidArgument("template: " + tree_->text_name + ":" + std::to_string(line) +
                                  ":" + std::to_string(position - line_start) + ": executing " +
                                  GoQuote(tree_->name) + " at <" + what + ">: " + message);
  return {};
}

void Executor::FailLimit(const std::string& message) {
  if (!Failed()) {
    (void)Fail(message);
    status_ = base::ResourceExhausted(std::string(status_.message()));
  }
}

bool Executor::Step() {
  if (++steps_ > options_.steps_max) {
    FailLimit("more than " + std::to_string(options_.steps_max) + " steps");
  }
  return !Failed();
}

Executor::Flow Executor::WalkList(const Value& dot, const NodeList& list) {
  for (const NodePtr& node : list) {
    if (!Step()) {
      return Flow::kNext;
    }
    const Flow flow = Walk(dot, *node);
    if (flow != Flow::kNext || Failed()) {
      return flow;
    }
  }
  return Flow::kNext;
}

Executor::Flow Executor::Walk(const Value& dot, const Node& node) {
  At(node);
  switch (node.type) {
    case NodeType::kText:
      if (escaper_ != nullptr) {
        escaper_->Text(node.text);
      } else {
        *out_ += node.text;
      }
      if (out_->size() - out_start_ > options_.output_bytes_max) {
        FailLimit("more than " + std::to_string(options_.output_bytes_max) + " bytes of output");
      }
      return Flow::kNext;
    case NodeType::kAction: {
      const Value value = EvalPipe(dot, *node.pipe);
      if (node.pipe->declared.empty() && !Failed()) {
        Print(node, value);
      }
      return Flow::kNext;
    }
    case NodeType::kIf:
    case NodeType::kWith:
      return WalkBranch(dot, node);
    case NodeType::kRange:
      return WalkRange(dot, node);
    case NodeType::kTemplate:
      WalkTemplate(dot, node);
      return Flow::kNext;
    case NodeType::kBreak:
      return Flow::kBreak;
    case NodeType::kContinue:
      return Flow::kContinue;
    default:
      return Flow::kNext;
  }
}

Executor::Flow Executor::WalkBranch(const Value& dot, const Node& node) {
  const size_t mark = variables_.size();
  const Value value = EvalPipe(dot, *node.pipe);
  Flow flow = Flow::kNext;
  if (!Failed()) {
    if (value.Truth()) {
      flow = WalkList(node.type == NodeType::kWith ? value : dot, node.body);
    } else {
      flow = WalkList(dot, node.otherwise);
    }
  }
  variables_.resize(mark);
  return flow;
}

// False when the loop is to end.
bool Executor::RangeBody(const Node& node, const Value& key, const Value& element) {
  const std::vector<std::string>& declared = node.pipe->declared;
  const size_t mark = variables_.size();
  if (node.pipe->is_assignment) {
    if (!declared.empty()) {
      SetVariable(declared.front(), declared.size() > 1 ? key : element);
    }
    if (declared.size() > 1) {
      SetVariable(declared[1], element);
    }
  } else {
    // EvalPipe has pushed the declared variables; their values change from turn to turn.
    for (size_t i = 0; i < declared.size(); ++i) {
      variables_[mark - declared.size() + i].second = declared.size() > 1 && i == 0 ? key : element;
    }
  }
  const Flow flow = WalkList(element, node.body);
  variables_.resize(mark);
  return flow != Flow::kBreak && !Failed();
}

Executor::Flow Executor::WalkRange(const Value& dot, const Node& node) {
  const size_t mark = variables_.size();
  const Value value = EvalPipe(dot, *node.pipe);
  bool any = false;
  if (Failed()) {
    return Flow::kNext;
  }
  At(*node.pipe);
  const Value basic = value.Basic();
  if (basic.IsInt()) {
    for (int64_t i = 0; i < basic.AsInt() && Step(); ++i) {
      any = true;
      if (!RangeBody(node, Value(i), Value(i))) {
        break;
      }
    }
  } else if (value.IsObject() && (value.AsObject().shape() == Object::Shape::kList ||
                                  value.AsObject().shape() == Object::Shape::kMap)) {
    const Object& object = value.AsObject();
    const bool list = object.shape() == Object::Shape::kList;
    for (size_t i = 0; i < object.Size() && Step(); ++i) {
      any = true;
      if (!RangeBody(node, list ? Value(static_cast<int64_t>(i)) : object.KeyAt(i), object.At(i))) {
        break;
      }
    }
  } else if (!value.IsNil()) {
    At(node.pipe->commands.size() == 1 ? *node.pipe->commands[0].args[0] : node);
    Fail("range can't iterate over " + PrintValue(value));
  }
  variables_.resize(std::min(mark, variables_.size()));
  if (!any && !Failed()) {
    const Flow flow = WalkList(dot, node.otherwise);
    variables_.resize(std::min(mark, variables_.size()));
    return flow;
  }
  return Flow::kNext;
}

void Executor::WalkTemplate(const Value& dot, const Node& node) {
  const Tree* tree = set_.Find(node.text);
  if (tree == nullptr) {
    Fail("template " + GoQuote(node.text) + " not defined");
    return;
  }
  if (depth_ >= options_.depth_max) {
    FailLimit("exceeded maximum template depth (" + std::to_string(options_.depth_max) + ")");
    return;
  }
  const Value value = node.pipe == nullptr ? Value() : EvalPipe(dot, *node.pipe);
  if (Failed()) {
    return;
  }
  std::vector<std::pair<std::string, Value>> outer = std::exchange(variables_, {});
  variables_.emplace_back("$", value);
  const Tree* caller = std::exchange(tree_, tree);
  ++depth_;
  (void)WalkList(value, tree->body);
  --depth_;
  tree_ = caller;
  variables_ = std::move(outer);
}

void Executor::Print(const Node& node, const Value& value) {
  At(node);
  if (escaper_ != nullptr) {
    const Command& last = node.pipe->commands.back();
    const Node& first = *last.args.front();
    const bool named = first.type == NodeType::kIdentifier;
    const base::Status status =
        escaper_->Print(value, named && first.text == "html"       ? Predefined::kHtml
                               : named && first.text == "urlquery" ? Predefined::kUrlQuery
                                                                   : Predefined::kNone);
    if (!status.ok()) {
      Fail(std::string(status.message()));
    }
  } else if (value.IsNil()) {
    *out_ += "<no value>";
  } else {
    AppendValue(value, out_);
  }
  if (out_->size() - out_start_ > options_.output_bytes_max) {
    FailLimit("more than " + std::to_string(options_.output_bytes_max) + " bytes of output");
  }
}

void Executor::SetVariable(const std::string& name, Value value) {
  for (auto it = variables_.rbegin(); it != variables_.rend(); ++it) {
    if (it->first == name) {
      it->second = std::move(value);
      return;
    }
  }
  Fail("undefined variable: " + name);
}

}  // namespace sb::gotemplate
