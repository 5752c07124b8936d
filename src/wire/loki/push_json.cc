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

// The pieces that the formats share. Strings with escapes live in `held_` until the entry is over.
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
      while (in_.NextElement()) {
        SB_RETURN_IF_ERROR(is_legacy ? LegacyStream() : Stream());
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
    SB_RETURN_IF_ERROR(visitor_->OnStream(labels));
    held_.clear();
    if (values.empty() || values == "null") {
      return base::OkStatus();
    }
    JsonCursor in(values);
    if (in.EnterArray()) {
      while (in.NextElement()) {
        SB_RETURN_IF_ERROR(Value(&in));
      }
    }
    return in.status();
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
    entry_.metadata.clear();
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
    SB_RETURN_IF_ERROR(visitor_->OnEntry(entry_));
    held_.clear();
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
      return visitor_->OnBadStream(status);
    }
    SB_RETURN_IF_ERROR(visitor_->OnStream(labels));
    JsonCursor in(entries.empty() ? "[]" : entries);
    if (in.EnterArray()) {
      while (in.NextElement()) {
        SB_RETURN_IF_ERROR(LegacyEntry(&in));
      }
    }
    return in.status();
  }

  base::Status LegacyEntry(JsonCursor* in) {
    held_.clear();
    entry_.metadata.clear();
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
    if (!has_time) {
      return base::InvalidArgument("an entry has no \"ts\"");
    }
    return visitor_->OnEntry(entry_);
  }

  JsonCursor in_;
  LokiPushVisitor* const visitor_;
  LokiEntry entry_;
  std::deque<std::string> held_;
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
