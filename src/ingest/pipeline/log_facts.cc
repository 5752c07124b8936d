// SPDX-License-Identifier: Apache-2.0
#include "ingest/pipeline/log_facts.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "encoding/hex.h"

namespace sb::ingest {
namespace {

constexpr size_t kNameBytesMax = 32;
constexpr int kNoRank = 1 << 20;
constexpr int kJsonDepthMax = 2;

char Lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
}

// Lower case without '_', '.' and '-', in `buffer`; empty if too long.
std::string_view PlainName(std::string_view name, char (&buffer)[kNameBytesMax]) {
  if (name.size() > kNameBytesMax) {
    return {};
  }
  size_t size = 0;
  for (const char c : name) {
    if (c != '_' && c != '.' && c != '-') {
      buffer[size++] = Lower(c);
    }
  }
  return {buffer, size};
}

// `digits` hex digits into bytes; false if one is none or all are zero.
bool HexToBytes(std::string_view text, char* out) {
  uint8_t any = 0;
  for (size_t i = 0; i + 1 < text.size(); i += 2) {
    const uint8_t high = encoding::HexDigit(text[i]);
    const uint8_t low = encoding::HexDigit(text[i + 1]);
    any |= high | low;
    out[i / 2] = static_cast<char>(high << 4 | low);
  }
  return any != 0 && any != encoding::kNoHexDigit;
}

bool UuidToBytes(std::string_view text, char* out) {
  if (text.size() != 36 || text[8] != '-' || text[13] != '-' || text[18] != '-' ||
      text[23] != '-') {
    return false;
  }
  char digits[32];
  size_t n = 0;
  for (const char c : text) {
    if (c != '-' && n < 32) {
      digits[n++] = c;
    }
  }
  return n == 32 && HexToBytes({digits, 32}, out);
}

enum class IdField : uint8_t { kNone, kTrace, kSpan, kTraceParent };

IdField IdFieldOf(std::string_view name) {
  // Nearly all names end here.
  if (name.size() < 6) {
    return IdField::kNone;
  }
  const char last = Lower(name.back());
  const char before = Lower(name[name.size() - 2]);
  if (!(before == 'i' && last == 'd') && !(before == 'n' && last == 't')) {
    return IdField::kNone;
  }
  char buffer[kNameBytesMax];
  const std::string_view plain = PlainName(name, buffer);
  if (plain == "traceid" || plain == "oteltraceid" || plain == "xb3traceid") {
    return IdField::kTrace;
  }
  if (plain == "spanid" || plain == "otelspanid" || plain == "xb3spanid") {
    return IdField::kSpan;
  }
  return plain == "traceparent" ? IdField::kTraceParent : IdField::kNone;
}

// 00-<32 digits>-<16 digits>-01
void TakeTraceParent(std::string_view value, LogFacts* facts) {
  if (value.size() < 55 || value[2] != '-' || value[35] != '-' || value[52] != '-') {
    return;
  }
  if (!facts->has_trace && ParseTraceId(value.substr(3, 32), &facts->trace_id)) {
    facts->has_trace = true;
    if (!facts->has_span) {
      facts->has_span = ParseSpanId(value.substr(36, 16), &facts->span_id);
    }
  }
}

// The facts of one line as they are found.
class FactsReader {
 public:
  FactsReader(const LevelFields& fields, LogFacts* facts) : fields_(fields), facts_(facts) {}

  void Field(std::string_view name, std::string_view value) {
    TakeIdField(name, value, facts_);
    const int rank = fields_.RankOf(name);
    if (rank >= 0 && rank < rank_) {
      rank_ = rank;
      facts_->level = NormalizeLogLevel(value);
    }
  }
  LogFacts* facts() { return facts_; }

 private:
  const LevelFields& fields_;
  LogFacts* facts_;
  int rank_ = kNoRank;
};

// Lenient: what is no JSON after all yields fewer fields, nothing worse.
class JsonScan {
 public:
  JsonScan(std::string_view line, FactsReader* out)
      : at_(line.data()), end_(at_ + line.size()), out_(out) {}

  void Run() {
    while (at_ != end_) {
      const char c = *at_;
      if (c == '"') {
        const std::string_view text = String();
        if (is_key_ && depth_ <= kJsonDepthMax && arrays_ == 0) {
          Member(text);
        }
      } else {
        ++at_;
        Structure(c);
      }
    }
  }

 private:
  void Structure(char c) {
    switch (c) {
      case '{':
        ++depth_;
        is_key_ = true;
        break;
      case '}':
        --depth_;
        parent_ = {};
        break;
      case '[':
        ++arrays_;
        is_key_ = false;
        break;
      case ']':
        --arrays_;
        break;
      case ',':
        is_key_ = arrays_ == 0;
        break;
      case ':':
        is_key_ = false;
        break;
      default:
        break;
    }
  }

  // The inside of the string at `at_`, escapes left alone.
  std::string_view String() {
    const char* const begin = ++at_;
    for (;;) {
      const auto* quote =
          static_cast<const char*>(std::memchr(at_, '"', static_cast<size_t>(end_ - at_)));
      if (quote == nullptr) {
        at_ = end_;
        return {};
      }
      const char* slash = quote;
      while (slash != begin && slash[-1] == '\\') {
        --slash;
      }
      at_ = quote + 1;
      if ((quote - slash) % 2 == 0) {
        return {begin, static_cast<size_t>(quote - begin)};
      }
    }
  }

  void SkipSpace() {
    while (at_ != end_ && (*at_ == ' ' || *at_ == '\t')) {
      ++at_;
    }
  }

  void Member(std::string_view name) {
    SkipSpace();
    if (at_ == end_ || *at_ != ':') {
      return;
    }
    ++at_;
    SkipSpace();
    is_key_ = false;
    if (at_ == end_) {
      return;
    }
    if (*at_ == '"') {
      Value(name, String());
    } else if (*at_ == '{') {
      parent_ = depth_ == 1 ? name : std::string_view();
    } else if (*at_ >= '0' && *at_ <= '9') {
      const char* const begin = at_;
      while (at_ != end_ && *at_ >= '0' && *at_ <= '9') {
        ++at_;
      }
      out_->Field(name, {begin, static_cast<size_t>(at_ - begin)});
    }
  }

  void Value(std::string_view name, std::string_view value) {
    if (depth_ == 2 && name == "id" && (parent_ == "trace" || parent_ == "span")) {
      TakeIdField(parent_ == "trace" ? "trace.id" : "span.id", value, out_->facts());
      return;
    }
    if (depth_ == 2 && parent_ == "log" && name == "level") {
      out_->Field("log.level", value);
      return;
    }
    out_->Field(name, value);
  }

  const char* at_;
  const char* const end_;
  FactsReader* const out_;
  int depth_ = 0;
  int arrays_ = 0;
  bool is_key_ = false;
  std::string_view parent_;
};

bool IsNameByte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '.' || c == '-';
}

// What stands before a name that is part of a URL.
bool IsUrlByte(char c) {
  return c == '/' || c == '?' || c == '&' || c == '%';
}

// name=value, wherever it stands in the text; a quoted value is skipped as a whole.
void ScanLogfmt(std::string_view line, FactsReader* out) {
  size_t at = 0;
  size_t floor = 0;  // names do not reach before this
  while (at < line.size()) {
    const auto* equals =
        static_cast<const char*>(std::memchr(line.data() + at, '=', line.size() - at));
    if (equals == nullptr) {
      return;
    }
    const auto name_end = static_cast<size_t>(equals - line.data());
    size_t begin = name_end;
    while (begin > floor && IsNameByte(line[begin - 1]) && name_end - begin <= kNameBytesMax) {
      --begin;
    }
    size_t value = name_end + 1;
    size_t end = value;
    if (value < line.size() && (line[value] == '"' || line[value] == '\'')) {
      const char quote = line[value++];
      end = value;
      while (end < line.size() && line[end] != quote) {
        end += line[end] == '\\' ? 2 : 1;
      }
      end = end < line.size() ? end : line.size();
    } else {
      while (end < line.size() && IsNameByte(line[end])) {
        ++end;
      }
    }
    if (begin != name_end && !(begin > 0 && IsUrlByte(line[begin - 1]))) {
      out->Field(line.substr(begin, name_end - begin), line.substr(value, end - value));
    }
    at = end > name_end ? end : name_end + 1;
    floor = at;
  }
}

// "trace id: 4bf9…", "[TraceId=…]", "traceparent 00-…" in running text. `at` stands behind "trace"
// or "span".
void TakeIdAfter(std::string_view text, size_t at, bool is_span, LogFacts* facts) {
  std::string_view rest = text.substr(at, 96);
  const auto skip = [&rest](std::string_view any_of, size_t most) {
    while (most-- > 0 && !rest.empty() && any_of.find(rest.front()) != std::string_view::npos) {
      rest.remove_prefix(1);
    }
  };
  skip("_-. ", 1);
  char buffer[kNameBytesMax];
  const bool is_parent = !is_span && PlainName(rest.substr(0, 6), buffer) == "parent";
  if (is_parent) {
    rest.remove_prefix(6);
  } else if (PlainName(rest.substr(0, 2), buffer) == "id") {
    rest.remove_prefix(2);
  }
  skip("\\\"'", 2);
  skip("=: ", 3);
  skip("\\\"'", 2);
  if (is_parent) {
    TakeTraceParent(rest, facts);
    return;
  }
  size_t size = 0;
  while (size < rest.size() &&
         (encoding::HexDigit(rest[size]) != encoding::kNoHexDigit || rest[size] == '-')) {
    ++size;
  }
  TakeIdField(is_span ? "span_id" : "trace_id", rest.substr(0, size), facts);
}

// memmem for "race" and "pan": the first letter may be large or small.
void ScanText(std::string_view text, bool is_span, LogFacts* facts) {
  const std::string_view tails[2] = {is_span ? "pan" : "race", is_span ? "PAN" : "RACE"};
  for (const std::string_view tail : tails) {
    size_t at = 0;
    while ((at = text.find(tail, at)) != std::string_view::npos) {
      const bool starts = at > 0 && Lower(text[at - 1]) == (is_span ? 's' : 't');
      at += tail.size();
      if (starts) {
        TakeIdAfter(text, at, is_span, facts);
        if (is_span ? facts->has_span : facts->has_trace) {
          return;
        }
      }
    }
  }
}

}  // namespace

LevelFields::LevelFields() : is_default_(true) {
  for (const char* name : {"level", "loglevel", "severity", "severitytext", "lvl"}) {
    names_.emplace_back(name);
  }
}

LevelFields::LevelFields(std::vector<std::string> names) {
  for (const std::string& name : names) {
    char buffer[kNameBytesMax];
    names_.emplace_back(PlainName(name, buffer));
  }
}

int LevelFields::RankOf(std::string_view name) const {
  if (is_default_) {
    if (name.size() < 3 || name.size() > 13) {
      return -1;
    }
    const char first = Lower(name.front());
    if (first != 'l' && first != 's') {
      return -1;
    }
  }
  char buffer[kNameBytesMax];
  const std::string_view plain = PlainName(name, buffer);
  for (size_t i = 0; i < names_.size(); ++i) {
    if (names_[i] == plain && !plain.empty()) {
      return static_cast<int>(i);
    }
  }
  return -1;
}

bool ParseTraceId(std::string_view text, std::array<char, 16>* id) {
  if (text.size() == 32) {
    return HexToBytes(text, id->data());
  }
  if (text.size() == 16) {
    id->fill(0);
    return HexToBytes(text, id->data() + 8);
  }
  return UuidToBytes(text, id->data());
}

bool ParseSpanId(std::string_view text, std::array<char, 8>* id) {
  return text.size() == 16 && HexToBytes(text, id->data());
}

void TakeIdField(std::string_view name, std::string_view value, LogFacts* facts) {
  if (facts->has_trace && facts->has_span) {
    return;
  }
  switch (IdFieldOf(name)) {
    case IdField::kTrace:
      facts->has_trace = facts->has_trace || ParseTraceId(value, &facts->trace_id);
      break;
    case IdField::kSpan:
      facts->has_span = facts->has_span || ParseSpanId(value, &facts->span_id);
      break;
    case IdField::kTraceParent:
      TakeTraceParent(value, facts);
      break;
    case IdField::kNone:
      break;
  }
}

void ReadLogFacts(std::string_view line, const LevelFields& fields, LogFacts* facts) {
  *facts = LogFacts();
  FactsReader reader(fields, facts);
  size_t first = 0;
  while (first < line.size() && (line[first] == ' ' || line[first] == '\t')) {
    ++first;
  }
  if (first < line.size() && line[first] == '{') {
    JsonScan(line.substr(first), &reader).Run();
  } else {
    ScanLogfmt(line, &reader);
    if (!facts->has_trace) {
      ScanText(line, false, facts);
    }
    if (facts->has_trace && !facts->has_span) {
      ScanText(line, true, facts);
    }
  }
  if (facts->level == LogLevel::kUnknown) {
    facts->level = FindLevelWord(line);
  }
}

}  // namespace sb::ingest
