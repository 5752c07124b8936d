// SPDX-License-Identifier: Apache-2.0
#include <charconv>
#include <deque>
#include <string>

#include "encoding/iso_time.h"
#include "encoding/json_cursor.h"
#include "wire/loki/push_reader.h"

namespace sb::wire {
namespace {

using encoding::JsonCursor;

base::Status ParseNanoseconds(std::string_view text, int64_t* time_ns) {
  const char* const end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data(), end, *time_ns);
  if (parsed.ec != std::errc() || parsed.ptr != end || text.empty()) {
    return base::InvalidArgument("a timestamp is a string of nanoseconds since 1970, not \"" +
                                 std::string(text.substr(0, 64)) + "\"");
  }
  return base::OkStatus();
}

// The pieces that the formats share. Strings with escapes live in `held_` until the entry is over,
// those of labels in `held_labels_` until the stream is.
class JsonPush {
 public:
  JsonPush(std::string_view text, LokiPushVisitor* visitor) : in_(text), visitor_(visitor) {}

  base::Status Run(bool is_legacy) {
    std::string_view key;
    if (in_.EnterObject()) {
      while (in_.NextKey(&key, &scratch_)) {
        if (key == "streams" && in_.Peek() != JsonCursor::Kind::kNull) {
          SB_RETURN_IF_ERROR(Streams(is_legacy));
        } else {
          in_.SkipValue();
        }
      }
    }
    in_.ExpectEnd();
    return in_.status();
  }

 private:
  base::Status Streams(bool is_legacy) {
    if (in_.EnterArray()) {
      for (size_t index = 1; in_.NextElement(); ++index) {
        const JsonCursor before = in_;
        const base::Status read = is_legacy ? LegacyStream() : Stream();
        SB_RETURN_IF_ERROR(refused_);
        if (!read.ok()) {
          SB_RETURN_IF_ERROR(PassOver(before, &in_));
          SB_RETURN_IF_ERROR(visitor_->OnBadStream(base::InvalidArgument(
              "stream " + std::to_string(index) + ": " + std::string(read.message()))));
        }
      }
    }
    return in_.status();
  }

  std::string_view Hold(std::string_view value, std::string* scratch) {
    if (value.data() != scratch->data() || value.empty()) {
      return value;
    }
    held_.push_back(std::move(*scratch));
    return held_.back();
  }

  // What the visitor answers: an error ends the reading, unlike one of the reader.
  base::Status Told(base::Status answer) {
    refused_ = answer;
    return answer;
  }

  // The value that began at `before` is not what it should be; it may be JSON all the same.
  static base::Status PassOver(const JsonCursor& before, JsonCursor* in) {
    *in = before;
    in->SkipValue();
    return in->status();
  }

  // The entries of a stream, each as `read` reads it.
  base::Status Entries(std::string_view values, const std::vector<LokiLabel>& labels,
                       base::Status (JsonPush::*read)(JsonCursor*)) {
    if (values.empty() || values == "null") {
      return base::OkStatus();
    }
    JsonCursor in(values);
    if (!in.EnterArray()) {
      return in.status();
    }
    for (size_t index = 1; in.NextElement(); ++index) {
      const JsonCursor before = in;
      entry_.metadata.clear();
      const base::Status why = (this->*read)(&in);
      if (why.ok()) {
        SB_RETURN_IF_ERROR(Told(visitor_->OnEntry(entry_)));
      } else {
        SB_RETURN_IF_ERROR(PassOver(before, &in));
        SB_RETURN_IF_ERROR(Told(visitor_->OnBadEntry(LokiEntryError(labels, index, why))));
      }
      held_.clear();
    }
    return in.status();
  }

  // "values" may stand before "stream": its text is then kept for later.
  base::Status Stream() {
    held_.clear();
    std::vector<LokiLabel> labels;
    std::string_view values;
    std::string_view key;
    if (!in_.EnterObject()) {
      return in_.status();
    }
    while (in_.NextKey(&key, &scratch_)) {
      if (key == "stream") {
        SB_RETURN_IF_ERROR(Pairs(&in_, &labels));
      } else if (key == "values") {
        in_.SkipValue(&values);
      } else {
        in_.SkipValue();
      }
    }
    SB_RETURN_IF_ERROR(in_.status());
    SB_RETURN_IF_ERROR(Told(visitor_->OnStream(labels)));
    held_labels_.swap(held_);
    return Entries(values, labels, &JsonPush::Value);
  }

  base::Status Pairs(JsonCursor* in, std::vector<LokiLabel>* pairs) {
    std::string key_scratch;
    std::string value_scratch;
    std::string_view name;
    std::string_view value;
    if (in->Peek() == JsonCursor::Kind::kNull) {
      in->ReadNull();
      return in->status();
    }
    if (in->EnterObject()) {
      while (in->NextKey(&name, &key_scratch)) {
        const std::string_view held = Hold(name, &key_scratch);
        if (in->ReadAsText(&value, &value_scratch)) {
          pairs->push_back({held, Hold(value, &value_scratch)});
        }
      }
    }
    return in->status();
  }

  // ["ns", "line"] or ["ns", "line", {metadata}]
  base::Status Value(JsonCursor* in) {
    std::string_view time;
    int place = 0;
    if (!in->EnterArray()) {
      return in->status();
    }
    while (in->NextElement()) {
      if (place == 0) {
        if (in->ReadString(&time, &scratch_)) {
          SB_RETURN_IF_ERROR(ParseNanoseconds(time, &entry_.time_ns));
        }
      } else if (place == 1) {
        in->ReadString(&entry_.line, &line_scratch_);
      } else if (place == 2) {
        SB_RETURN_IF_ERROR(Pairs(in, &entry_.metadata));
      } else {
        in->SkipValue();
      }
      ++place;
    }
    SB_RETURN_IF_ERROR(in->status());
    if (place < 2) {
      return base::InvalidArgument("an entry is [\"<nanoseconds>\", \"<line>\"]");
    }
    return base::OkStatus();
  }

  base::Status LegacyStream() {
    held_.clear();
    std::string_view key;
    std::string_view entries;
    std::string_view text;
    std::string text_scratch;
    if (!in_.EnterObject()) {
      return in_.status();
    }
    while (in_.NextKey(&key, &scratch_)) {
      if (key == "labels") {
        in_.ReadString(&text, &text_scratch);
      } else if (key == "entries") {
        in_.SkipValue(&entries);
      } else {
        in_.SkipValue();
      }
    }
    SB_RETURN_IF_ERROR(in_.status());
    std::vector<LokiLabel> labels;
    if (const base::Status status = ParseLabelString(text, &held_, &labels); !status.ok()) {
      return Told(visitor_->OnBadStream(status));
    }
    SB_RETURN_IF_ERROR(Told(visitor_->OnStream(labels)));
    held_labels_.swap(held_);
    return Entries(entries, labels, &JsonPush::LegacyEntry);
  }

  base::Status LegacyEntry(JsonCursor* in) {
    entry_.line = {};
    bool has_time = false;
    std::string_view key;
    std::string_view text;
    std::string text_scratch;
    if (!in->EnterObject()) {
      return in->status();
    }
    while (in->NextKey(&key, &scratch_)) {
      if (key == "ts") {
        has_time = true;
        if (in->ReadString(&text, &text_scratch) &&
            !encoding::ParseIsoTime(text, &entry_.time_ns)) {
          SB_RETURN_IF_ERROR(ParseNanoseconds(text, &entry_.time_ns));
        }
      } else if (key == "line") {
        in->ReadString(&entry_.line, &line_scratch_);
      } else if (key == "structuredMetadata") {
        SB_RETURN_IF_ERROR(Pairs(in, &entry_.metadata));
      } else {
        in->SkipValue();
      }
    }
    SB_RETURN_IF_ERROR(in->status());
    return has_time ? base::OkStatus() : base::InvalidArgument("an entry has no \"ts\"");
  }

  JsonCursor in_;
  LokiPushVisitor* const visitor_;
  base::Status refused_;
  LokiEntry entry_;
  std::deque<std::string> held_;
  std::deque<std::string> held_labels_;
  std::string scratch_;
  std::string line_scratch_;
};

}  // namespace

base::Status ReadLokiJson(std::string_view text, LokiPushVisitor* visitor) {
  return JsonPush(text, visitor).Run(false);
}

base::Status ReadLokiLegacyJson(std::string_view text, LokiPushVisitor* visitor) {
  return JsonPush(text, visitor).Run(true);
}

}  // namespace sb::wire
