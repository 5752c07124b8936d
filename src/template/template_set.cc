// SPDX-License-Identifier: Apache-2.0
#include "template/template_set.h"

#include <set>

#include "template/executor.h"
#include "template/parser.h"
#include "template/print.h"

namespace sb::gotemplate {

base::Status TemplateSet::Parse(std::string name, std::string text) {
  SB_ASSIGN_OR_RETURN(std::vector<Tree> trees,
                      gotemplate::Parse(std::move(name), std::move(text), functions_));
  for (Tree& tree : trees) {
    if (tree.body.empty() && Has(tree.name)) {
      continue;
    }
    std::string key = tree.name;
    trees_.insert_or_assign(std::move(key), std::make_shared<const Tree>(std::move(tree)));
  }
  return base::OkStatus();
}

const Tree* TemplateSet::Find(std::string_view name) const {
  if (const auto it = trees_.find(name); it != trees_.end()) {
    return it->second.get();
  }
  return parent_ == nullptr ? nullptr : parent_->Find(name);
}

std::vector<std::string> TemplateSet::Names() const {
  std::set<std::string> names;
  for (const TemplateSet* set = this; set != nullptr; set = set->parent_) {
    for (const auto& [name, tree] : set->trees_) {
      names.insert(name);
    }
  }
  return {names.begin(), names.end()};
}

base::Status TemplateSet::Execute(std::string_view name, const Value& data,
                                  const ExecuteOptions& options, std::string* out) const {
  const Tree* tree = Find(name);
  if (tree == nullptr) {
    return base::NotFound("template: no template " + GoQuote(name));
  }
  return Executor(*this, options, out).Run(*tree, data);
}

}  // namespace sb::gotemplate
