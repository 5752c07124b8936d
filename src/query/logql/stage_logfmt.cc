// SPDX-License-Identifier: Apache-2.0
//
// | logfmt [--strict] [--keep-empty] and | logfmt x="a".
#include <string>
#include <utility>

#include "query/logql/label_key.h"
#include "query/logql/logfmt_scanner.h"
#include "query/logql/stage_runners.h"
#include "query/logql/text_repair.h"

namespace sb::logql {
namespace {

// A copy where the scanner's buffer or a repair holds the value.
std::string_view KeepValue(const LogLine& line, std::string_view value, LineLabels* labels) {
  if (NeedsRepair(value)) {
    std::string repaired;
    RepairText(value, &repaired);
    return labels->Store(repaired);
  }
  const bool in_line = value.data() >= line.text.data() &&
                       value.data() + value.size() <= line.text.data() + line.text.size();
  return in_line ? value : labels->Store(value);
}

class LogfmtRunner final : public StageRunner {
 public:
  LogfmtRunner(const Stage& stage, const WantedLabels* wanted)
      : mode_(stage.strict ? LogfmtMode::kStrict : LogfmtMode::kSkipBroken),
        keep_empty_(stage.keep_empty),
        wanted_(wanted) {}

  bool Run(LogLine* line) override {
    LineLabels& labels = line->labels;
    LogfmtScanner scanner(line->text, mode_);
    for (LogfmtPair pair; scanner.Next(&pair);) {
      if (pair.value.empty() && !keep_empty_) {
        continue;
      }
      std::string_view name = pair.key;
      if (!IsCleanLabelKey(name)) {
        name = labels.Store(SanitizeLabelKey(name));
      }
      if (name.empty() ||
          (wanted_ != nullptr && !IsWanted(wanted_, labels.ExtractedName(name)))) {
        continue;
      }
      labels.Extract(name, KeepValue(*line, pair.value, &labels));
    }
    if (!scanner.ok()) {
      labels.SetError(kLogfmtError, labels.Store(scanner.error()));
    }
    return true;
  }

 private:
  const LogfmtMode mode_;
  const bool keep_empty_;
  const WantedLabels* const wanted_;
};

class LogfmtKeysRunner final : public StageRunner {
 public:
  explicit LogfmtKeysRunner(const Stage& stage)
      : mode_(stage.strict ? LogfmtMode::kStrict : LogfmtMode::kSkipBroken),
        keep_empty_(stage.keep_empty),
        extractions_(stage.extractions) {}

  bool Run(LogLine* line) override {
    LineLabels& labels = line->labels;
    LogfmtScanner scanner(line->text, mode_);
    for (LogfmtPair pair; scanner.Next(&pair);) {
      if (pair.value.empty() && !keep_empty_) {
        continue;
      }
      std::string_view name = pair.key;
      if (!IsCleanLabelKey(name)) {
        name = labels.Store(SanitizeLabelKey(name));
      }
      for (const Extraction& e : extractions_) {
        // The reference takes a key that is called like the label, too.
        if (name == e.expression || pair.key == e.expression || name == e.label) {
          labels.ExtractAgain(e.label, KeepValue(*line, pair.value, &labels));
        }
      }
    }
    if (!scanner.ok()) {
      labels.SetError(kLogfmtError, labels.Store(scanner.error()));
    }
    return true;
  }

 private:
  const LogfmtMode mode_;
  const bool keep_empty_;
  const std::vector<Extraction> extractions_;
};

}  // namespace

RunnerResult MakeLogfmt(const Stage& stage, const WantedLabels* wanted) {
  if (!stage.extractions.empty()) {
    return std::unique_ptr<StageRunner>(std::make_unique<LogfmtKeysRunner>(stage));
  }
  return std::unique_ptr<StageRunner>(std::make_unique<LogfmtRunner>(stage, wanted));
}

}  // namespace sb::logql
