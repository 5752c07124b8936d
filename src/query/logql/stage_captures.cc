// SPDX-License-Identifier: Apache-2.0
//
// | regexp "(?P<a>…)" and | pattern "<a> <b>".
#include <re2/re2.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "query/logql/label_key.h"
#include "query/logql/pattern.h"
#include "query/logql/stage_runners.h"

namespace sb::logql {
namespace {

class RegexpRunner final : public StageRunner {
 public:
  static RunnerResult Make(const std::string& pattern) {
    RE2::Options options;
    options.set_log_errors(false);
    auto runner = std::make_unique<RegexpRunner>();
    runner->regex_ = std::make_unique<RE2>(pattern, options);
    if (!runner->regex_->ok()) {
      return base::InvalidArgument("error parsing regexp: " + runner->regex_->error());
    }
    int last = 0;
    for (const auto& [index, name] : runner->regex_->CapturingGroupNames()) {
      runner->names_.emplace_back(index, SanitizeLabelKey(name));
      last = std::max(last, index);
    }
    runner->groups_.resize(static_cast<size_t>(last) + 1);
    return std::unique_ptr<StageRunner>(std::move(runner));
  }

  bool Run(LogLine* line) override {
    const re2::StringPiece text(line->text.data(), line->text.size());
    if (!regex_->Match(text, 0, text.size(), RE2::UNANCHORED, groups_.data(),
                       static_cast<int>(groups_.size()))) {
      return true;
    }
    for (const auto& [index, name] : names_) {
      const re2::StringPiece& group = groups_[static_cast<size_t>(index)];
      if (group.data() != nullptr) {
        line->labels.Extract(name, {group.data(), group.size()});
      }
    }
    return true;
  }

 private:
  std::unique_ptr<RE2> regex_;
  std::vector<std::pair<int, std::string>> names_;
  std::vector<re2::StringPiece> groups_;
};

class PatternRunner final : public StageRunner {
 public:
  PatternRunner(Pattern pattern, const WantedLabels* wanted)
      : pattern_(std::move(pattern)), wanted_(wanted) {}

  bool Run(LogLine* line) override {
    LineLabels& labels = line->labels;
    pattern_.Extract(line->text, &values_);
    for (size_t i = 0; i < values_.size(); ++i) {
      const std::string& name = pattern_.names()[i];
      if (wanted_ == nullptr || IsWanted(wanted_, labels.ExtractedName(name))) {
        labels.Extract(name, values_[i]);
      }
    }
    return true;
  }

 private:
  const Pattern pattern_;
  const WantedLabels* const wanted_;
  std::vector<std::string_view> values_;
};

}  // namespace

RunnerResult MakeRegexp(const Stage& stage, const WantedLabels* wanted) {
  static_cast<void>(wanted);  // a match finds all groups at once
  return RegexpRunner::Make(stage.text);
}

RunnerResult MakePattern(const Stage& stage, const WantedLabels* wanted) {
  SB_ASSIGN_OR_RETURN(Pattern pattern, Pattern::ForExtraction(stage.text));
  return std::unique_ptr<StageRunner>(std::make_unique<PatternRunner>(std::move(pattern), wanted));
}

}  // namespace sb::logql
