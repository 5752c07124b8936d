// SPDX-License-Identifier: Apache-2.0
#include "query/logql/json_path.h"

#include <fmt/format.h>

#include <charconv>
#include <utility>

#include "query/logql/lexer.h"

namespace sb::logql {
namespace {

class PathParser {
 public:
  explicit PathParser(std::string_view text) : text_(text), rest_(text) {}

  base::Result<JsonPath> Run() {
    SkipBlanks();
    bool first = true;
    while (!rest_.empty()) {
      const bool dot = !first && rest_[0] == '.';
      if (dot) {
        rest_.remove_prefix(1);
      }
      if (rest_.starts_with('[') && !dot) {
        SB_RETURN_IF_ERROR(TakeBracket());
      } else if (!rest_.empty() && IsWordStart(rest_[0]) && (first || dot)) {
        TakeField();
      } else {
        return Unexpected();
      }
      first = false;
      SkipBlanks();
    }
    return std::move(path_);
  }

 private:
  void SkipBlanks() {
    while (!rest_.empty() && (rest_[0] == ' ' || rest_[0] == '\t')) {
      rest_.remove_prefix(1);
    }
  }

  base::Status Unexpected() const {
    return base::InvalidArgument(fmt::format(
        "cannot parse expression [{}]: syntax error: unexpected {}", text_,
        rest_.empty() ? std::string("end") : QuoteGoString(rest_.substr(0, 1))));
  }

  void TakeField() {
    size_t end = 1;
    while (end < rest_.size() && IsWordByte(rest_[end])) {
      ++end;
    }
    path_.push_back({false, std::string(rest_.substr(0, end)), 0});
    rest_.remove_prefix(end);
  }

  base::Status TakeBracket() {
    rest_.remove_prefix(1);
    if (rest_.starts_with('"')) {
      std::string key;
      std::string error;
      const size_t taken = UnquoteGoString(rest_, &key, &error);
      if (taken == 0) {
        return base::InvalidArgument(
            fmt::format("cannot parse expression [{}]: {}", text_, error));
      }
      rest_.remove_prefix(taken);
      path_.push_back({false, std::move(key), 0});
    } else {
      int64_t index = 0;
      const auto parsed = std::from_chars(rest_.data(), rest_.data() + rest_.size(), index);
      if (parsed.ec != std::errc() || index < 0) {
        return Unexpected();
      }
      rest_.remove_prefix(static_cast<size_t>(parsed.ptr - rest_.data()));
      path_.push_back({true, "", index});
    }
    if (!rest_.starts_with(']')) {
      return Unexpected();
    }
    rest_.remove_prefix(1);
    return base::OkStatus();
  }

  const std::string_view text_;
  std::string_view rest_;
  JsonPath path_;
};

}  // namespace

base::Result<JsonPath> ParseJsonPath(std::string_view text) {
  return PathParser(text).Run();
}

}  // namespace sb::logql
