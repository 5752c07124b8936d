// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <deque>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "encoding/hash.h"
#include "store/events/column/blob.h"
#include "store/events/column/hex.h"
#include "store/events/column/int_values.h"
#include "store/events/column/line_template.h"
#include "store/events/column/template_format.h"
#include "store/events/column/template_merge.h"
#include "store/events/column/text_forms.h"

namespace sb::events {
namespace {

// From this many lines on there must be two or more lines to a template.
constexpr size_t kJudgedFrom = 2048;
constexpr size_t kLinesPerTemplateMin = 2;
// How much of the literal before a variable says what it is ("status":).
constexpr size_t kContextBytes = 24;
// A shorter literal says too little: what came before counts too.
constexpr size_t kContextBytesMin = 4;

struct VariableColumn {
  VariableKind kind = VariableKind::kWord;
  uint8_t parameter = 0;
  std::vector<int64_t> numbers;
  std::string packed;                   // kHex
  std::vector<std::string_view> words;  // kWord
  size_t count = 0;
};

struct Template {
  std::string pattern;
  std::vector<uint32_t> columns;  // of its variables
};

class TemplateWriter {
 public:
  // False if the lines have too little in common.
  bool Add(std::string_view line, const int64_t* time_ns) {
    splitter_.Split(line, time_ns);
    const uint32_t number = TemplateOf(splitter_.pattern());
    ids_.push_back(number);
    line_lengths_.push_back(static_cast<int64_t>(line.size()));
    const std::vector<Variable>& variables = splitter_.variables();
    for (size_t i = 0; i < variables.size(); ++i) {
      const uint32_t column = templates_[number].columns[i];
      if (!Put(variables[i], &columns_[column])) {
        return false;
      }
    }
    return columns_.size() <= kTemplateColumnsMax && templates_.size() <= kTemplatesMax &&
           (ids_.size() < judged_from_ || !TooVaried() || FewWhenMerged());
  }

  // Joins templates that differ only in words; afterwards no line may be added.
  void Merge() {
    MergedTemplates merged = MergeTemplates(Patterns());
    if (merged.targets.size() == templates_.size()) {
      return;
    }
    std::swap(fine_templates_, templates_);
    std::swap(fine_columns_, columns_);
    column_by_context_.clear();
    for (MergedTemplates::Target& target : merged.targets) {
      Template& added = templates_.emplace_back();
      added.pattern = std::move(target.pattern);
      FindColumns(&added);
    }
    if (!Fits(merged)) {
      std::swap(fine_templates_, templates_);
      std::swap(fine_columns_, columns_);
      return;
    }
    MoveValues(merged);
    fine_columns_.clear();
  }

  void Append(const TextColumnOptions& options, std::string* out,
              LineIds* ids) const {
    std::vector<int64_t> lengths;
    std::string patterns;
    std::string numbers;
    for (const Template& one : templates_) {
      lengths.push_back(static_cast<int64_t>(one.pattern.size()));
      patterns += one.pattern;
      for (const uint32_t column : one.columns) {
        encoding::AppendLe(&numbers, static_cast<uint16_t>(column));
      }
    }
    AppendSizedInts(line_lengths_, out);
    AppendBlob(LiteralWords(), options.zstd_level, out);
    encoding::AppendVarint(out, lengths.size());
    AppendSizedInts(lengths, out);
    AppendBlob(patterns, options.zstd_level, out);
    encoding::AppendVarint(out, columns_.size());
    for (const VariableColumn& column : columns_) {
      AppendColumn(column, options, out);
      if (ids != nullptr) {
        NoteIds(column, *out, &ids->stored);
      }
    }
    AppendBlob(numbers, options.zstd_level, out);
    AppendSizedInts(ids_, out);
    if (ids != nullptr) {
      NoteVariables(ids);
    }
  }

 private:
  bool TooVaried() const { return templates_.size() * kLinesPerTemplateMin > ids_.size(); }

  // Few lines show most combinations of words only once.
  bool FewWhenMerged() {
    judged_from_ = ids_.size() * 2;
    return MergeTemplates(Patterns()).targets.size() * kLinesPerTemplateMin <= ids_.size();
  }

  std::vector<std::string_view> Patterns() const {
    std::vector<std::string_view> patterns;
    for (const Template& one : templates_) {
      patterns.push_back(one.pattern);
    }
    return patterns;
  }

  // The distinct words of all literals, one a line: a search asks these first.
  std::string LiteralWords() const {
    std::unordered_set<std::string_view> words;
    std::string text;
    for (const Template& one : templates_) {
      const std::string_view pattern = one.pattern;
      for (size_t i = 0; i < pattern.size();) {
        const size_t begin = i;
        while (i < pattern.size() && IsWordByte(pattern[i])) {
          ++i;
        }
        const std::string_view word = pattern.substr(begin, i - begin);
        if (!word.empty() && words.insert(word).second) {
          text += word;
          text += '\n';
        }
        i += word.empty() ? 1 : 0;
      }
    }
    return text;
  }

  // Whether the merged templates' columns can take all values.
  bool Fits(const MergedTemplates& merged) const {
    std::vector<size_t> totals(columns_.size());
    for (const int64_t id : ids_) {
      for (const uint32_t column : templates_[merged.target_of[static_cast<size_t>(id)]].columns) {
        ++totals[column];
      }
    }
    return !clash_ && columns_.size() <= kTemplateColumnsMax &&
           std::all_of(totals.begin(), totals.end(),
                       [](size_t total) { return total <= kTemplateValuesMax; });
  }

  // From the columns before merging to those of the merged templates, row by row.
  void MoveValues(const MergedTemplates& merged) {
    std::vector<size_t> next(fine_columns_.size());
    for (int64_t& id : ids_) {
      const auto fine = static_cast<size_t>(id);
      const uint32_t number = merged.target_of[fine];
      const std::vector<bool>& added = merged.targets[number].added;
      const uint32_t* from = fine_templates_[fine].columns.data();
      const std::string_view* phrase = merged.phrases[fine].data();
      for (size_t i = 0; i < added.size(); ++i) {
        VariableColumn& to = columns_[templates_[number].columns[i]];
        ++to.count;
        if (added[i]) {
          to.words.push_back(*phrase++);
        } else {
          MoveValue(fine_columns_[*from], next[*from], &to);
          ++next[*from++];
        }
      }
      id = number;
    }
  }

  static void MoveValue(const VariableColumn& from, size_t index, VariableColumn* to) {
    switch (from.kind) {
      case VariableKind::kWord:
        to->words.push_back(from.words[index]);
        break;
      case VariableKind::kHex:
        to->packed.append(from.packed, index * from.parameter, from.parameter);
        break;
      default:
        to->numbers.push_back(from.numbers[index]);
    }
  }

  uint32_t TemplateOf(const std::string& pattern) {
    if (!ids_.empty() && templates_[static_cast<size_t>(ids_.back())].pattern == pattern) {
      return static_cast<uint32_t>(ids_.back());
    }
    const uint64_t hash = encoding::Hash64Of(pattern);
    const auto [begin, end] = by_hash_.equal_range(hash);
    for (auto it = begin; it != end; ++it) {
      if (templates_[it->second].pattern == pattern) {
        return it->second;
      }
    }
    const auto number = static_cast<uint32_t>(templates_.size());
    by_hash_.emplace(hash, number);
    Template& added = templates_.emplace_back();
    added.pattern = pattern;
    FindColumns(&added);
    return number;
  }

  // Variables that follow the same literal share a column, whatever the template.
  void FindColumns(Template* added) {
    const std::string_view pattern = added->pattern;
    uint64_t before = 0;
    size_t literal = 0;
    for (size_t i = 0; i < pattern.size(); ++i) {
      if (static_cast<unsigned char>(pattern[i]) >= kMarkLimit) {
        continue;
      }
      const auto kind = static_cast<VariableKind>(pattern[i]);
      const std::string_view text = pattern.substr(literal, i - literal);
      uint8_t parameter = 0;
      if (HasParameter(kind)) {
        parameter = static_cast<uint8_t>(static_cast<unsigned char>(pattern[++i]) & ~kParameterBit);
      }
      literal = i + 1;
      const std::string_view tail = text.substr(text.size() - std::min(text.size(), kContextBytes));
      const uint64_t seed = (tail.size() < kContextBytesMin ? before : 0) ^
                            (static_cast<uint64_t>(kind) << 8 | parameter);
      before = encoding::Hash64Of(tail, seed);
      const auto [found, fresh] =
          column_by_context_.emplace(before, static_cast<uint32_t>(columns_.size()));
      if (fresh) {
        VariableColumn& column = columns_.emplace_back();
        column.kind = kind;
        column.parameter = parameter;
      }
      const VariableColumn& column = columns_[found->second];
      clash_ = clash_ || column.kind != kind || column.parameter != parameter;
      added->columns.push_back(found->second);
    }
  }

  // False if the column is full, or (a chance in 2^64) two contexts have one hash.
  static bool Put(const Variable& variable, VariableColumn* column) {
    if (column->count == kTemplateValuesMax || column->kind != variable.kind ||
        column->parameter != variable.parameter) {
      return false;
    }
    ++column->count;
    switch (variable.kind) {
      case VariableKind::kWord:
        column->words.push_back(variable.text);
        break;
      case VariableKind::kHex: {
        std::string packed;
        SB_CHECK(HexDecode(variable.text, &packed));
        column->packed += packed;
        break;
      }
      default:
        column->numbers.push_back(variable.number);
    }
    return true;
  }

  static void AppendColumn(const VariableColumn& column, const TextColumnOptions& options,
                           std::string* out) {
    std::string bytes;
    if (column.kind == VariableKind::kWord) {
      // Words are not split again.
      AppendWords(column.words, options, &bytes);
    } else if (column.kind == VariableKind::kHex) {
      AppendBlob(column.packed, options.zstd_level, &bytes);
    } else {
      encoding::AppendIntColumn(column.numbers, {.thorough = true}, &bytes);
    }
    out->push_back(static_cast<char>(column.kind));
    out->push_back(static_cast<char>(column.parameter));
    encoding::AppendVarint(out, column.count);
    encoding::AppendVarint(out, bytes.size());
    out->append(bytes);
  }

  // Ids that were stored as they are end the column's bytes.
  static void NoteIds(const VariableColumn& column, const std::string& out,
                      std::vector<StoredIds>* stored) {
    const size_t size = column.packed.size();
    if (size > 0 && out.size() >= size &&
        std::string_view(out).substr(out.size() - size) == column.packed) {
      stored->push_back({out.size() - size, size, encoding::Hash128Of(column.packed)});
    }
  }

  void NoteVariables(LineIds* ids) const {
    ids->template_of.assign(ids_.begin(), ids_.end());
    for (const Template& one : templates_) {
      std::vector<LineIds::Variable>& variables = ids->variables.emplace_back();
      for (uint32_t v = 0; v < one.columns.size(); ++v) {
        if (columns_[one.columns[v]].kind == VariableKind::kHex) {
          variables.push_back({.number = v, .column = one.columns[v]});
        }
      }
    }
    for (const VariableColumn& column : columns_) {
      ids->columns.push_back({.bytes = column.parameter, .packed = column.packed});
    }
  }

  static void AppendWords(std::span<const std::string_view> words, const TextColumnOptions& options,
                          std::string* out) {
    out->push_back(static_cast<char>(TextForm::kDictionary));
    if (!AppendDictionaryText(words, options, out)) {
      out->back() = static_cast<char>(TextForm::kBlocks);
      AppendBlockText(words, options, out);
    }
  }

  LineSplitter splitter_;
  size_t judged_from_ = kJudgedFrom;
  std::deque<Template> templates_;
  std::unordered_multimap<uint64_t, uint32_t> by_hash_;
  std::deque<VariableColumn> columns_;
  std::unordered_map<uint64_t, uint32_t> column_by_context_;
  std::deque<Template> fine_templates_;  // before merging; phrases are views into these
  std::deque<VariableColumn> fine_columns_;
  bool clash_ = false;  // two contexts have one hash (a chance in 2^64)
  std::vector<int64_t> ids_;
  std::vector<int64_t> line_lengths_;
};

}  // namespace

bool AppendTemplateText(std::span<const std::string_view> values, std::span<const int64_t> times,
                        const TextColumnOptions& options, std::string* out,
                        LineIds* ids) {
  TemplateWriter writer;
  for (size_t i = 0; i < values.size(); ++i) {
    if (!writer.Add(values[i], times.empty() ? nullptr : &times[i])) {
      return false;
    }
  }
  writer.Merge();
  writer.Append(options, out, ids);
  return true;
}

}  // namespace sb::events
