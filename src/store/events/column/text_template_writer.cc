// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <deque>
#include <span>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "encoding/hash.h"
#include "encoding/hex.h"
#include "store/events/column/blob.h"
#include "store/events/column/int_values.h"
#include "store/events/column/line_template.h"
#include "store/events/column/template_format.h"
#include "store/events/column/template_tree.h"
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
  std::vector<std::string_view> words;  // kWord, kPhrase
  size_t count = 0;
  bool varies = false;  // kPhrase: not all are equal
  uint32_t number = 0;  // among those that are written

  // A phrase that never varies is literal text.
  bool is_literal() const { return kind == VariableKind::kPhrase && !varies; }
};

struct Template {
  std::string pattern;
  std::vector<PatternPiece> pieces;      // of the pattern
  std::vector<VariableColumn*> columns;  // of its variables
};

// A template as it is written.
struct StoredTemplate {
  std::string pattern;
  std::vector<const VariableColumn*> columns;
};

class TemplateWriter {
 public:
  // False if the lines have too little in common.
  bool Add(std::string_view line, const int64_t* time_ns) {
    uint32_t number = 0;
    const bool known = tree_.Find(line, time_ns, &number);
    if (!known) {
      number = FindTemplate(line, time_ns);
    }
    ids_.push_back(number);
    line_lengths_.push_back(static_cast<int64_t>(line.size()));
    const std::span<const Variable> variables =
        known ? tree_.variables() : std::span(splitter_.variables());
    VariableColumn* const* const columns = templates_[number].columns.data();
    for (size_t i = 0; i < variables.size(); ++i) {
      if (!Put(variables[i], columns[i])) {
        return false;
      }
    }
    return columns_.size() <= kTemplateColumnsMax && templates_.size() <= kTemplatesMax &&
           (ids_.size() < kJudgedFrom || templates_.size() * kLinesPerTemplateMin <= ids_.size());
  }

  void Append(const TextColumnOptions& options, std::string* out, LineIds* ids) {
    NumberColumns();
    const std::vector<StoredTemplate> stored = StoredTemplates();
    std::vector<int64_t> lengths;
    std::string patterns;
    std::string numbers;
    for (const StoredTemplate& one : stored) {
      lengths.push_back(static_cast<int64_t>(one.pattern.size()));
      patterns += one.pattern;
      for (const VariableColumn* column : one.columns) {
        encoding::AppendLe(&numbers, static_cast<uint16_t>(column->number));
      }
    }
    AppendSizedInts(line_lengths_, out);
    AppendBlob(LiteralWords(stored), options.zstd_level, out);
    encoding::AppendVarint(out, lengths.size());
    AppendSizedInts(lengths, out);
    AppendBlob(patterns, options.zstd_level, out);
    encoding::AppendVarint(out, stored_columns_);
    for (const VariableColumn& column : columns_) {
      if (column.is_literal()) {
        continue;
      }
      AppendColumn(column, options, out);
      if (ids != nullptr) {
        NoteIds(column, *out, &ids->stored);
      }
    }
    AppendBlob(numbers, options.zstd_level, out);
    AppendSizedInts(ids_, out);
    if (ids != nullptr) {
      NoteVariables(stored, ids);
    }
  }

 private:
  void NumberColumns() {
    for (VariableColumn& column : columns_) {
      column.number = stored_columns_;
      stored_columns_ += column.is_literal() ? 0 : 1;
    }
  }

  std::vector<StoredTemplate> StoredTemplates() const {
    std::vector<StoredTemplate> stored;
    for (const Template& one : templates_) {
      StoredTemplate& to = stored.emplace_back();
      for (size_t i = 0; i < one.pieces.size(); ++i) {
        const PatternPiece& piece = one.pieces[i];
        to.pattern += piece.literal;
        if (i + 1 == one.pieces.size()) {
          break;
        }
        const VariableColumn* column = one.columns[i];
        if (column->is_literal()) {
          to.pattern += column->words[0];
          continue;
        }
        to.columns.push_back(column);
        to.pattern.push_back(static_cast<char>(StoredKind(piece.kind)));
        if (HasParameter(piece.kind)) {
          to.pattern.push_back(static_cast<char>(piece.parameter | kParameterBit));
        }
      }
    }
    return stored;
  }

  static VariableKind StoredKind(VariableKind kind) {
    return kind == VariableKind::kPhrase ? VariableKind::kWord : kind;
  }

  // The distinct words of all literals, one a line: a search asks these first.
  static std::string LiteralWords(const std::vector<StoredTemplate>& templates) {
    std::unordered_set<std::string_view> words;
    std::string text;
    for (const StoredTemplate& one : templates) {
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

  uint32_t FindTemplate(std::string_view line, const int64_t* time_ns) {
    splitter_.Split(line, time_ns);
    const std::string& pattern = splitter_.pattern();
    const uint64_t hash = encoding::Hash64Of(pattern);
    const auto [begin, end] = by_hash_.equal_range(hash);
    for (auto it = begin; it != end; ++it) {
      if (templates_[it->second].pattern == pattern) {
        if (!splitter_.is_whole()) {
          tree_.Add(it->second, templates_[it->second].pattern);
        }
        return it->second;
      }
    }
    const auto number = static_cast<uint32_t>(templates_.size());
    by_hash_.emplace(hash, number);
    Template& added = templates_.emplace_back();
    added.pattern = pattern;
    added.pieces = CutPattern(added.pattern);
    FindColumns(&added);
    if (!splitter_.is_whole()) {
      tree_.Add(number, added.pattern);
    }
    return number;
  }

  // Variables that follow the same literal share a column, whatever the template.
  void FindColumns(Template* added) {
    uint64_t before = 0;
    for (size_t i = 0; i + 1 < added->pieces.size(); ++i) {
      const PatternPiece& piece = added->pieces[i];
      const std::string_view text = piece.literal;
      const std::string_view tail = text.substr(text.size() - std::min(text.size(), kContextBytes));
      const uint64_t seed = (tail.size() < kContextBytesMin ? before : 0) ^
                            (static_cast<uint64_t>(piece.kind) << 8 | piece.parameter);
      before = encoding::Hash64Of(tail, seed);
      const auto [found, fresh] = column_by_context_.emplace(before, nullptr);
      if (fresh) {
        VariableColumn& column = columns_.emplace_back();
        column.kind = piece.kind;
        column.parameter = piece.parameter;
        found->second = &column;
      }
      added->columns.push_back(found->second);
    }
  }

  // False if the column is full, or (a chance in 2^64) two contexts have one hash.
  static bool Put(const Variable& variable, VariableColumn* column) {
    if (column->count == kTemplateValuesMax || column->kind != variable.kind ||
        (HasParameter(variable.kind) && column->parameter != variable.parameter)) {
      return false;
    }
    ++column->count;
    switch (variable.kind) {
      case VariableKind::kPhrase:
        column->words.push_back(variable.text);
        column->varies = column->varies || column->words[0] != variable.text;
        break;
      case VariableKind::kWord:
        column->words.push_back(variable.text);
        break;
      case VariableKind::kHex: {
        const size_t at = column->packed.size();
        column->packed.resize(at + column->parameter);
        SB_CHECK(encoding::HexDecodeTo(variable.text, column->packed.data() + at));
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
    const VariableKind kind = StoredKind(column.kind);
    if (kind == VariableKind::kWord) {
      // Words are not split again.
      AppendWords(column.words, options, &bytes);
    } else if (kind == VariableKind::kHex) {
      AppendBlob(column.packed, options.zstd_level, &bytes);
    } else {
      encoding::AppendIntColumn(column.numbers, {.thorough = true}, &bytes);
    }
    out->push_back(static_cast<char>(kind));
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

  void NoteVariables(const std::vector<StoredTemplate>& stored, LineIds* ids) {
    ids->template_of.assign(ids_.begin(), ids_.end());
    for (const StoredTemplate& one : stored) {
      std::vector<LineIds::Variable>& variables = ids->variables.emplace_back();
      for (uint32_t v = 0; v < one.columns.size(); ++v) {
        if (one.columns[v]->kind == VariableKind::kHex) {
          variables.push_back({.number = v, .column = one.columns[v]->number});
        }
      }
    }
    for (VariableColumn& column : columns_) {
      if (!column.is_literal()) {
        ids->columns.push_back({.bytes = column.parameter, .packed = std::move(column.packed)});
      }
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

  TemplateTree tree_;
  LineSplitter splitter_;
  std::deque<Template> templates_;  // pieces are views into patterns
  std::unordered_multimap<uint64_t, uint32_t> by_hash_;
  std::deque<VariableColumn> columns_;
  uint32_t stored_columns_ = 0;
  std::unordered_map<uint64_t, VariableColumn*> column_by_context_;
  std::vector<int64_t> ids_;
  std::vector<int64_t> line_lengths_;
};

}  // namespace

bool AppendTemplateText(std::span<const std::string_view> values, std::span<const int64_t> times,
                        const TextColumnOptions& options, std::string* out, LineIds* ids) {
  TemplateWriter writer;
  for (size_t i = 0; i < values.size(); ++i) {
    if (!writer.Add(values[i], times.empty() ? nullptr : &times[i])) {
      return false;
    }
  }
  writer.Append(options, out, ids);
  return true;
}

}  // namespace sb::events
