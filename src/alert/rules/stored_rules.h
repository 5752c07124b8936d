// SPDX-License-Identifier: Apache-2.0
//
// StoredRules keeps the rule groups that people create through the ruler API, by language and
// namespace, in the catalog.
//
//   StoredRules stored(catalog, {&promql});
//   SB_RETURN_IF_ERROR(stored.Put("promql", "team-a", yaml));   // one group; replaces its namesake
//
// kInvalidArgument for a group that does not hold, in the words of a rule file; kNotFound. Threads:
// safe for concurrent use; every call may wait for the disk.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "alert/rules/rule_group.h"
#include "base/status.h"
#include "store/catalog/catalog.h"

namespace sb::rules {

class StoredRules {
 public:
  // Both outlive it.
  StoredRules(catalog::Catalog& catalog, std::vector<const ExpressionLanguage*> languages)
      : catalog_(catalog), languages_(std::move(languages)) {}

  using Namespaces = std::map<std::string, std::vector<RuleGroupSpec>>;
  base::Result<Namespaces> List(const std::string& language) const;
  base::Result<RuleGroupSpec> Get(const std::string& language, const std::string& name_space,
                                  const std::string& group) const;
  base::Status Put(const std::string& language, const std::string& name_space,
                   std::string_view yaml);
  base::Status Delete(const std::string& language, const std::string& name_space,
                      const std::string& group);
  // All groups of a namespace.
  base::Status DeleteNamespace(const std::string& language, const std::string& name_space);

  // Ready to run. A group that no longer holds (a language that is gone) is left out and logged.
  base::Result<std::vector<GroupDefinition>> Compile() const;

 private:
  const ExpressionLanguage* Language(const std::string& name) const;

  catalog::Catalog& catalog_;
  const std::vector<const ExpressionLanguage*> languages_;
};

}  // namespace sb::rules
