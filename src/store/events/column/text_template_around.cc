// SPDX-License-Identifier: Apache-2.0
//
// Reading only what lies around the places where a needle can be: a regular expression whose
// matches are short and have the needle is searched for in a few bytes instead of a line.
#include <algorithm>
#include <string>
#include <utility>

#include "store/events/column/byte_search.h"
#include "store/events/column/template_walk.h"
#include "store/events/column/text_template_reader.h"

namespace sb::events {
namespace {

// Farther than this whole lines are as good.
constexpr size_t kReachMax = 128;
constexpr size_t kTimeBytesMin = 19;

size_t BytesMin(const PatternPiece& piece) {
  switch (piece.kind) {
    case VariableKind::kDigits:
      return piece.parameter;
    case VariableKind::kHex:
      return 2 * size_t{piece.parameter};
    case VariableKind::kTime:
      return kTimeBytesMin;
    default:
      return 1;
  }
}

// So many bytes before the place, or more.
Place Before(const std::vector<PatternPiece>& pieces, Place place, size_t bytes) {
  for (;;) {
    const size_t taken = std::min(bytes, place.byte);
    place.byte -= taken;
    bytes -= taken;
    if (bytes == 0 || place.piece == 0) {
      return place;
    }
    const PatternPiece& piece = pieces[place.piece - 1];
    place = {place.piece - 1, piece.literal.size()};
    bytes -= std::min(bytes, BytesMin(piece));
  }
}

Place Behind(const std::vector<PatternPiece>& pieces, Place place, size_t bytes) {
  for (;;) {
    const PatternPiece& piece = pieces[place.piece];
    const size_t taken = std::min(bytes, piece.literal.size() - place.byte);
    place.byte += taken;
    bytes -= taken;
    if (bytes == 0 || place.piece + 1 == pieces.size()) {
      return place;
    }
    place = {place.piece + 1, 0};
    bytes -= std::min(bytes, BytesMin(piece));
  }
}

// From the first to the last place of something.
class Hull {
 public:
  void Add(const Place& begin, const Place& end) {
    if (!any_) {
      begin_ = begin;
    }
    any_ = true;
    if (end_.piece < end.piece || (end_.piece == end.piece && end_.byte < end.byte)) {
      end_ = end;
    }
  }
  bool any() const { return any_; }
  const Place& begin() const { return begin_; }
  const Place& end() const { return end_; }

 private:
  bool any_ = false;
  Place begin_;
  Place end_;
};

}  // namespace

void TemplateText::ProjectAround(const Condition& condition, const Sought& sought,
                                 const Template& one, const Body& body,
                                 const std::vector<PatternPiece>& pieces,
                                 std::vector<ProjectedPiece>* out) const {
  const auto find = condition.fold() ? FindFolded : FindBytes;
  Hull hull;
  for (size_t s = 0; s < pieces.size(); ++s) {
    const std::string_view literal = pieces[s].literal;
    const char* const end = literal.data() + literal.size();
    for (const char* at = find(literal.data(), end, sought.word); at != nullptr;
         at = find(at + 1, end, sought.word)) {
      const auto byte = static_cast<size_t>(at - literal.data());
      hull.Add({s, byte}, {s, byte + sought.word.size()});
    }
    const uint32_t column = body.segments[one.first + s].column;
    if (s + 1 < pieces.size() && sought.in_columns[column] != 0) {
      // A word may begin in a time and end in the letters behind it.
      const bool is_time = pieces[s].kind == VariableKind::kTime;
      hull.Add({s, literal.size()}, {s + 1, is_time ? pieces[s + 1].literal.size() : 0});
    }
  }
  out->assign(1, {});
  const Walk walk(pieces);
  if (!hull.any()) {
    walk.Copy({0, 0}, walk.End(), out);
    return;
  }
  walk.Copy(Before(pieces, hull.begin(), condition.reach_bytes()),
            Behind(pieces, hull.end(), condition.reach_bytes()), out);
}

base::Status TemplateText::ReadAround(const Condition& condition, const Sought& sought,
                                      std::span<const uint32_t> rows,
                                      std::shared_ptr<const std::string>* text,
                                      std::vector<uint32_t>* ends) const {
  if (sought.word.empty() || condition.reach_bytes() > kReachMax) {
    TextValues read;
    SB_RETURN_IF_ERROR(Read(rows, &read));
    uint32_t end = 0;
    for (const std::string_view line : read.texts) {
      end += static_cast<uint32_t>(line.size());
      ends->push_back(end);
    }
    *text = read.kept.back();
    return base::OkStatus();
  }
  SB_ASSIGN_OR_RETURN(const std::shared_ptr<const Body> body, OpenBody());
  const std::vector<Projected> around = ProjectTemplates(
      *body, rows,
      [&](const Template& one, const std::vector<PatternPiece>& pieces,
          std::vector<ProjectedPiece>* out) {
        ProjectAround(condition, sought, one, *body, pieces, out);
        return true;
      });
  Bitmap wanted(count_);
  for (const uint32_t row : rows) {
    wanted.Set(row);
  }
  auto read = std::make_shared<std::string>();
  std::vector<size_t> short_ends;
  SB_RETURN_IF_ERROR(ReadShort(*body, around, wanted, read.get(), &short_ends));
  *text = std::move(read);
  ends->assign(short_ends.begin(), short_ends.end());
  return base::OkStatus();
}

}  // namespace sb::events
