// SPDX-License-Identifier: Apache-2.0
#include "store/events/column/template_merge.h"

#include <cstddef>
#include <unordered_map>
#include <utility>

#include "store/events/column/line_template.h"

namespace sb::events {
namespace {

// A smaller family is not worth a variable.
constexpr size_t kFamilyMin = 4;
// Stands for a phrase in a skeleton; no kind of variable has this mark.
constexpr char kPhraseMark = 7;

bool IsMark(char c) {
  return static_cast<unsigned char>(c) < kMarkLimit;
}

bool IsJsonWord(std::string_view phrase) {
  return phrase == "true" || phrase == "false" || phrase == "null";
}

// A pattern with its phrases taken out.
struct Skeleton {
  std::string text;
  std::vector<std::string_view> phrases;
};

// Behind the phrase that begins at `begin`.
size_t PhraseEnd(std::string_view pattern, size_t begin) {
  size_t end = begin;
  for (size_t i = begin; i < pattern.size();) {
    while (i < pattern.size() && IsWordByte(pattern[i])) {
      ++i;
    }
    end = i;
    if (i + 1 >= pattern.size() || pattern[i] != ' ' || !IsWordByte(pattern[i + 1])) {
      break;
    }
    ++i;
  }
  return end;
}

Skeleton TakeApart(std::string_view pattern) {
  Skeleton skeleton;
  bool after_mark = false;  // a word right behind a variable belongs to it: "Z" behind a time
  for (size_t i = 0; i < pattern.size();) {
    const char c = pattern[i];
    if (IsMark(c)) {
      const size_t size = HasParameter(static_cast<VariableKind>(c)) ? 2 : 1;
      skeleton.text.append(pattern.substr(i, size));
      i += size;
      after_mark = true;
      continue;
    }
    if (!IsWordByte(c)) {
      skeleton.text.push_back(c);
      ++i;
      after_mark = false;
      continue;
    }
    const size_t end = PhraseEnd(pattern, i);
    const std::string_view phrase = pattern.substr(i, end - i);
    const std::string_view behind = pattern.substr(end);
    const bool names = behind.starts_with('=') || behind.starts_with("\":");
    const bool escape = i > 0 && pattern[i - 1] == '\\';
    if (after_mark || names || escape || IsJsonWord(phrase)) {
      skeleton.text.append(phrase);
    } else {
      skeleton.text.push_back(kPhraseMark);
      skeleton.phrases.push_back(phrase);
    }
    i = end;
    after_mark = false;
  }
  return skeleton;
}

class Merger {
 public:
  explicit Merger(std::span<const std::string_view> patterns) {
    skeletons_.reserve(patterns.size());
    for (const std::string_view pattern : patterns) {
      skeletons_.push_back(TakeApart(pattern));
    }
    merged_.target_of.resize(patterns.size());
    merged_.phrases.resize(patterns.size());
  }

  MergedTemplates Run() {
    std::unordered_map<std::string_view, size_t> number_of;
    std::vector<std::vector<uint32_t>> families;  // in order of appearance
    for (uint32_t i = 0; i < skeletons_.size(); ++i) {
      const auto [found, added] = number_of.emplace(skeletons_[i].text, families.size());
      if (added) {
        families.emplace_back();
      }
      families[found->second].push_back(i);
    }
    for (const std::vector<uint32_t>& family : families) {
      if (family.size() >= kFamilyMin) {
        Join(family);
        continue;
      }
      for (const uint32_t member : family) {
        Join({&member, 1});
      }
    }
    return std::move(merged_);
  }

 private:
  void Join(std::span<const uint32_t> family) {
    const Skeleton& first = skeletons_[family[0]];
    std::vector<bool> varies(first.phrases.size());
    for (const uint32_t member : family) {
      for (size_t p = 0; p < varies.size(); ++p) {
        varies[p] = varies[p] || skeletons_[member].phrases[p] != first.phrases[p];
      }
    }
    const auto number = static_cast<uint32_t>(merged_.targets.size());
    merged_.targets.push_back(TargetOf(first, varies));
    for (const uint32_t member : family) {
      merged_.target_of[member] = number;
      for (size_t p = 0; p < varies.size(); ++p) {
        if (varies[p]) {
          merged_.phrases[member].push_back(skeletons_[member].phrases[p]);
        }
      }
    }
  }

  static MergedTemplates::Target TargetOf(const Skeleton& skeleton,
                                          const std::vector<bool>& varies) {
    MergedTemplates::Target target;
    size_t p = 0;
    for (size_t i = 0; i < skeleton.text.size(); ++i) {
      const char c = skeleton.text[i];
      if (c == kPhraseMark) {
        if (varies[p]) {
          target.pattern.push_back(static_cast<char>(VariableKind::kWord));
          target.added.push_back(true);
        } else {
          target.pattern.append(skeleton.phrases[p]);
        }
        ++p;
        continue;
      }
      target.pattern.push_back(c);
      if (IsMark(c)) {
        target.added.push_back(false);
        if (HasParameter(static_cast<VariableKind>(c))) {
          target.pattern.push_back(skeleton.text[++i]);
        }
      }
    }
    return target;
  }

  std::vector<Skeleton> skeletons_;
  MergedTemplates merged_;
};

}  // namespace

MergedTemplates MergeTemplates(std::span<const std::string_view> patterns) {
  return Merger(patterns).Run();
}

}  // namespace sb::events
