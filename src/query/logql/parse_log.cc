// SPDX-License-Identifier: Apache-2.0
//
// Selectors and pipeline stages.
#include <fmt/format.h>
#include <re2/re2.h>

#include "query/logql/parser_internal.h"
#include "query/logql/pattern.h"

namespace sb::logql {
namespace {

constexpr std::string_view kNeedsMatcher =
    "queries require at least one regexp or equality matcher that does not have an "
    "empty-compatible value. For instance, app=~\".*\" does not meet this requirement, but "
    "app=~\".+\" will";

std::string LowerAscii(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') {
      c = static_cast<char>(c - 'A' + 'a');
    }
  }
  return out;
}

bool IsStageWord(std::string_view lower) {
  return lower == "json" || lower == "logfmt" || lower == "regexp" || lower == "pattern" ||
         lower == "unpack" || lower == "line_format" || lower == "label_format" ||
         lower == "decolorize" || lower == "drop" || lower == "keep" || lower == "unwrap";
}

bool IsComparisonToken(TokenType type) {
  switch (type) {
    case TokenType::kEqual:
    case TokenType::kNotEqual:
    case TokenType::kRegex:
    case TokenType::kNotRegex:
    case TokenType::kDoubleEqual:
    case TokenType::kGreater:
    case TokenType::kGreaterEqual:
    case TokenType::kLess:
    case TokenType::kLessEqual:
      return true;
    default:
      return false;
  }
}

std::optional<LineOp> LineOpOf(TokenType type) {
  switch (type) {
    case TokenType::kPipeExact:
      return LineOp::kContains;
    case TokenType::kPipeMatch:
      return LineOp::kMatch;
    case TokenType::kPipePattern:
      return LineOp::kPattern;
    case TokenType::kNotEqual:
      return LineOp::kNotContains;
    case TokenType::kNotRegex:
      return LineOp::kNotMatch;
    case TokenType::kNotPattern:
      return LineOp::kNotPattern;
    default:
      return std::nullopt;
  }
}

std::optional<model::MatchType> MatchTypeOf(TokenType type) {
  switch (type) {
    case TokenType::kEqual:
      return model::MatchType::kEqual;
    case TokenType::kNotEqual:
      return model::MatchType::kNotEqual;
    case TokenType::kRegex:
      return model::MatchType::kRegex;
    case TokenType::kNotRegex:
      return model::MatchType::kNotRegex;
    default:
      return std::nullopt;
  }
}

LabelFilter Join(LabelFilter::Kind kind, LabelFilter lhs, LabelFilter rhs) {
  LabelFilter both;
  both.kind = kind;
  both.operands.push_back(std::move(lhs));
  both.operands.push_back(std::move(rhs));
  return both;
}

// Regular expressions of a parser stage need named groups, each once.
base::Status CheckRegexpStage(const std::string& pattern) {
  RE2::Options options;
  options.set_log_errors(false);
  const RE2 regex(pattern, options);
  if (!regex.ok()) {
    return base::InvalidArgument(
        fmt::format("invalid regexp parser: error parsing regexp: {}", regex.error()));
  }
  if (regex.NamedCapturingGroups().empty()) {
    return base::InvalidArgument(
        "invalid regexp parser: at least one named capture must be supplied");
  }
  if (regex.NamedCapturingGroups().size() != regex.CapturingGroupNames().size()) {
    return base::InvalidArgument("invalid regexp parser: duplicate extracted label name");
  }
  return base::OkStatus();
}

}  // namespace

base::Result<std::unique_ptr<LogExpr>> Parser::ParseAllLog() {
  std::unique_ptr<LogExpr> log = ParseLog(nullptr);
  ExpectEnd();
  if (failed()) {
    return Error();
  }
  return log;
}

base::Result<std::vector<model::Matcher>> Parser::ParseAllSelector() {
  std::vector<model::Matcher> matchers = ParseMatchers();
  ExpectEnd();
  if (failed()) {
    return Error();
  }
  return matchers;
}

std::unique_ptr<LogExpr> Parser::ParseLog(RangeExpr* range) {
  const DepthScope depth(this);
  if (failed()) {
    return nullptr;
  }
  std::unique_ptr<LogExpr> log;
  if (At(TokenType::kOpenParen)) {
    Take();
    log = ParseLog(range);
    Expect(TokenType::kCloseParen);
  } else {
    log = std::make_unique<LogExpr>();
    log->position = token_.position;
    log->matchers = ParseMatchers();
    CheckMatchers(log->matchers);
  }
  if (!failed()) {
    ParseLogParts(log.get(), range);
  }
  return failed() ? nullptr : std::move(log);
}

void Parser::ParseLogParts(LogExpr* log, RangeExpr* range) {
  while (!failed()) {
    if (range != nullptr && At(TokenType::kRange) && range->range_ns == 0) {
      ParseRangePart(range);
    } else if (AtLineFilter() &&
               (FollowedBy(TokenType::kString) ||
                (FollowedBy(TokenType::kIdentifier) && LowerAscii(following_.text) == "ip"))) {
      if (range != nullptr && range->unwrap.has_value()) {
        Unexpected();
        return;
      }
      log->stages.push_back(ParseLineFilter());
    } else if (At(TokenType::kPipe)) {
      Take();
      ParseStage(log, range);
    } else {
      if (AtLineFilter() && range != nullptr) {
        Take();
        Unexpected("STRING");
      }
      return;
    }
  }
}

void Parser::ParseRangePart(RangeExpr* range) {
  range->range_ns = Take().duration_ns;
  if (!AtWord("offset")) {
    return;
  }
  Take();
  if (!At(TokenType::kDuration)) {
    if (At(TokenType::kNumber) && token_.number == 0) {
      Take();
      return;
    }
    Unexpected(TokenName(TokenType::kDuration));
    return;
  }
  range->offset_ns = Take().duration_ns;
}

std::vector<model::Matcher> Parser::ParseMatchers() {
  std::vector<model::Matcher> matchers;
  if (!Expect(TokenType::kOpenBrace)) {
    return matchers;
  }
  if (TakeIf(TokenType::kCloseBrace)) {
    return matchers;
  }
  while (ParseMatcher(&matchers)) {
    if (TakeIf(TokenType::kCloseBrace)) {
      return matchers;
    }
    if (!At(TokenType::kComma)) {
      Unexpected("} or ,");
      break;
    }
    Take();
  }
  return matchers;
}

bool Parser::ParseMatcher(std::vector<model::Matcher>* out) {
  std::string name;
  if (!ExpectWord(&name)) {
    return false;
  }
  const TokenType op = token_.type;
  if (!MatchTypeOf(op).has_value()) {
    Unexpected("=, !=, =~ or !~");
    return false;
  }
  Take();
  std::string value;
  if (!ExpectString(&value)) {
    return false;
  }
  auto matcher = MakeMatcher(op, std::move(name), std::move(value));
  if (!matcher.has_value()) {
    return false;
  }
  out->push_back(*std::move(matcher));
  return true;
}

std::optional<model::Matcher> Parser::MakeMatcher(TokenType type, std::string name,
                                                  std::string value) {
  const std::optional<model::MatchType> match = MatchTypeOf(type);
  if (!match.has_value()) {
    Unexpected();
    return std::nullopt;
  }
  auto matcher = model::Matcher::Create(*match, std::move(name), std::move(value));
  if (!matcher.ok()) {
    Fail(fmt::format("error parsing regexp: {}", matcher.status().message()));
    return std::nullopt;
  }
  return *std::move(matcher);
}

void Parser::CheckMatchers(const std::vector<model::Matcher>& matchers) {
  if (failed() || options_.allow_all_streams) {
    return;
  }
  for (const model::Matcher& matcher : matchers) {
    const bool positive =
        matcher.type() == model::MatchType::kEqual || matcher.type() == model::MatchType::kRegex;
    if (positive && !matcher.MatchesEmpty()) {
      return;
    }
  }
  Fail(kNeedsMatcher);
}

bool Parser::AtLineFilter() const {
  return LineOpOf(token_.type).has_value();
}

Stage Parser::ParseLineFilter() {
  Stage stage;
  stage.kind = Stage::Kind::kLineFilter;
  stage.position = token_.position;
  stage.line.op = LineOpOf(Take().type).value_or(LineOp::kContains);
  if (!ParseAlternative(&stage.line)) {
    return stage;
  }
  while (AtWord("or") &&
         (FollowedBy(TokenType::kString) ||
          (FollowedBy(TokenType::kIdentifier) && LowerAscii(following_.text) == "ip"))) {
    Take();
    if (!ParseAlternative(&stage.line)) {
      break;
    }
  }
  return stage;
}

bool Parser::ParseAlternative(LineFilter* filter) {
  LineFilter::Alternative alternative;
  if (AtWord("ip")) {
    Take();
    alternative.is_ip = true;
    Expect(TokenType::kOpenParen);
    ExpectString(&alternative.text);
    Expect(TokenType::kCloseParen);
  } else {
    ExpectString(&alternative.text);
  }
  filter->alternatives.push_back(std::move(alternative));
  return !failed();
}

// What follows a '|'.
void Parser::ParseStage(LogExpr* log, RangeExpr* range) {
  const int32_t position = token_.position;
  const std::string word = At(TokenType::kIdentifier) ? LowerAscii(token_.text) : "";
  const bool is_label = IsComparisonToken(following_.type);
  const bool after_unwrap = range != nullptr && range->unwrap.has_value();
  if (!is_label && IsStageWord(word)) {
    if (after_unwrap || (word == "unwrap" && range == nullptr)) {
      Unexpected();
      return;
    }
    Take();
    if (word == "unwrap") {
      range->unwrap = ParseUnwrap();
      return;
    }
    log->stages.push_back(ParseNamedStage(word));
    log->stages.back().position = position;
    return;
  }
  LabelFilter filter = ParseLabelFilter(0);
  if (failed()) {
    return;
  }
  if (after_unwrap) {
    range->unwrap->post_filters.push_back(std::move(filter));
    return;
  }
  Stage stage;
  stage.kind = Stage::Kind::kLabelFilter;
  stage.position = position;
  stage.label = std::move(filter);
  log->stages.push_back(std::move(stage));
}

Stage Parser::ParseNamedStage(std::string_view name) {
  Stage stage;
  base::Status status;
  if (name == "json") {
    stage.kind = Stage::Kind::kJson;
    ParseExtractions(&stage);
  } else if (name == "logfmt") {
    stage.kind = Stage::Kind::kLogfmt;
    while (At(TokenType::kFlag)) {
      const Token flag = Take();
      if (flag.text == "--strict") {
        stage.strict = true;
      } else if (flag.text == "--keep-empty") {
        stage.keep_empty = true;
      } else {
        FailAt(flag.position, fmt::format("unknown flag of logfmt: {}", flag.text));
      }
    }
    ParseExtractions(&stage);
  } else if (name == "regexp") {
    stage.kind = Stage::Kind::kRegexp;
    if (ExpectString(&stage.text)) {
      status = CheckRegexpStage(stage.text);
    }
  } else if (name == "pattern") {
    stage.kind = Stage::Kind::kPattern;
    if (ExpectString(&stage.text)) {
      status = Pattern::ForExtraction(stage.text).status().WithPrefix("invalid pattern parser");
    }
  } else if (name == "unpack") {
    stage.kind = Stage::Kind::kUnpack;
  } else if (name == "line_format") {
    stage.kind = Stage::Kind::kLineFormat;
    ExpectString(&stage.text);
  } else if (name == "label_format") {
    stage.kind = Stage::Kind::kLabelFormat;
    ParseFormats(&stage);
  } else if (name == "decolorize") {
    stage.kind = Stage::Kind::kDecolorize;
  } else {
    stage.kind = name == "drop" ? Stage::Kind::kDrop : Stage::Kind::kKeep;
    ParseChoices(&stage);
  }
  if (!status.ok()) {
    Fail(status.message());
  }
  return stage;
}

void Parser::ParseExtractions(Stage* stage) {
  while (!failed() && At(TokenType::kIdentifier)) {
    Extraction extraction;
    extraction.label = Take().text;
    extraction.expression = extraction.label;
    if (TakeIf(TokenType::kEqual)) {
      ExpectString(&extraction.expression);
    }
    stage->extractions.push_back(std::move(extraction));
    if (!TakeIf(TokenType::kComma)) {
      return;
    }
    if (!At(TokenType::kIdentifier)) {
      Unexpected(TokenName(TokenType::kIdentifier));
    }
  }
}

void Parser::ParseFormats(Stage* stage) {
  do {
    LabelFormat format;
    if (!ExpectWord(&format.label) || !Expect(TokenType::kEqual)) {
      return;
    }
    format.is_template = At(TokenType::kString);
    if (!format.is_template && !At(TokenType::kIdentifier)) {
      Unexpected("IDENTIFIER or STRING");
      return;
    }
    format.source = Take().text;
    stage->formats.push_back(std::move(format));
  } while (TakeIf(TokenType::kComma));
}

void Parser::ParseChoices(Stage* stage) {
  do {
    LabelChoice choice;
    if (!ExpectWord(&choice.label)) {
      return;
    }
    if (MatchTypeOf(token_.type).has_value()) {
      const TokenType op = Take().type;
      std::string value;
      if (!ExpectString(&value)) {
        return;
      }
      choice.matcher = MakeMatcher(op, choice.label, std::move(value));
    }
    stage->choices.push_back(std::move(choice));
  } while (TakeIf(TokenType::kComma));
}

Unwrap Parser::ParseUnwrap() {
  Unwrap unwrap;
  std::string word;
  if (!ExpectWord(&word)) {
    return unwrap;
  }
  if (!At(TokenType::kOpenParen)) {
    unwrap.label = std::move(word);
    return unwrap;
  }
  const std::string lower = LowerAscii(word);
  if (lower == "bytes") {
    unwrap.conversion = Conversion::kBytes;
  } else if (lower == "duration") {
    unwrap.conversion = Conversion::kDuration;
  } else if (lower == "duration_seconds") {
    unwrap.conversion = Conversion::kDurationSeconds;
  } else {
    Unexpected();
    return unwrap;
  }
  Take();
  ExpectWord(&unwrap.label);
  Expect(TokenType::kCloseParen);
  return unwrap;
}

// `or` binds weakest; "," and mere juxtaposition are `and` and take all of the rest as their right
// side, wherever they stand.
LabelFilter Parser::ParseLabelFilter(int min_precedence) {
  const DepthScope depth(this);
  LabelFilter lhs = ParseLabelOperand();
  while (!failed()) {
    if (AtWord("or") && min_precedence <= 1) {
      Take();
      lhs = Join(LabelFilter::Kind::kOr, std::move(lhs), ParseLabelFilter(2));
    } else if (AtWord("and") && min_precedence <= 2) {
      Take();
      lhs = Join(LabelFilter::Kind::kAnd, std::move(lhs), ParseLabelFilter(3));
    } else if (At(TokenType::kComma)) {
      Take();
      lhs = Join(LabelFilter::Kind::kAnd, std::move(lhs), ParseLabelFilter(0));
    } else if (At(TokenType::kOpenParen) || (At(TokenType::kIdentifier) &&
                                             IsComparisonToken(following_.type))) {
      lhs = Join(LabelFilter::Kind::kAnd, std::move(lhs), ParseLabelFilter(0));
    } else {
      break;
    }
  }
  return lhs;
}

LabelFilter Parser::ParseLabelOperand() {
  if (failed() || !At(TokenType::kOpenParen)) {
    return failed() ? LabelFilter() : ParseComparison();
  }
  Take();
  LabelFilter inner = ParseLabelFilter(0);
  Expect(TokenType::kCloseParen);
  return inner;
}

LabelFilter Parser::ParseComparison() {
  LabelFilter filter;
  if (!ExpectWord(&filter.label)) {
    return filter;
  }
  if (!IsComparisonToken(token_.type)) {
    Unexpected();
    return filter;
  }
  const TokenType op = token_.type;
  const bool is_ip =
      FollowedBy(TokenType::kIdentifier) && LowerAscii(following_.text) == "ip";
  if (FollowedBy(TokenType::kString)) {
    Take();
    if (!MatchTypeOf(op).has_value()) {
      Unexpected();
      return filter;
    }
    filter.matcher = MakeMatcher(op, filter.label, Take().text);
    return filter;
  }
  filter.op = op == TokenType::kNotEqual       ? CompareOp::kNotEqual
              : op == TokenType::kLess         ? CompareOp::kLess
              : op == TokenType::kLessEqual    ? CompareOp::kLessEqual
              : op == TokenType::kGreater      ? CompareOp::kGreater
              : op == TokenType::kGreaterEqual ? CompareOp::kGreaterEqual
                                               : CompareOp::kEqual;
  Take();
  if (op == TokenType::kRegex || op == TokenType::kNotRegex) {
    Unexpected("STRING");
    return filter;
  }
  if (is_ip) {
    if (op != TokenType::kEqual && op != TokenType::kNotEqual) {
      Unexpected();
      return filter;
    }
    Take();
    filter.kind = LabelFilter::Kind::kIp;
    Expect(TokenType::kOpenParen);
    ExpectString(&filter.ip);
    Expect(TokenType::kCloseParen);
    return filter;
  }
  ParseComparisonValue(&filter);
  return filter;
}

void Parser::ParseComparisonValue(LabelFilter* filter) {
  if (At(TokenType::kDuration)) {
    filter->kind = LabelFilter::Kind::kDuration;
    filter->duration_ns = Take().duration_ns;
    return;
  }
  if (At(TokenType::kBytes)) {
    filter->kind = LabelFilter::Kind::kBytes;
    filter->bytes = Take().bytes;
    return;
  }
  filter->kind = LabelFilter::Kind::kNumber;
  const bool negative = At(TokenType::kSub);
  if (negative || At(TokenType::kAdd)) {
    Take();
  }
  if (!At(TokenType::kNumber)) {
    Unexpected();
    return;
  }
  const double number = Take().number;
  filter->number = negative ? -number : number;
}

base::Result<std::vector<model::Matcher>> ParseSelector(std::string_view text) {
  return Parser(text, {.allow_all_streams = true}).ParseAllSelector();
}

base::Result<std::unique_ptr<LogExpr>> ParseLogQuery(std::string_view query,
                                                     const ParseOptions& options) {
  SB_ASSIGN_OR_RETURN(ExprPtr expr, Parse(query, options));
  if (expr->kind != ExprKind::kLog) {
    return base::InvalidArgument("parse error : only log queries are possible here");
  }
  return std::unique_ptr<LogExpr>(static_cast<LogExpr*>(expr.release()));
}

base::Result<model::LabelSet> ParsePushLabels(std::string_view text) {
  SB_ASSIGN_OR_RETURN(const std::vector<model::Matcher> matchers, ParseSelector(text));
  model::LabelSetBuilder labels;
  for (const model::Matcher& matcher : matchers) {
    if (matcher.type() != model::MatchType::kEqual) {
      return base::InvalidArgument(
          fmt::format("labels need name=\"value\" pairs, got: {}", matcher.ToString()));
    }
    labels.Set(matcher.name(), matcher.value());
  }
  return labels.Build();
}

bool HasNoFilter(const LogExpr& log) {
  for (const Stage& stage : log.stages) {
    if (stage.kind != Stage::Kind::kLineFilter) {
      return false;
    }
    for (const LineFilter::Alternative& alternative : stage.line.alternatives) {
      const bool any = !alternative.is_ip &&
                       ((stage.line.op == LineOp::kContains && alternative.text.empty()) ||
                        (stage.line.op == LineOp::kMatch &&
                         (alternative.text.empty() || alternative.text == ".*")));
      if (!any) {
        return false;
      }
    }
  }
  return true;
}

}  // namespace sb::logql
