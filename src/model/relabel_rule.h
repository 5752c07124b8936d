// SPDX-License-Identifier: Apache-2.0
//
// RelabelRule is one compiled relabelling rule (relabel.h). RelabelTemplate is a replacement text
// cut into literals and group references once, so that applying it copies bytes and parses nothing.
//
// Threads: immutable once created.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "model/label_set.h"
#include "model/matcher.h"
#include "model/relabel.h"

namespace sb::model {

// The text that a group captured; groups that took no part are empty.
using RelabelGroups = std::vector<std::string_view>;

class RelabelTemplate {
 public:
  RelabelTemplate() = default;
  // `names`: the named groups of the expression and their numbers.
  RelabelTemplate(std::string_view text, const std::map<std::string, int>& names);

  bool is_literal() const { return parts_.empty() || (parts_.size() == 1 && parts_[0].group < 0); }
  std::string Expand(const RelabelGroups& groups) const;

 private:
  struct Part {
    std::string literal;
    int group = -1;  // -1: the literal
  };
  void AddLiteral(std::string_view text);
  std::vector<Part> parts_;
};

class RelabelRule {
 public:
  // kInvalidArgument when the regular expression is broken.
  static base::Result<std::shared_ptr<const RelabelRule>> Create(const RelabelConfig& config,
                                                                 NameValidation validation);
  ~RelabelRule();
  bool Apply(LabelSetBuilder* labels) const;

 private:
  class Regex;
  RelabelRule(const RelabelConfig& config, NameValidation validation, Matcher matcher);

  std::string_view JoinSource(const LabelSetBuilder& labels, std::string* buffer) const;
  void Replace(std::string_view value, LabelSetBuilder* labels) const;
  void MapNames(LabelSetBuilder* labels) const;
  void DropNames(LabelSetBuilder* labels, bool drop_matching) const;

  RelabelConfig config_;
  NameValidation validation_;
  std::vector<std::string> source_labels_;
  Matcher matcher_;                     // match or not, by literals where it can
  std::unique_ptr<const Regex> regex_;  // with captures; null unless the action needs them
  RelabelTemplate target_;
  RelabelTemplate replacement_;
  bool copies_value_ = false;  // replace with the default regex and replacement
};

}  // namespace sb::model
