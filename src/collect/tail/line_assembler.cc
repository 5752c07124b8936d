// SPDX-License-Identifier: Apache-2.0
#include "collect/tail/line_assembler.h"

#include <re2/re2.h>

#include <algorithm>
#include <utility>

#include "encoding/iso_time.h"
#include "encoding/json_cursor.h"

namespace sb::collect {
namespace {

using encoding::JsonCursor;

bool ParseStream(std::string_view name, OutputStream* stream) {
  if (name == "stdout") {
    *stream = OutputStream::kStdout;
    return true;
  }
  if (name == "stderr") {
    *stream = OutputStream::kStderr;
    return true;
  }
  return false;
}

}  // namespace

bool ReadCriLine(std::string_view line, int64_t* time_ns, OutputStream* stream, bool* is_partial,
                 std::string_view* text) {
  const size_t time_end = line.find(' ');
  if (time_end == std::string_view::npos ||
      !encoding::ParseIsoTime(line.substr(0, time_end), time_ns)) {
    return false;
  }
  line.remove_prefix(time_end + 1);
  if (line.size() < 8 || line[6] != ' ' || !ParseStream(line.substr(0, 6), stream)) {
    return false;
  }
  line.remove_prefix(7);
  // Tags: "P" or "F", perhaps more behind ':'.
  const size_t tags_end = std::min(line.find(' '), line.size());
  const std::string_view tags = line.substr(0, tags_end);
  if (tags != "F" && tags != "P" && !tags.starts_with("F:") && !tags.starts_with("P:")) {
    return false;
  }
  *is_partial = tags.front() == 'P';
  *text = tags_end == line.size() ? std::string_view() : line.substr(tags_end + 1);
  return true;
}

LineAssembler::LineAssembler(LineFormat format, const MultilineRule* multiline, size_t bytes_max)
    : format_(format),
      multiline_(multiline != nullptr && multiline->start != nullptr ? multiline : nullptr),
      bytes_max_(bytes_max) {}

bool LineAssembler::ReadDocker(std::string_view line, Piece* piece) {
  JsonCursor in(line);
  std::string_view key;
  std::string_view value;
  std::string value_scratch;
  bool has_log = false;
  bool has_time = false;
  if (!in.EnterObject()) {
    return false;
  }
  while (in.NextKey(&key, &key_scratch_)) {
    if (key == "log") {
      has_log = in.ReadString(&piece->text, &scratch_);
    } else if (key == "stream") {
      in.ReadString(&value, &value_scratch);
      ParseStream(value, &piece->stream);
    } else if (key == "time") {
      in.ReadString(&value, &value_scratch);
      has_time = encoding::ParseIsoTime(value, &piece->time_ns);
    } else {
      in.SkipValue();
    }
  }
  if (!in.ExpectEnd() || !has_log || !has_time) {
    return false;
  }
  piece->is_partial = !piece->text.ends_with('\n');
  if (!piece->is_partial) {
    piece->text.remove_suffix(1);
  }
  return true;
}

void LineAssembler::Detect(std::string_view line) {
  Piece piece;
  if (line.starts_with('{') && ReadDocker(line, &piece)) {
    format_ = LineFormat::kDocker;
  } else if (ReadCriLine(line, &piece.time_ns, &piece.stream, &piece.is_partial, &piece.text)) {
    format_ = LineFormat::kCri;
  } else {
    format_ = LineFormat::kRaw;
  }
}

void LineAssembler::Feed(std::string_view line, uint64_t begin, uint64_t end) {
  if (line.ends_with('\r')) {
    line.remove_suffix(1);
  }
  if (format_ == LineFormat::kAuto && !line.empty()) {
    Detect(line);
  }
  Piece piece;
  const bool is_wrapped =
      (format_ == LineFormat::kDocker && ReadDocker(line, &piece)) ||
      (format_ == LineFormat::kCri &&
       ReadCriLine(line, &piece.time_ns, &piece.stream, &piece.is_partial, &piece.text));
  if (!is_wrapped) {
    piece = Piece();
    piece.text = line;
  }
  end_ = end;
  OnPiece(piece, begin, end);
}

void LineAssembler::OnPiece(const Piece& piece, uint64_t begin, uint64_t end) {
  const auto slot = static_cast<size_t>(piece.stream);
  TailLine& line = partial_[slot];
  if (!is_open_[slot]) {
    line = TailLine();
    line.time_ns = piece.time_ns;
    line.stream = piece.stream;
    line.parts = 0;
    line.begin = begin;
    is_open_[slot] = true;
  }
  line.text.append(piece.text);
  line.end = end;
  ++line.parts;
  if (!piece.is_partial || line.text.size() >= bytes_max_) {
    is_open_[slot] = false;
    OnLine(std::move(line));
  }
}

void LineAssembler::OnLine(TailLine line) {
  if (multiline_ == nullptr) {
    done_.push_back(std::move(line));
    return;
  }
  const bool belongs = has_record_ && record_.stream == line.stream &&
                       record_lines_ < multiline_->lines_max &&
                       record_.text.size() + line.text.size() < bytes_max_ &&
                       !re2::RE2::PartialMatch(line.text, *multiline_->start);
  if (belongs) {
    record_.text.append("\n").append(line.text);
    record_.end = line.end;
    record_.parts += line.parts;
    ++record_lines_;
    return;
  }
  if (has_record_) {
    done_.push_back(std::move(record_));
  }
  record_ = std::move(line);
  has_record_ = true;
  record_lines_ = 1;
}

bool LineAssembler::HasPending() const {
  return has_record_ || is_open_[0] || is_open_[1] || is_open_[2];
}

void LineAssembler::Flush() {
  std::vector<size_t> open;
  for (size_t slot = 0; slot < 3; ++slot) {
    if (is_open_[slot]) {
      open.push_back(slot);
    }
  }
  std::sort(open.begin(), open.end(),
            [this](size_t a, size_t b) { return partial_[a].begin < partial_[b].begin; });
  for (const size_t slot : open) {
    is_open_[slot] = false;
    OnLine(std::move(partial_[slot]));
  }
  if (has_record_) {
    has_record_ = false;
    done_.push_back(std::move(record_));
  }
}

uint64_t LineAssembler::clean_offset() const {
  uint64_t offset = has_record_ ? record_.begin : end_;
  for (size_t slot = 0; slot < 3; ++slot) {
    if (is_open_[slot]) {
      offset = std::min(offset, partial_[slot].begin);
    }
  }
  // A record that is done but began before what is pending and ended behind it holds back too.
  for (bool changed = true; changed;) {
    changed = false;
    for (const TailLine& line : done_) {
      if (line.begin < offset && line.end > offset) {
        offset = line.begin;
        changed = true;
      }
    }
  }
  return offset;
}

std::vector<TailLine> LineAssembler::TakeClean() {
  const uint64_t clean = clean_offset();
  std::vector<TailLine> clean_lines;
  std::vector<TailLine> rest;
  for (TailLine& line : done_) {
    (line.end <= clean ? clean_lines : rest).push_back(std::move(line));
  }
  done_ = std::move(rest);
  return clean_lines;
}

}  // namespace sb::collect
