// SPDX-License-Identifier: Apache-2.0
//
// | drop, | keep and | decolorize.
#include <re2/re2.h>

#include <string>
#include <utility>
#include <vector>

#include "query/logql/stage_runners.h"

namespace sb::logql {
namespace {

bool Fits(const LabelChoice& choice, std::string_view name, std::string_view value) {
  return choice.label == name && (!choice.matcher.has_value() || choice.matcher->Matches(value));
}

bool FitsAny(const std::vector<LabelChoice>& choices, std::string_view name,
             std::string_view value) {
  for (const LabelChoice& choice : choices) {
    if (Fits(choice, name, value)) {
      return true;
    }
  }
  return false;
}

class DropRunner final : public StageRunner {
 public:
  explicit DropRunner(std::vector<LabelChoice> choices) : choices_(std::move(choices)) {}

  bool Run(LogLine* line) override {
    LineLabels& labels = line->labels;
    labels.RemoveIf([this](const LineLabels::Entry& entry) {
      return FitsAny(choices_, entry.name, entry.value);
    });
    if (labels.has_error() && FitsAny(choices_, kErrorLabel, labels.error())) {
      labels.ClearError();
    }
    if (!labels.error_details().empty() &&
        FitsAny(choices_, kErrorDetailsLabel, labels.error_details())) {
      labels.ClearErrorDetails();
    }
    return true;
  }

 private:
  const std::vector<LabelChoice> choices_;
};

class KeepRunner final : public StageRunner {
 public:
  explicit KeepRunner(std::vector<LabelChoice> choices) : choices_(std::move(choices)) {}

  // Errors stay: `keep` is about labels of the data.
  bool Run(LogLine* line) override {
    line->labels.RemoveIf([this](const LineLabels::Entry& entry) {
      return !FitsAny(choices_, entry.name, entry.value);
    });
    return true;
  }

 private:
  const std::vector<LabelChoice> choices_;
};

class DecolorizeRunner final : public StageRunner {
 public:
  // ANSI sequences: CSI and OSC, ended by a final byte or BEL.
  DecolorizeRunner()
      : regex_("[\\x{1B}\\x{9B}][[\\]()#;?]*(?:(?:(?:[a-zA-Z\\d]*(?:;[a-zA-Z\\d]*)*)?\\x07)|"
               "(?:(?:\\d{1,4}(?:;\\d{0,4})*)?[\\dA-PRZcf-ntqry=><~]))") {}

  bool Run(LogLine* line) override {
    if (line->text.find('\x1B') == std::string_view::npos &&
        line->text.find("\xC2\x9B") == std::string_view::npos) {
      return true;
    }
    buffer_.assign(line->text);
    if (RE2::GlobalReplace(&buffer_, regex_, "") > 0) {
      line->text = line->labels.Store(buffer_);
    }
    return true;
  }

 private:
  const RE2 regex_;
  std::string buffer_;
};

}  // namespace

RunnerResult MakeDecolorize() {
  return std::unique_ptr<StageRunner>(std::make_unique<DecolorizeRunner>());
}

RunnerResult MakeDropOrKeep(const Stage& stage) {
  if (stage.kind == Stage::Kind::kDrop) {
    return std::unique_ptr<StageRunner>(std::make_unique<DropRunner>(stage.choices));
  }
  return std::unique_ptr<StageRunner>(std::make_unique<KeepRunner>(stage.choices));
}

}  // namespace sb::logql
