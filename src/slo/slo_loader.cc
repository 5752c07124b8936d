// SPDX-License-Identifier: Apache-2.0
#include "slo/slo_loader.h"

#include <fmt/format.h>

#include <algorithm>

#include "discovery/glob.h"
#include "slo/native_spec.h"
#include "slo/openslo_spec.h"
#include "slo/pyrra_rules.h"
#include "slo/sloth_rules.h"

namespace sb::slo {
namespace {

using config::NodePtr;

// An alert only above so many errors in the last hour.
void AddFailuresMin(const Objective& objective, std::vector<rules::RuleGroupSpec>* groups) {
  if (objective.failures_min <= 0 || objective.kind != SliKind::kEvents) {
    return;
  }
  for (rules::RuleGroupSpec& group : *groups) {
    for (rules::RuleSpec& rule : group.rules) {
      if (rule.is_alert()) {
        rule.expr =
            fmt::format("(\n{})\nand on({}) ({}) * 3600 >= {}\n", rule.expr,
                        fmt::join(objective.group_by, ", "),
                        WithWindow(objective.error_query, "1h"), GoFloat(objective.failures_min));
      }
    }
  }
}

class Loader {
 public:
  base::Status ReadDocument(const NodePtr& document, const std::string& file) {
    SloRules rules{file, {}};
    if (IsPyrra(*document)) {
      SB_ASSIGN_OR_RETURN(const PyrraSpec spec, ReadPyrra(*document, file));
      rules.groups = {PyrraBurnRates(spec, ""), PyrraIncreases(spec)};
      if (auto generic = PyrraGeneric(spec)) {
        rules.groups.push_back(*std::move(generic));
      }
      loaded.objectives.push_back(PyrraObjective(spec));
    } else if (IsSloth(*document)) {
      SB_ASSIGN_OR_RETURN(const SlothSpec spec, ReadSloth(*document, file, options));
      Add(spec.objectives, &rules);
    } else if (IsNative(*document)) {
      SB_ASSIGN_OR_RETURN(const auto objectives, ReadNative(*document, file));
      Add(objectives, &rules);
    } else if (!IsOpenSlo(*document) && TextAt(document.get(), {"kind"}) != "AlertWindows") {
      return ErrorAt(
          file, *document,
          "not an SLO: expected slos: (native), version: prometheus/v1 (Sloth), or kind "
          "ServiceLevelObjective (Pyrra), PrometheusServiceLevel (Sloth), SLO (OpenSLO)");
    }
    loaded.rules.push_back(std::move(rules));
    return base::OkStatus();
  }

  base::Status ReadOpenSlo(const std::vector<NodePtr>& documents, const std::string& file) {
    SB_ASSIGN_OR_RETURN(OpenSloResult result, ReadOpenSloV1(documents, file));
    SloRules rules{file, {}};
    Add(result.objectives, &rules);
    loaded.rules.push_back(std::move(rules));
    loaded.notices.insert(loaded.notices.end(), result.notices.begin(), result.notices.end());
    return base::OkStatus();
  }

  void Add(const std::vector<Objective>& objectives, SloRules* rules) {
    for (const Objective& objective : objectives) {
      for (rules::RuleGroupSpec& group : RulesOf(objective)) {
        rules->groups.push_back(std::move(group));
      }
      loaded.objectives.push_back(objective);
    }
  }

  LoadedSlos loaded;
  SlothOptions options;
};

struct ReadFiles {
  std::vector<std::pair<std::string, std::vector<NodePtr>>> documents;
  std::string errors;
};

void Note(const base::Status& status, std::string* errors) {
  if (!status.ok()) {
    *errors += (errors->empty() ? "" : "\n") + std::string(status.message());
  }
}

ReadFiles ReadAll(base::FileSystem& files, const std::vector<std::string>& patterns) {
  ReadFiles read;
  for (const std::string& pattern : patterns) {
    for (const std::string& name : discovery::Glob(files, pattern)) {
      const auto text = files.ReadFile(name);
      if (!text.ok()) {
        Note(text.status(), &read.errors);
        continue;
      }
      auto documents = ParseDocuments(*text, name);
      Note(documents.status(), &read.errors);
      if (documents.ok()) {
        read.documents.emplace_back(name, *std::move(documents));
      }
    }
  }
  return read;
}

}  // namespace

std::vector<rules::RuleGroupSpec> RulesOf(const Objective& objective) {
  if (objective.error_query.empty() && objective.total_query.empty()) {
    return {};
  }
  SlothRuleOptions options;
  options.mode = "signalbox";
  options.spec = objective.origin;
  options.version = "signalbox";
  std::vector<rules::RuleGroupSpec> groups = SlothRules(objective, options);
  AddFailuresMin(objective, &groups);
  return groups;
}

base::Result<LoadedSlos> LoadSloFiles(base::FileSystem& files,
                                      const std::vector<std::string>& patterns) {
  ReadFiles read = ReadAll(files, patterns);
  Loader loader;
  // Windows first: objectives of any file may need them.
  for (const auto& [file, documents] : read.documents) {
    for (const NodePtr& document : documents) {
      if (TextAt(document.get(), {"kind"}) == "AlertWindows") {
        const auto windows = ReadAlertWindows(*document, file);
        Note(windows.status(), &read.errors);
        if (windows.ok()) {
          loader.options.windows[windows->period.Value()] = *windows;
        }
      }
    }
  }
  for (const auto& [file, documents] : read.documents) {
    for (const NodePtr& document : documents) {
      Note(loader.ReadDocument(document, file), &read.errors);
    }
    if (std::any_of(documents.begin(), documents.end(),
                    [](const NodePtr& document) { return IsOpenSlo(*document); })) {
      Note(loader.ReadOpenSlo(documents, file), &read.errors);
    }
  }
  Note(CheckUniqueIds(loader.loaded.objectives), &read.errors);
  if (!read.errors.empty()) {
    return base::InvalidArgument(read.errors);
  }
  return std::move(loader.loaded);
}

}  // namespace sb::slo
