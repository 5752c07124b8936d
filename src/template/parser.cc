// SPDX-License-Identifier: Apache-2.0
#include "template/parser.h"

#include <algorithm>

#include "config/quote.h"
#include "template/lexer.h"
#include "template/print.h"

namespace sb::gotemplate {
namespace {

constexpr size_t kTokenTextMax = 10;

// What stopped a list of statements.
enum class Stop : uint8_t { kEof, kElse, kEnd };

// The first error stays; afterwards every step returns at once.
class Parser {
 public:
  Parser(std::string name, std::string text, const FunctionTable* functions)
      : name_(std::move(name)),
        text_(std::make_shared<const std::string>(std::move(text))),
        functions_(functions),
        tokens_(Lex(*text_)) {}

  base::Result<std::vector<Tree>> Run() {
    variables_ = {"$"};
    NodeList body;
    while (!Failed() && Peek().type != TokenType::kEof) {
      Statement(&body, /*top=*/true);
    }
    if (Failed()) {
      return base::InvalidArgument(error_);
    }
    Add(name_, std::move(body));
    return std::move(trees_);
  }

 private:
  // ---- tokens
  const Token& Peek() const { return tokens_[at_]; }
  const Token& Next() {
    const Token& token = tokens_[at_];
    if (at_ + 1 < tokens_.size()) {
      ++at_;
    }
    return token;
  }
  const Token& NextNonSpace() {
    while (Peek().type == TokenType::kSpace) {
      Next();
    }
    return Next();
  }
  const Token& PeekNonSpace() {
    while (Peek().type == TokenType::kSpace) {
      Next();
    }
    return Peek();
  }

  // ---- errors
  bool Failed() const { return !error_.empty(); }

  void Error(const std::string& message) {
    if (!Failed()) {
      const size_t position = std::min(tokens_[at_ > 0 ? at_ - 1 : 0].position, text_->size());
      const auto line =
          1 +
          std::count(text_->begin(), text_->begin() + static_cast<std::ptrdiff_t>(position), '\n');
      error_ = "template: " + name_ + ":" + std::to_string(line) + ": " + message;
    }
  }

  static std::string Describe(const Token& token) {
    switch (token.type) {
      case TokenType::kEof:
        return "EOF";
      case TokenType::kError:
        return token.message;
      case TokenType::kKeyword:
      case TokenType::kDot:
      case TokenType::kNil:
        return "<" + std::string(token.text) + ">";
      default:
        if (token.text.size() > kTokenTextMax) {
          return GoQuote(token.text.substr(0, RuneOffset(token.text, kTokenTextMax))) + "...";
        }
        return GoQuote(token.text);
    }
  }

  void Unexpected(const Token& token, std::string_view context) {
    if (token.type == TokenType::kError) {
      return Error(token.message);
    }
    Error("unexpected " + Describe(token) + " in " + std::string(context));
  }

  void Expect(TokenType type, std::string_view context) {
    const Token& token = NextNonSpace();
    if (token.type != type) {
      Unexpected(token, context);
    }
  }

  // ---- statements
  void Add(std::string name, NodeList body) {
    const bool blank = std::all_of(body.begin(), body.end(), [](const NodePtr& node) {
      return node->type == NodeType::kText &&
             node->text.find_first_not_of(" \t\r\n") == std::string::npos;
    });
    for (Tree& tree : trees_) {
      if (tree.name != name) {
        continue;
      }
      const bool old_blank = tree.body.empty();
      if (!old_blank && !blank) {
        return Error("template: multiple definition of template " + GoQuote(name));
      }
      if (!blank) {
        tree.body = std::move(body);
      }
      return;
    }
    trees_.push_back({std::move(name), name_, text_, std::move(body)});
  }

  NodePtr NewNode(NodeType type, size_t position) const {
    auto node = std::make_unique<Node>();
    node->type = type;
    node->position = position;
    return node;
  }

  // Appends one statement; at the end of a list says by which word.
  Stop Statement(NodeList* out, bool top) {
    const Token& token = Next();
    switch (token.type) {
      case TokenType::kText: {
        NodePtr node = NewNode(NodeType::kText, token.position);
        node->text = token.text;
        out->push_back(std::move(node));
        return Stop::kEof;
      }
      case TokenType::kLeftDelim:
        return Action(out, top);
      default:
        Unexpected(token, "input");
        return Stop::kEof;
    }
  }

  Stop Action(NodeList* out, bool top) {
    const size_t start = at_;
    const Token& token = NextNonSpace();
    if (token.type == TokenType::kKeyword) {
      return Keyword(token, out, top);
    }
    at_ = start;
    NodePtr node = NewNode(NodeType::kAction, PeekNonSpace().position);
    node->pipe = ParsePipe("command", TokenType::kRightDelim);
    out->push_back(std::move(node));
    return Stop::kEof;
  }

  Stop Keyword(const Token& token, NodeList* out, bool top) {
    const std::string_view word = token.text;
    if (word == "end") {
      Expect(TokenType::kRightDelim, "end");
      if (top) {
        Error("unexpected {{end}}");
      }
      return Stop::kEnd;
    }
    if (word == "else") {
      Else(top);
      return Stop::kElse;
    }
    if (word == "define") {
      if (!top) {
        Unexpected(token, "command");
      }
      Define();
    } else if (word == "block") {
      Block(token.position, out);
    } else if (word == "template") {
      TemplateCall(token.position, out);
    } else if (word == "break" || word == "continue") {
      Leave(token, out);
    } else {
      Control(token, out);
    }
    return Stop::kEof;
  }

  void Else(bool top) {
    const Token& next = PeekNonSpace();
    const bool chained =
        next.type == TokenType::kKeyword && (next.text == "if" || next.text == "with");
    if (!chained) {
      Expect(TokenType::kRightDelim, "else");
    }
    if (top) {
      Error("unexpected {{else}}");
    }
  }

  void Leave(const Token& token, NodeList* out) {
    const std::string word(token.text);
    const NodeType type = word == "break" ? NodeType::kBreak : NodeType::kContinue;
    const Token& next = NextNonSpace();
    if (next.type != TokenType::kRightDelim) {
      return Unexpected(next, "{{" + word + "}}");
    }
    if (range_depth_ == 0) {
      return Error("{{" + word + "}} outside {{range}}");
    }
    out->push_back(NewNode(type, token.position));
  }

  // Statements up to `else` or `end`.
  Stop List(NodeList* out) {
    if (++nesting_ > kNestingMax) {
      Error("nested deeper than " + std::to_string(kNestingMax));
    }
    while (!Failed()) {
      if (Peek().type == TokenType::kEof) {
        Next();
        Error("unexpected EOF");
        break;
      }
      const Stop stop = Statement(out, /*top=*/false);
      if (stop != Stop::kEof) {
        --nesting_;
        return stop;
      }
    }
    --nesting_;
    return Stop::kEof;
  }

  void Control(const Token& token, NodeList* out) {
    const std::string word(token.text);
    const NodeType type = word == "if"     ? NodeType::kIf
                          : word == "with" ? NodeType::kWith
                                           : NodeType::kRange;
    const size_t variables = variables_.size();
    NodePtr node = NewNode(type, token.position);
    node->pipe = ParsePipe(word, TokenType::kRightDelim);
    range_depth_ += type == NodeType::kRange ? 1 : 0;
    const Stop stop = Failed() ? Stop::kEof : List(&node->body);
    range_depth_ -= type == NodeType::kRange ? 1 : 0;
    if (!Failed() && stop == Stop::kElse) {
      node->has_else = true;
      Otherwise(word, node.get());
    }
    variables_.resize(variables);
    out->push_back(std::move(node));
  }

  void Otherwise(const std::string& word, Node* node) {
    const Token& next = Peek();
    if (next.type == TokenType::kKeyword && (next.text == "if" || next.text == "with")) {
      if (next.text != word) {
        return Unexpected(next, "else");
      }
      if (++nesting_ > kNestingMax) {
        return Error("nested deeper than " + std::to_string(kNestingMax));
      }
      Control(Next(), &node->otherwise);
      --nesting_;
      return;
    }
    if (List(&node->otherwise) == Stop::kElse) {
      Error("expected end; found {{else}}");
    }
  }

  std::string TemplateName(const Token& token, std::string_view context) {
    if (token.type != TokenType::kString && token.type != TokenType::kRawString) {
      Unexpected(token, context);
      return "";
    }
    base::Result<std::string> name = Unquote(token.text);
    if (!name.ok()) {
      Error(std::string(name.status().message()));
      return "";
    }
    return std::move(name).value();
  }

  // The statements of a template of its own: it sees no variable but $.
  void Definition(std::string name, std::string_view context) {
    std::vector<std::string> outer = std::exchange(variables_, {"$"});
    const int range_depth = std::exchange(range_depth_, 0);
    NodeList body;
    if (!Failed() && List(&body) == Stop::kElse) {
      Error("unexpected {{else}} in " + std::string(context));
    }
    variables_ = std::move(outer);
    range_depth_ = range_depth;
    if (!Failed()) {
      Add(std::move(name), std::move(body));
    }
  }

  void Define() {
    std::string name = TemplateName(NextNonSpace(), "define clause");
    Expect(TokenType::kRightDelim, "define clause");
    Definition(std::move(name), "define clause");
  }

  void Block(size_t position, NodeList* out) {
    NodePtr node = NewNode(NodeType::kTemplate, position);
    node->text = TemplateName(NextNonSpace(), "block clause");
    node->pipe = ParsePipe("block clause", TokenType::kRightDelim);
    Definition(node->text, "block clause");
    out->push_back(std::move(node));
  }

  void TemplateCall(size_t position, NodeList* out) {
    NodePtr node = NewNode(NodeType::kTemplate, position);
    const Token& token = NextNonSpace();
    node->position = token.position;
    node->text = TemplateName(token, "template clause");
    if (PeekNonSpace().type == TokenType::kRightDelim) {
      Next();
    } else {
      node->pipe = ParsePipe("template clause", TokenType::kRightDelim);
    }
    out->push_back(std::move(node));
  }

  // ---- pipelines
  PipePtr ParsePipe(std::string_view context, TokenType end) {
    auto pipe = std::make_unique<Pipe>();
    if (Failed()) {
      return pipe;
    }
    pipe->position = PeekNonSpace().position;
    Declarations(context, pipe.get());
    while (!Failed()) {
      const size_t start = at_;
      const Token& token = NextNonSpace();
      if (token.type == end) {
        CheckPipe(*pipe, context);
        return pipe;
      }
      if (!StartsOperand(token.type)) {
        Unexpected(token, context);
        return pipe;
      }
      at_ = start;
      ParseCommand(pipe.get());
    }
    return pipe;
  }

  static bool StartsOperand(TokenType type) {
    switch (type) {
      case TokenType::kBool:
      case TokenType::kCharConstant:
      case TokenType::kDot:
      case TokenType::kField:
      case TokenType::kIdentifier:
      case TokenType::kNumber:
      case TokenType::kNil:
      case TokenType::kRawString:
      case TokenType::kString:
      case TokenType::kVariable:
      case TokenType::kLeftParen:
        return true;
      default:
        return false;
    }
  }

  void Declarations(std::string_view context, Pipe* pipe) {
    while (PeekNonSpace().type == TokenType::kVariable) {
      const size_t start = at_;
      const std::string variable(Next().text);
      const Token& next = PeekNonSpace();
      if (next.type == TokenType::kAssign || next.type == TokenType::kDeclare) {
        pipe->is_assignment = next.type == TokenType::kAssign;
        Next();
        pipe->declared.push_back(variable);
        variables_.push_back(variable);
        return;
      }
      if (next.type != TokenType::kChar || next.text != ",") {
        at_ = start;
        return;
      }
      Next();
      pipe->declared.push_back(variable);
      variables_.push_back(variable);
      if (context != "range" || pipe->declared.size() >= 2) {
        return Error("too many declarations in " + std::string(context));
      }
      const TokenType after = PeekNonSpace().type;
      if (after != TokenType::kVariable && after != TokenType::kRightDelim &&
          after != TokenType::kRightParen) {
        return Error("range can only initialize variables");
      }
    }
  }

  void CheckPipe(const Pipe& pipe, std::string_view context) {
    if (pipe.commands.empty()) {
      return Error("missing value for " + std::string(context));
    }
    for (size_t i = 1; i < pipe.commands.size(); ++i) {
      switch (pipe.commands[i].args.front()->type) {
        case NodeType::kBool:
        case NodeType::kDot:
        case NodeType::kNil:
        case NodeType::kNumber:
        case NodeType::kString:
          return Error("non executable command in pipeline stage " + std::to_string(i + 1));
        default:
          break;
      }
    }
  }

  void ParseCommand(Pipe* pipe) {
    Command command;
    command.position = PeekNonSpace().position;
    while (!Failed()) {
      PeekNonSpace();
      if (NodePtr operand = Operand(); operand != nullptr) {
        command.args.push_back(std::move(operand));
      }
      const size_t start = at_;
      const Token& token = Next();
      if (token.type == TokenType::kSpace) {
        continue;
      }
      if (token.type == TokenType::kRightDelim || token.type == TokenType::kRightParen) {
        at_ = start;
      } else if (token.type != TokenType::kPipe) {
        Unexpected(token, "operand");
      }
      break;
    }
    if (command.args.empty()) {
      return Error("empty command");
    }
    pipe->commands.push_back(std::move(command));
  }

  NodePtr Operand() {
    NodePtr node = Term();
    if (node == nullptr || Failed() || Peek().type != TokenType::kField) {
      return node;
    }
    const size_t position = Peek().position;
    std::vector<std::string> fields;
    while (Peek().type == TokenType::kField) {
      fields.emplace_back(Next().text.substr(1));
    }
    switch (node->type) {
      case NodeType::kField:
      case NodeType::kVariable:
        node->position = position;
        node->idents.insert(node->idents.end(), fields.begin(), fields.end());
        return node;
      case NodeType::kBool:
      case NodeType::kString:
      case NodeType::kNumber:
      case NodeType::kNil:
      case NodeType::kDot:
        Error("unexpected . after term " + GoQuote(ToText(*node)));
        return node;
      default:
        break;
    }
    NodePtr chain = NewNode(NodeType::kChain, position);
    chain->operand = std::move(node);
    chain->idents = std::move(fields);
    return chain;
  }

  NodePtr Constant(const Token& token, NodeType type, base::Result<Value> value) {
    NodePtr node = NewNode(type, token.position);
    node->text = token.text;
    node->is_char = token.type == TokenType::kCharConstant;
    if (!value.ok()) {
      Error(std::string(value.status().message()));
      return node;
    }
    node->constant = std::move(value).value();
    return node;
  }

  NodePtr Term() {
    const size_t start = at_;
    const Token& token = NextNonSpace();
    switch (token.type) {
      case TokenType::kIdentifier:
        return Identifier(token);
      case TokenType::kDot:
        return NewNode(NodeType::kDot, token.position);
      case TokenType::kNil:
        return NewNode(NodeType::kNil, token.position);
      case TokenType::kVariable:
        return Variable(token);
      case TokenType::kField: {
        NodePtr node = NewNode(NodeType::kField, token.position);
        node->idents.emplace_back(token.text.substr(1));
        return node;
      }
      case TokenType::kBool:
        return Constant(token, NodeType::kBool, Value(token.text == "true"));
      case TokenType::kNumber:
      case TokenType::kCharConstant:
        return Constant(token, NodeType::kNumber, ParseConstant(token.text));
      case TokenType::kString:
      case TokenType::kRawString: {
        base::Result<std::string> text = Unquote(token.text);
        return Constant(token, NodeType::kString,
                        text.ok() ? base::Result<Value>(Value(std::move(text).value()))
                                  : base::Result<Value>(text.status()));
      }
      case TokenType::kLeftParen:
        return Parenthesised(token.position);
      default:
        at_ = start;
        return nullptr;
    }
  }

  NodePtr Parenthesised(size_t position) {
    NodePtr node = NewNode(NodeType::kPipe, position);
    if (++nesting_ > kNestingMax) {
      Error("nested deeper than " + std::to_string(kNestingMax));
    }
    node->pipe = ParsePipe("parenthesized pipeline", TokenType::kRightParen);
    node->position = node->pipe->position;
    --nesting_;
    return node;
  }

  NodePtr Identifier(const Token& token) {
    NodePtr node = NewNode(NodeType::kIdentifier, token.position);
    node->text = token.text;
    node->function = functions_ != nullptr ? functions_->Find(token.text) : nullptr;
    if (node->function == nullptr) {
      node->function = Builtins().Find(token.text);
    }
    if (node->function == nullptr) {
      Error("function " + GoQuote(token.text) + " not defined");
    }
    return node;
  }

  NodePtr Variable(const Token& token) {
    NodePtr node = NewNode(NodeType::kVariable, token.position);
    node->idents.emplace_back(token.text);
    if (std::find(variables_.begin(), variables_.end(), token.text) == variables_.end()) {
      Error("undefined variable " + GoQuote(token.text));
    }
    return node;
  }

  std::string name_;
  std::shared_ptr<const std::string> text_;
  const FunctionTable* functions_;
  std::vector<Token> tokens_;
  size_t at_ = 0;
  std::vector<std::string> variables_;
  int range_depth_ = 0;
  int nesting_ = 0;
  std::string error_;
  std::vector<Tree> trees_;
};

}  // namespace

base::Result<std::vector<Tree>> Parse(std::string name, std::string text,
                                      const FunctionTable* functions) {
  if (text.size() > kTextBytesMax) {
    return base::ResourceExhausted("template: " + name + ": longer than " +
                                   std::to_string(kTextBytesMax) + " bytes");
  }
  return Parser(std::move(name), std::move(text), functions).Run();
}

}  // namespace sb::gotemplate
