// SPDX-License-Identifier: Apache-2.0
//
// The reader of the template form. What is not asked for is not decoded: a search that finds its
// word neither among the words of the literals nor in a variable never sees the templates.
//
// Rows are read in chunks of kChunkRows: where each column stands at the begin of a chunk is known,
// so that a few rows cost a few chunks.
//
// A row whose template has the needle in its literal text holds without being put together; a row
// can hold otherwise only if one of its variables has a part of the needle.
//
// Threads: safe for concurrent use.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/mutex.h"
#include "encoding/bytes.h"
#include "encoding/int_column.h"
#include "store/events/column/blob.h"
#include "store/events/column/line_template.h"
#include "store/events/column/template_projection.h"
#include "store/events/column/text_column.h"

namespace sb::events {

class BoundedWriter;

class TemplateText final : public TextColumn {
 public:
  explicit TemplateText(const TextSurroundings* surroundings) : surroundings_(surroundings) {}
  base::Status Parse(std::string_view body, uint32_t count);

  base::Status Evaluate(const Condition& condition, const Bitmap* candidates,
                        Bitmap* out) const override;
  base::Status Read(std::span<const uint32_t> positions, TextValues* out) const override;
  base::Status Lengths(std::span<const uint32_t> positions,
                       std::vector<int64_t>* out) const override;
  base::Status ReadProjected(std::span<const uint32_t> positions,
                             const store::LineProjection& projection,
                             TextValues* out) const override;
  int cost() const override { return 15; }
  // The hex variable entries[t] - 1 of each line, where its template t has an entry above 0, with
  // zero bytes in front up to `length`; there must be `count` of them.
  base::Status ReadIds(std::span<const int64_t> entries, size_t length, uint32_t count,
                       std::string* packed) const;

 private:
  static constexpr uint32_t kChunkRows = 1024;

  struct Column {
    VariableKind kind = VariableKind::kWord;
    uint8_t parameter = 0;
    uint32_t count = 0;
    std::string_view bytes;
  };
  // A literal and the variable after it; the last one of a template has none.
  struct Segment {
    std::string_view literal;
    uint32_t column = UINT32_MAX;
  };
  struct Template {
    uint32_t first = 0;  // in segments
    uint32_t count = 0;
  };
  // All that is needed to put rows together.
  struct Body {
    std::string patterns;
    std::vector<uint32_t> pattern_ends;
    std::vector<Template> templates;
    std::vector<Segment> segments;
    std::vector<uint32_t> ids;      // template of each row
    std::vector<uint32_t> offsets;  // per chunk and column: values before the chunk
  };
  // A column's values, opened when first asked for.
  struct Values {
    std::unique_ptr<encoding::IntColumn> integers;
    std::unique_ptr<TextColumn> words;
    std::string packed;            // kHex
    std::vector<int64_t> numbers;  // of the chunk at hand
    TextValues texts;              // likewise
  };
  // What the inner loop needs of a column: the values of the chunk, and which one is next.
  struct Cursor {
    VariableKind kind = VariableKind::kWord;
    uint8_t parameter = 0;
    bool loaded = false;
    uint32_t next = 0;
    const int64_t* numbers = nullptr;
    const std::string_view* texts = nullptr;
    const char* packed = nullptr;
  };

  // Of a search: what is known of rows, the higher the surer.
  enum Verdict : uint8_t { kRuledOut = 0, kOpen = 1, kHolds = 2 };
  struct NeedleWord {
    std::string_view needle;
    std::string_view word;  // the telling part of it
    size_t word_begin = 0;
    bool decides = false;       // to have the needle is all that is asked
    bool fold = false;
    std::string_view patterns;  // of the body, in lower case if the needle is
  };
  // A place where the needle begins in a literal and `rest` of it lies in the variable after it.
  struct Crossing {
    uint32_t t = 0;
    uint32_t segment = 0;
    size_t rest = 0;
    bool decides = false;  // nothing of the needle lies before the literal
    uint32_t fit = 0;      // index of the values with which the needle goes on
  };
  struct Fit {
    Bitmap open;   // may go on so
    Bitmap holds;  // does, to its end
  };
  // A variable in which something may be found, and the crossings into it.
  struct Place {
    uint32_t column = 0;
    uint32_t first_crossing = 0;
    uint32_t end_crossing = 0;
  };

  base::Status ParseColumn(encoding::ByteReader& in);
  base::Result<std::shared_ptr<const Body>> OpenBody() const;
  base::Status ReadSegments(size_t pattern_bytes, Body* body) const;
  base::Status CountChunks(Body* body) const;
  base::Result<std::span<const int64_t>> Times() const;

  // Calls visit(row, template, cursors) for the rows that `wanted` has; visit moves the cursors.
  template <typename Visit>
  base::Status ForRows(const Body& body, const Bitmap& wanted, Visit&& visit) const;
  base::Status Load(const Column& column, uint32_t begin, uint32_t end, Values* values,
                    Cursor* cursor) const;
  base::Status OpenValues(const Column& column, Values* values) const;
  // Appends the row to the writer; visits every variable, so that cursors agree.
  void AppendRow(const Body& body, const Template& one, int64_t time_ns,
                 std::vector<Cursor>& cursors, BoundedWriter* out) const;

  // Of a projection: a text, and `ahead` values behind where the row's stand in the column.
  struct ProjectedStep {
    std::string literal;
    uint32_t column = UINT32_MAX;  // none
    uint32_t ahead = 0;
  };
  struct Projected {
    bool is_known = false;
    bool fits = false;  // else the lines are needed as they are
    std::vector<ProjectedStep> steps;
    std::vector<uint32_t> moves;  // columns that are read, once per variable of the template
  };
  // Says for a template what is left of its lines; false: they are needed as they are.
  using Decide = std::function<bool(const Template& one, const std::vector<PatternPiece>& pieces,
                                    std::vector<ProjectedPiece>* out)>;
  std::vector<PatternPiece> PiecesOf(const Body& body, const Template& one) const;
  std::vector<Projected> ProjectTemplates(const Body& body, std::span<const uint32_t> positions,
                                          const Decide& decide) const;
  static void AppendValue(const Cursor& cursor, uint32_t index, int64_t time_ns, std::string* out);
  base::Status ReadShort(const Body& body, const std::vector<Projected>& projected,
                         const Bitmap& wanted, std::string* text, std::vector<size_t>* ends) const;

  // What a search looked for, and which columns have it in one of their values.
  struct Sought {
    std::string_view word;  // a part of the condition's needle; "": nothing was looked for
    std::vector<uint8_t> in_columns;
  };
  base::Status Search(const Condition& condition, Bitmap* open, Bitmap* holds,
                      Sought* sought) const;
  // The texts of these rows, or what is around the places where the word can be if that is enough.
  base::Status ReadAround(const Condition& condition, const Sought& sought,
                          std::span<const uint32_t> rows,
                          std::shared_ptr<const std::string>* text,
                          std::vector<uint32_t>* ends) const;
  void ProjectAround(const Condition& condition, const Sought& sought, const Template& one,
                     const Body& body, const std::vector<PatternPiece>& pieces,
                     std::vector<ProjectedPiece>* out) const;
  base::Status SearchColumn(const Column& column, const Condition& contains, bool in_times,
                            Bitmap* values) const;
  base::Status SearchWords(const Column& column, const Condition& contains, Bitmap* values) const;
  base::Status FindSure(const Condition& condition, const Column& column, const Bitmap& values,
                        Bitmap* sure) const;
  base::Result<bool> MayBeInTime(std::string_view word, bool fold, std::string_view words) const;
  static base::Result<Condition> ContainsWord(std::string_view word, bool fold);
  static std::string_view LiteralIn(const Body& body, const NeedleWord& sought,
                                    const Segment& segment);
  uint8_t JudgeTemplate(const Body& body, uint32_t t, const NeedleWord& sought,
                        std::vector<Crossing>* crossings) const;
  void JudgeTemplates(const Body& body, const NeedleWord& sought, std::vector<uint8_t>* verdicts,
                      std::vector<Crossing>* crossings) const;
  base::Status FindFits(const Body& body, const NeedleWord& sought,
                        std::vector<Crossing>* crossings, std::vector<Fit>* fits) const;
  base::Status FitNumbers(const Column& column, std::string_view rest, std::string_view behind,
                          Fit* fit) const;
  base::Status FitWords(const Column& column, std::string_view rest, std::string_view behind,
                        bool fold, Fit* fit) const;
  std::vector<std::vector<Place>> FindPlaces(const Body& body, const std::vector<uint8_t>& any,
                                             const std::vector<Crossing>& crossings) const;

  const TextSurroundings* surroundings_;
  uint32_t count_ = 0;
  encoding::IntColumn lengths_;
  Blob words_;
  std::vector<int64_t> pattern_lengths_;
  Blob patterns_;
  std::vector<Column> columns_;
  Blob variables_;
  encoding::IntColumn ids_;
  bool has_times_ = false;  // a column of kTime is there
  mutable base::Mutex mutex_;
  mutable std::shared_ptr<const Body> body_ SB_GUARDED_BY(mutex_);
};

}  // namespace sb::events
