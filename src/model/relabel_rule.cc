// SPDX-License-Identifier: Apache-2.0
#include "model/relabel_rule.h"

#include <openssl/evp.h>
#include <re2/re2.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

#include "base/check.h"
#include "model/letter_case.h"

namespace sb::model {
namespace {

bool IsNameByte(char c) {
  return c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         static_cast<unsigned char>(c) >= 0x80;
}

struct Reference {
  std::string_view name;
  size_t length = 0;  // bytes behind the '$'; 0: no reference, the dollar is text
};

Reference ReferenceAt(std::string_view rest) {
  const bool braced = rest.starts_with('{');
  const size_t start = braced ? 1 : 0;
  size_t end = start;
  while (end < rest.size() && IsNameByte(rest[end])) {
    ++end;
  }
  if (end == start || (braced && (end == rest.size() || rest[end] != '}'))) {
    return {};
  }
  return {rest.substr(start, end - start), braced ? end + 1 : end};
}

// A number without leading zeros; -1 when `name` is a name.
int GroupNumber(std::string_view name) {
  if (name[0] == '0' && name.size() > 1) {
    return -1;
  }
  int number = 0;
  for (char c : name) {
    if (c < '0' || c > '9' || number >= 100'000'000) {
      return -1;
    }
    number = number * 10 + (c - '0');
  }
  return number;
}

// The last 8 bytes of the MD5, big-endian: what the reference has always used.
uint64_t HashOf(std::string_view value) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned length = 0;
  SB_CHECK(EVP_Digest(value.data(), value.size(), digest.data(), &length, EVP_md5(), nullptr) == 1);
  uint64_t hash = 0;
  for (size_t i = 8; i < 16; ++i) {
    hash = (hash << 8) | digest[i];
  }
  return hash;
}

}  // namespace

RelabelTemplate::RelabelTemplate(std::string_view text, const std::map<std::string, int>& names) {
  constexpr int kNoGroup = 1 << 30;  // beyond any expression: expands to nothing
  for (size_t at = 0; at < text.size();) {
    const size_t dollar = std::min(text.find('$', at), text.size());
    AddLiteral(text.substr(at, dollar - at));
    at = dollar;
    if (at == text.size()) {
      break;
    }
    if (text.substr(at).starts_with("$$")) {
      AddLiteral("$");
      at += 2;
      continue;
    }
    const Reference reference = ReferenceAt(text.substr(at + 1));
    at += 1 + reference.length;
    if (reference.length == 0) {
      AddLiteral("$");
      continue;
    }
    int group = GroupNumber(reference.name);
    if (group < 0) {
      const auto found = names.find(std::string(reference.name));
      group = found == names.end() ? kNoGroup : found->second;
    }
    parts_.push_back({{}, group});
  }
}

void RelabelTemplate::AddLiteral(std::string_view text) {
  if (text.empty()) {
    return;
  }
  if (parts_.empty() || parts_.back().group >= 0) {
    parts_.emplace_back();
  }
  parts_.back().literal += text;
}

std::string RelabelTemplate::Expand(const RelabelGroups& groups) const {
  std::string out;
  for (const Part& part : parts_) {
    if (part.group < 0) {
      out += part.literal;
    } else if (static_cast<size_t>(part.group) < groups.size()) {
      out += groups[static_cast<size_t>(part.group)];
    }
  }
  return out;
}

class RelabelRule::Regex {
 public:
  explicit Regex(const std::string& pattern) : re_("(?s:" + pattern + ")", Options()) {}
  const std::map<std::string, int>& names() const { return re_.NamedCapturingGroups(); }

  // Empty when `text` does not match as a whole; else the match and its groups.
  RelabelGroups Match(std::string_view text) const {
    const auto count = static_cast<size_t>(re_.NumberOfCapturingGroups()) + 1;
    std::vector<re2::StringPiece> pieces(count);
    const re2::StringPiece input(text.data(), text.size());
    if (!re_.Match(input, 0, text.size(), RE2::ANCHOR_BOTH, pieces.data(),
                   static_cast<int>(count))) {
      return {};
    }
    RelabelGroups groups(count);
    for (size_t i = 0; i < count; ++i) {
      groups[i] = std::string_view(pieces[i].data(), pieces[i].size());
    }
    return groups;
  }

 private:
  static RE2::Options Options() {
    RE2::Options options;
    options.set_log_errors(false);
    options.set_max_mem(8 << 20);
    return options;
  }
  RE2 re_;
};

RelabelRule::RelabelRule(const RelabelConfig& config, NameValidation validation, Matcher matcher)
    : config_(config),
      validation_(validation),
      source_labels_(config.source_labels.value_or(std::vector<std::string>())),
      matcher_(std::move(matcher)) {
  if (config.action != RelabelAction::kReplace && config.action != RelabelAction::kLabelMap) {
    return;
  }
  regex_ = std::make_unique<const Regex>(config.regex.value_or(std::string(kDefaultRelabelRegex)));
  target_ = RelabelTemplate(config.target_label, regex_->names());
  replacement_ = RelabelTemplate(config.replacement, regex_->names());
  const bool default_regex = !config.regex || *config.regex == kDefaultRelabelRegex;
  copies_value_ = default_regex && config.replacement == kDefaultRelabelReplacement &&
                  config.target_label.find('$') == std::string::npos;
}

RelabelRule::~RelabelRule() = default;

base::Result<std::shared_ptr<const RelabelRule>> RelabelRule::Create(const RelabelConfig& config,
                                                                     NameValidation validation) {
  SB_ASSIGN_OR_RETURN(Matcher matcher,
                      Matcher::Create(MatchType::kRegex, "",
                                      config.regex.value_or(std::string(kDefaultRelabelRegex))));
  return std::shared_ptr<const RelabelRule>(
      new RelabelRule(config, validation, std::move(matcher)));
}

std::string_view RelabelRule::JoinSource(const LabelSetBuilder& labels, std::string* buffer) const {
  if (source_labels_.empty()) {
    return {};
  }
  if (source_labels_.size() == 1) {
    return labels.Get(source_labels_[0]);
  }
  for (size_t i = 0; i < source_labels_.size(); ++i) {
    *buffer += i == 0 ? std::string_view() : std::string_view(config_.separator);
    *buffer += labels.Get(source_labels_[i]);
  }
  return *buffer;
}

bool RelabelRule::Apply(LabelSetBuilder* labels) const {
  std::string buffer;
  const std::string_view value = JoinSource(*labels, &buffer);
  switch (config_.action) {
    case RelabelAction::kKeep:
      return matcher_.Matches(value);
    case RelabelAction::kDrop:
      return !matcher_.Matches(value);
    case RelabelAction::kKeepEqual:
      return labels->Get(config_.target_label) == value;
    case RelabelAction::kDropEqual:
      return labels->Get(config_.target_label) != value;
    case RelabelAction::kReplace:
      Replace(value, labels);
      return true;
    case RelabelAction::kLowercase:
      labels->Set(config_.target_label, ToLower(value));
      return true;
    case RelabelAction::kUppercase:
      labels->Set(config_.target_label, ToUpper(value));
      return true;
    case RelabelAction::kHashMod:
      labels->Set(config_.target_label, std::to_string(HashOf(value) % config_.modulus));
      return true;
    case RelabelAction::kLabelMap:
      MapNames(labels);
      return true;
    case RelabelAction::kLabelDrop:
      DropNames(labels, /*drop_matching=*/true);
      return true;
    case RelabelAction::kLabelKeep:
      DropNames(labels, /*drop_matching=*/false);
      return true;
  }
  return true;
}

void RelabelRule::Replace(std::string_view value, LabelSetBuilder* labels) const {
  if (copies_value_) {
    labels->Set(config_.target_label, std::string(value));
    return;
  }
  if (!matcher_.Matches(value)) {
    return;
  }
  const bool literal = target_.is_literal() && replacement_.is_literal();
  const RelabelGroups groups = literal ? RelabelGroups() : regex_->Match(value);
  const std::string target = target_.Expand(groups);
  if (IsValidLabelName(target, validation_)) {
    labels->Set(target, replacement_.Expand(groups));
  }
}

void RelabelRule::MapNames(LabelSetBuilder* labels) const {
  const LabelSet before = labels->Build();
  for (const Label& label : before) {
    if (!matcher_.Matches(label.name)) {
      continue;
    }
    const std::string name = replacement_.Expand(regex_->Match(label.name));
    if (!name.empty()) {
      labels->Set(name, label.value);
    }
  }
}

void RelabelRule::DropNames(LabelSetBuilder* labels, bool drop_matching) const {
  const LabelSet before = labels->Build();
  for (const Label& label : before) {
    if (matcher_.Matches(label.name) == drop_matching) {
      labels->Delete(label.name);
    }
  }
}

}  // namespace sb::model
