// SPDX-License-Identifier: Apache-2.0
//
// Reading only a part of each line: what a LineProjection leaves of its template.
#include <charconv>
#include <string>
#include <utility>

#include "encoding/hex.h"
#include "store/events/column/template_format.h"
#include "store/events/column/text_template_reader.h"

namespace sb::events {

std::vector<PatternPiece> TemplateText::PiecesOf(const Body& body, const Template& one) const {
  std::vector<PatternPiece> pieces;
  for (uint32_t s = 0; s < one.count; ++s) {
    const Segment& segment = body.segments[one.first + s];
    PatternPiece& piece = pieces.emplace_back();
    piece.literal = segment.literal;
    if (s + 1 < one.count) {
      piece.kind = columns_[segment.column].kind;
      piece.parameter = columns_[segment.column].parameter;
    }
  }
  return pieces;
}

// What is left of the lines of each template that a wanted row has.
std::vector<TemplateText::Projected> TemplateText::ProjectTemplates(
    const Body& body, std::span<const uint32_t> positions, const Decide& decide) const {
  std::vector<Projected> all(body.templates.size());
  std::vector<uint8_t> tracked(columns_.size());
  for (const uint32_t position : positions) {
    const uint32_t t = body.ids[position];
    Projected& projected = all[t];
    if (projected.is_known) {
      continue;
    }
    projected.is_known = true;
    std::vector<ProjectedPiece> pieces;
    const Template& one = body.templates[t];
    projected.fits = decide(one, PiecesOf(body, one), &pieces);
    if (!projected.fits) {
      continue;
    }
    const Segment* const segments = body.segments.data() + one.first;
    for (ProjectedPiece& piece : pieces) {
      ProjectedStep& step = projected.steps.emplace_back();
      step.literal = std::move(piece.literal);
      if (piece.variable == ProjectedPiece::kNone) {
        continue;
      }
      step.column = segments[piece.variable].column;
      tracked[step.column] = 1;
      for (uint32_t s = 0; s < piece.variable; ++s) {
        step.ahead += segments[s].column == step.column ? 1 : 0;
      }
    }
  }
  for (uint32_t t = 0; t < body.templates.size(); ++t) {
    for (uint32_t s = 0; s + 1 < body.templates[t].count; ++s) {
      const uint32_t c = body.segments[body.templates[t].first + s].column;
      if (tracked[c] != 0) {
        all[t].moves.push_back(c);
      }
    }
  }
  return all;
}

void TemplateText::AppendValue(const Cursor& cursor, uint32_t index, int64_t time_ns,
                               std::string* out) {
  char text[kTimeBytesMax];
  switch (cursor.kind) {
    case VariableKind::kNumber:
    case VariableKind::kDigits: {
      const auto number = static_cast<uint64_t>(cursor.numbers[index]);
      const auto end = std::to_chars(text, text + sizeof(text), number).ptr;
      const auto size = static_cast<size_t>(end - text);
      if (cursor.kind == VariableKind::kDigits && size < cursor.parameter) {
        out->append(cursor.parameter - size, '0');
      }
      out->append(text, size);
      return;
    }
    case VariableKind::kHex: {
      const size_t before = out->size();
      out->resize(before + 2 * size_t{cursor.parameter});
      encoding::WriteHex({cursor.packed + size_t{index} * cursor.parameter, cursor.parameter},
                         out->data() + before);
      return;
    }
    case VariableKind::kWord:
    case VariableKind::kPhrase:  // none is stored
      out->append(cursor.texts[index]);
      return;
    case VariableKind::kTime:
      sb::events::AppendTime(time_ns, cursor.numbers[index], TimeFormOf(cursor.parameter), out);
      return;
  }
}

base::Status TemplateText::ReadShort(const Body& body, const std::vector<Projected>& projected,
                                     const Bitmap& wanted, std::string* text,
                                     std::vector<size_t>* ends) const {
  SB_ASSIGN_OR_RETURN(const std::span<const int64_t> times, Times());
  const size_t width = columns_.size();
  std::vector<Values> values(width);
  std::vector<Cursor> cursors(width);
  for (size_t c = 0; c < width; ++c) {
    cursors[c].kind = columns_[c].kind;
    cursors[c].parameter = columns_[c].parameter;
  }
  for (uint32_t begin = 0; begin < count_; begin += kChunkRows) {
    const uint32_t end = std::min(count_, begin + kChunkRows);
    if (!wanted.AnyIn(begin, end)) {
      continue;
    }
    const uint32_t* offsets = body.offsets.data() + begin / kChunkRows * width;
    for (Cursor& cursor : cursors) {
      cursor.loaded = false;
      cursor.next = 0;
    }
    for (uint32_t row = begin; row < end; ++row) {
      const Projected& one = projected[body.ids[row]];
      if (wanted.Test(row)) {
        for (const ProjectedStep& step : one.steps) {
          text->append(step.literal);
          if (step.column == UINT32_MAX) {
            continue;
          }
          Cursor& cursor = cursors[step.column];
          if (!cursor.loaded) {
            SB_RETURN_IF_ERROR(Load(columns_[step.column], offsets[step.column],
                                    offsets[step.column + width], &values[step.column], &cursor));
          }
          AppendValue(cursor, cursor.next + step.ahead, times.empty() ? 0 : times[row], text);
        }
        ends->push_back(text->size());
        if (text->size() > kBlobBytesMax) {
          return base::DataLoss("a text column of templates: a line of an impossible length");
        }
      }
      for (const uint32_t c : one.moves) {
        ++cursors[c].next;
      }
    }
  }
  return base::OkStatus();
}

base::Status TemplateText::ReadProjected(std::span<const uint32_t> positions,
                                         const store::LineProjection& projection,
                                         TextValues* out) const {
  SB_ASSIGN_OR_RETURN(const std::shared_ptr<const Body> body, OpenBody());
  const std::vector<Projected> projected = ProjectTemplates(
      *body, positions,
      [&projection](const Template& /*one*/, const std::vector<PatternPiece>& pieces,
                    std::vector<ProjectedPiece>* pieces_left) {
        return ProjectTemplate(projection, pieces, pieces_left);
      });
  Bitmap shorter(count_);
  std::vector<uint32_t> whole;
  for (const uint32_t position : positions) {
    if (projected[body->ids[position]].fits) {
      shorter.Set(position);
    } else {
      whole.push_back(position);
    }
  }
  TextValues lines;
  if (!whole.empty()) {
    SB_RETURN_IF_ERROR(Read(whole, &lines));
  }
  auto text = std::make_shared<std::string>();
  std::vector<size_t> ends;
  SB_RETURN_IF_ERROR(ReadShort(*body, projected, shorter, text.get(), &ends));
  size_t next_line = 0;
  size_t next_short = 0;
  size_t begin = 0;
  for (const uint32_t position : positions) {
    if (!shorter.Test(position)) {
      out->texts.push_back(lines.texts[next_line++]);
      continue;
    }
    const size_t end = ends[next_short++];
    out->texts.push_back(std::string_view(*text).substr(begin, end - begin));
    begin = end;
  }
  out->bytes_decoded += lines.bytes_decoded + text->size();
  out->kept.insert(out->kept.end(), lines.kept.begin(), lines.kept.end());
  out->kept.push_back(std::move(text));
  return base::OkStatus();
}

}  // namespace sb::events
