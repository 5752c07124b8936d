// SPDX-License-Identifier: Apache-2.0
#include "alert/rules/stored_rules.h"

#include "base/log.h"

namespace sb::rules {
namespace {

constexpr catalog::CollectionSpec kGroups{
    .name = "rule_groups", .documents_max = 20'000, .history_max = 20};

// No name may hold the separator, so that names cannot be forged by others.
constexpr char kSeparator = '\x1f';

std::string IdOf(const std::string& language, const std::string& name_space,
                 const std::string& group) {
  return language + kSeparator + name_space + kSeparator + group;
}

struct Parts {
  std::string language, name_space, group;
};
Parts Split(const std::string& id) {
  const size_t first = id.find(kSeparator);
  const size_t second = id.find(kSeparator, first + 1);
  return {id.substr(0, first), id.substr(first + 1, second - first - 1), id.substr(second + 1)};
}

}  // namespace

const ExpressionLanguage* StoredRules::Language(const std::string& name) const {
  for (const ExpressionLanguage* language : languages_) {
    if (language->Name() == name) {
      return language;
    }
  }
  return nullptr;
}

base::Result<StoredRules::Namespaces> StoredRules::List(const std::string& language) const {
  SB_ASSIGN_OR_RETURN(const auto documents, catalog_.List(kGroups));
  Namespaces namespaces;
  for (const catalog::Document& document : documents) {
    const Parts parts = Split(document.id);
    if (parts.language == language) {
      SB_ASSIGN_OR_RETURN(RuleGroupSpec group, ParseRuleGroup(document.body, document.id, {}));
      namespaces[parts.name_space].push_back(std::move(group));
    }
  }
  return namespaces;
}

base::Result<RuleGroupSpec> StoredRules::Get(const std::string& language,
                                             const std::string& name_space,
                                             const std::string& group) const {
  SB_ASSIGN_OR_RETURN(const catalog::Document document,
                      catalog_.Get(kGroups, IdOf(language, name_space, group)));
  return ParseRuleGroup(document.body, name_space, {});
}

base::Status StoredRules::Put(const std::string& language, const std::string& name_space,
                              std::string_view yaml) {
  const ExpressionLanguage* known = Language(language);
  if (known == nullptr) {
    return base::InvalidArgument("rules in this language cannot be evaluated: " + language);
  }
  SB_ASSIGN_OR_RETURN(const RuleGroupSpec group,
                      ParseRuleGroup(yaml, name_space, {.language = known}));
  if (name_space.find(kSeparator) != std::string::npos ||
      group.name.find(kSeparator) != std::string::npos) {
    return base::InvalidArgument("names must not hold control characters: " + name_space);
  }
  catalog::PutRequest request;
  request.id = IdOf(language, name_space, group.name);
  request.body = PrintRuleGroup(group);
  return catalog_.Put(kGroups, request).status();
}

base::Status StoredRules::Delete(const std::string& language, const std::string& name_space,
                                 const std::string& group) {
  return catalog_.Delete(kGroups, IdOf(language, name_space, group));
}

base::Status StoredRules::DeleteNamespace(const std::string& language,
                                          const std::string& name_space) {
  SB_ASSIGN_OR_RETURN(const Namespaces all, List(language));
  const auto found = all.find(name_space);
  if (found == all.end()) {
    return base::NotFound("no rule groups found in namespace: " + name_space);
  }
  return catalog_.Transact([&](catalog::Transaction& transaction) -> base::Status {
    for (const RuleGroupSpec& group : found->second) {
      SB_RETURN_IF_ERROR(transaction.Delete(kGroups, IdOf(language, name_space, group.name)));
    }
    return base::OkStatus();
  });
}

base::Result<std::vector<GroupDefinition>> StoredRules::Compile() const {
  std::vector<GroupDefinition> groups;
  for (const ExpressionLanguage* language : languages_) {
    SB_ASSIGN_OR_RETURN(const Namespaces namespaces, List(std::string(language->Name())));
    for (const auto& [name_space, specs] : namespaces) {
      for (const RuleGroupSpec& spec : specs) {
        auto group = CompileGroup(*language, name_space, "api", spec);
        if (group.ok()) {
          groups.push_back(std::move(group).value());
        } else {
          SB_LOG(kError, "a stored rule group cannot be evaluated", {"namespace", name_space},
                 {"error", group.status().message()});
        }
      }
    }
  }
  return groups;
}

}  // namespace sb::rules
