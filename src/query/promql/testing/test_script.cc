// SPDX-License-Identifier: Apache-2.0
#include "query/promql/testing/test_script.h"

#include <algorithm>
#include <cctype>
#include <cstddef>
#include <utility>

#include "base/trim.h"
#include "query/promql/literals.h"
#include "query/promql/parser.h"

namespace sb::promql {
namespace {

// The first word; `text` keeps what follows it and the blanks.
std::string_view TakeWord(std::string_view* text) {
  const size_t end = std::min(text->find_first_of(" \t"), text->size());
  const std::string_view word = text->substr(0, end);
  *text = base::Trim(text->substr(end), base::kAsciiSpace);
  return word;
}

bool TakePrefix(std::string_view prefix, std::string_view* text) {
  if (text->substr(0, prefix.size()) != prefix) {
    return false;
  }
  *text = base::Trim(text->substr(prefix.size()), base::kAsciiSpace);
  return true;
}

std::string Lower(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return lower;
}

base::Result<int64_t> ParseScriptDuration(std::string_view text) {
  return text == "0" ? base::Result<int64_t>(int64_t{0}) : ParseDurationMs(text);
}

std::optional<double> ParseBareNumber(std::string_view text) {
  const bool negative = !text.empty() && text[0] == '-';
  if (negative || (!text.empty() && text[0] == '+')) {
    text.remove_prefix(1);
  }
  const base::Result<double> number = ParseNumber(text);
  if (text.empty() || !number.ok()) {
    return std::nullopt;
  }
  return negative ? -*number : *number;
}

class ScriptReader {
 public:
  ScriptReader(std::string_view text, const CombineHistograms& combine) : combine_(combine) {
    while (true) {
      const size_t end = std::min(text.find('\n'), text.size());
      const std::string_view line = base::Trim(text.substr(0, end), base::kAsciiSpace);
      // A comment is an empty line, and so ends a command.
      lines_.push_back(line.empty() || line[0] == '#' ? std::string_view() : line);
      if (end == text.size()) {
        break;
      }
      text.remove_prefix(end + 1);
    }
  }

  base::Result<TestScript> Read() {
    TestScript script;
    for (at_ = 0; at_ < lines_.size(); ++at_) {
      if (lines_[at_].empty()) {
        continue;
      }
      base::Result<TestCommand> command = ReadCommand();
      if (!command.ok()) {
        return command.status().WithPrefix("line " + std::to_string(LineNumber()));
      }
      script.commands.push_back(*std::move(command));
    }
    return script;
  }

 private:
  int LineNumber() const { return static_cast<int>(at_) + 1; }

  // Moves to the next line of the current command, if there is one.
  bool NextLine() {
    if (at_ + 1 >= lines_.size() || lines_[at_ + 1].empty()) {
      return false;
    }
    ++at_;
    return true;
  }

  base::Result<TestCommand> ReadCommand() {
    std::string_view rest = lines_[at_];
    const std::string word = Lower(TakeWord(&rest));
    if (word == "clear") {
      return TestCommand(ClearCommand{LineNumber()});
    }
    if (word == "load" || word == "load_with_nhcb") {
      return ReadLoad(word != "load", rest);
    }
    if (word.starts_with("eval")) {
      return ReadEval(word, rest);
    }
    return base::InvalidArgument("invalid command \"" + word + "\"");
  }

  base::Result<TestCommand> ReadLoad(bool with_nhcb, std::string_view step) {
    LoadCommand load;
    load.line = LineNumber();
    load.with_nhcb = with_nhcb;
    SB_ASSIGN_OR_RETURN(load.step_ms, ParseScriptDuration(step));
    std::optional<SeriesLine> start_times;
    while (NextLine()) {
      SB_ASSIGN_OR_RETURN(SeriesLine line, ParseSeriesLine(lines_[at_], combine_));
      if (line.is_start_times) {
        if (start_times.has_value()) {
          return base::InvalidArgument("@st line has no following sample line");
        }
        start_times = std::move(line);
        continue;
      }
      SB_RETURN_IF_ERROR(AddSeries(std::move(line), start_times, &load));
      start_times.reset();
    }
    if (start_times.has_value()) {
      return base::InvalidArgument("@st line has no following sample line");
    }
    return TestCommand(std::move(load));
  }

  base::Status AddSeries(SeriesLine line, const std::optional<SeriesLine>& start_times,
                         LoadCommand* load) {
    LoadCommand::Series series;
    series.line = LineNumber();
    if (start_times.has_value()) {
      if (!(start_times->labels == line.labels)) {
        return base::InvalidArgument("@st metric does not match the following sample line metric");
      }
      if (start_times->start_offsets_ms.size() != line.values.size()) {
        return base::InvalidArgument(
            "@st line has " + std::to_string(start_times->start_offsets_ms.size()) +
            " values but sample line has " + std::to_string(line.values.size()));
      }
      series.start_offsets_ms = start_times->start_offsets_ms;
    }
    series.labels = std::move(line.labels);
    series.values = std::move(line.values);
    load->series.push_back(std::move(series));
    return base::OkStatus();
  }

  base::Result<TestCommand> ReadEval(const std::string& word, std::string_view rest) {
    EvalCommand eval;
    eval.line = LineNumber();
    SB_RETURN_IF_ERROR(ReadMode(word, &eval));
    SB_RETURN_IF_ERROR(ReadTimes(&rest, &eval));
    eval.query = std::string(rest);
    SB_ASSIGN_OR_RETURN(eval.expr, ParseExpr(eval.query));
    bool more = true;
    while (more && NextLine()) {
      SB_ASSIGN_OR_RETURN(more, ReadExpectation(&eval));
    }
    return TestCommand(std::move(eval));
  }

  static base::Status ReadMode(const std::string& word, EvalCommand* eval) {
    if (word == "eval_fail") {
      eval->fail.emplace();
    } else if (word == "eval_warn") {
      eval->warn.emplace_back();
    } else if (word == "eval_info") {
      eval->info.emplace_back();
    } else if (word == "eval_ordered") {
      eval->ordered = true;
    } else if (word != "eval") {
      return base::InvalidArgument("invalid evaluation command \"" + word + "\"");
    }
    return base::OkStatus();
  }

  // `instant at <time>` or `range from <start> to <end> step <step>`.
  static base::Status ReadTimes(std::string_view* rest, EvalCommand* eval) {
    const std::string_view kind = TakeWord(rest);
    eval->range = kind == "range";
    if (!eval->range && kind != "instant") {
      return base::InvalidArgument("invalid evaluation command, expected instant or range: \"" +
                                   std::string(kind) + "\"");
    }
    if (!eval->range) {
      SB_RETURN_IF_ERROR(ReadTime("at", rest, &eval->start_ms));
      eval->end_ms = eval->start_ms;
      return base::OkStatus();
    }
    SB_RETURN_IF_ERROR(ReadTime("from", rest, &eval->start_ms));
    SB_RETURN_IF_ERROR(ReadTime("to", rest, &eval->end_ms));
    return ReadTime("step", rest, &eval->step_ms);
  }

  static base::Status ReadTime(std::string_view keyword, std::string_view* rest, int64_t* ms) {
    const std::string_view word = TakeWord(rest);
    if (word != keyword) {
      return base::InvalidArgument("invalid evaluation command, expected \"" +
                                   std::string(keyword) + "\": \"" + std::string(word) + "\"");
    }
    SB_ASSIGN_OR_RETURN(*ms, ParseScriptDuration(TakeWord(rest)));
    return base::OkStatus();
  }

  // Whether more lines may follow.
  base::Result<bool> ReadExpectation(EvalCommand* eval) {
    std::string_view line = lines_[at_];
    if (eval->fail.has_value() && TakePrefix("expected_fail_message", &line)) {
      eval->fail = MessageExpectation{MessageExpectation::Kind::kText, std::string(line)};
      return false;
    }
    if (eval->fail.has_value() && TakePrefix("expected_fail_regexp", &line)) {
      eval->fail = MessageExpectation{MessageExpectation::Kind::kRegex, std::string(line)};
      return false;
    }
    std::string_view rest = line;
    if (TakeWord(&rest) == "expect") {
      SB_RETURN_IF_ERROR(ReadExpect(rest, eval));
      return true;
    }
    if (const std::optional<double> number = ParseBareNumber(line)) {
      eval->scalar_result = number;
      return false;
    }
    SB_RETURN_IF_ERROR(ReadExpectedSeries(eval));
    return true;
  }

  base::Status ReadExpectedSeries(EvalCommand* eval) {
    SB_ASSIGN_OR_RETURN(SeriesLine line, ParseSeriesLine(lines_[at_], combine_));
    if (line.is_start_times) {
      return base::InvalidArgument("@st lines are only allowed in load");
    }
    if (line.values.size() > 1 && !eval->range && !eval->range_vector.has_value()) {
      return base::InvalidArgument(
          "expecting multiple values in instant evaluation not allowed. consider using 'expect "
          "range vector' directive to enable a range vector result for an instant query");
    }
    EvalCommand::Series series;
    series.line = LineNumber();
    series.labels = std::move(line.labels);
    series.values = std::move(line.values);
    eval->series.push_back(std::move(series));
    return base::OkStatus();
  }

  static base::Status ReadExpect(std::string_view rest, EvalCommand* eval) {
    const std::string whole(rest);
    const std::string_view kind = TakeWord(&rest);
    if (kind == "string") {
      return ReadExpectedString(rest, eval);
    }
    if (kind == "range") {
      return ReadExpectedRangeVector(rest, eval);
    }
    if (kind == "ordered" || kind == "no_warn" || kind == "no_info") {
      (kind == "ordered"   ? eval->ordered
       : kind == "no_warn" ? eval->no_warn
                           : eval->no_info) = true;
    } else if (kind == "fail" || kind == "warn" || kind == "info") {
      SB_ASSIGN_OR_RETURN(MessageExpectation message, ReadMessage(rest));
      if (kind == "fail" && eval->fail.has_value()) {
        return base::InvalidArgument("expect fail may only be given once");
      }
      if (kind == "fail") {
        eval->fail = std::move(message);
      } else {
        (kind == "warn" ? eval->warn : eval->info).push_back(std::move(message));
      }
    } else {
      return base::InvalidArgument("invalid expect statement \"" + whole + "\"");
    }
    if ((eval->no_warn && !eval->warn.empty()) || (eval->no_info && !eval->info.empty())) {
      return base::InvalidArgument("expect " + whole + " contradicts an earlier line");
    }
    return base::OkStatus();
  }

  static base::Result<MessageExpectation> ReadMessage(std::string_view rest) {
    MessageExpectation message;
    if (rest.empty()) {
      return message;
    }
    if (TakePrefix("msg:", &rest)) {
      message.kind = MessageExpectation::Kind::kText;
    } else if (TakePrefix("regex:", &rest)) {
      message.kind = MessageExpectation::Kind::kRegex;
    } else {
      return base::InvalidArgument("invalid token in expect statement \"" + std::string(rest) +
                                   "\"");
    }
    message.text = std::string(rest);
    return message;
  }

  static base::Status ReadExpectedString(std::string_view literal, EvalCommand* eval) {
    SB_ASSIGN_OR_RETURN(const ExprPtr expr, ParseExpr(literal));
    const auto* text = TryAs<StringLiteral>(expr.get());
    if (text == nullptr) {
      return base::InvalidArgument("expected a string literal: " + std::string(literal));
    }
    eval->string_result = text->value;
    return base::OkStatus();
  }

  static base::Status ReadExpectedRangeVector(std::string_view rest, EvalCommand* eval) {
    if (eval->range || TakeWord(&rest) != "vector") {
      return base::InvalidArgument("expect range vector is for instant queries");
    }
    EvalCommand::RangeVector range;
    SB_RETURN_IF_ERROR(ReadTime("from", &rest, &range.start_ms));
    SB_RETURN_IF_ERROR(ReadTime("to", &rest, &range.end_ms));
    SB_RETURN_IF_ERROR(ReadTime("step", &rest, &range.step_ms));
    eval->range_vector = range;
    eval->start_ms = range.end_ms;
    eval->end_ms = range.end_ms;
    return base::OkStatus();
  }

  const CombineHistograms& combine_;
  std::vector<std::string_view> lines_;
  size_t at_ = 0;
};

}  // namespace

base::Result<TestScript> ReadTestScript(std::string_view text, const CombineHistograms& combine) {
  return ScriptReader(text, combine).Read();
}

}  // namespace sb::promql
