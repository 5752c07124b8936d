// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <cctype>
#include <vector>

#include "signalbox/database.h"

// Not a parser: one pass over words, quotes and comments, which names a statement and takes out its
// literals. What it does not understand stays out of the summary, never a literal in the text.
namespace signalbox {

namespace {

constexpr size_t kSummaryMax = 255;
constexpr size_t kTextMax = 8192;

bool IsWordByte(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '$' || c == '.';
}

std::string Upper(std::string_view word) {
  std::string out(word);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return out;
}

class SqlReader {
 public:
  explicit SqlReader(std::string_view sql) : sql_(sql) {}

  DatabaseStatement Read() {
    while (at_ < sql_.size()) {
      Step();
    }
    DatabaseStatement out;
    out.operation = operation_;
    out.collection = tables_.size() == 1 ? tables_[0] : "";
    out.summary = summary_.substr(0, kSummaryMax);
    out.text = text_.substr(0, kTextMax);
    return out;
  }

 private:
  void Step() {
    const char c = sql_[at_];
    if (c == '\'') {
      SkipQuoted('\'');
      text_ += '?';
    } else if (c == '"' || c == '`') {
      Name(Quoted(c));
    } else if (sql_.substr(at_, 2) == "--") {
      at_ = std::min(sql_.find('\n', at_), sql_.size());
    } else if (sql_.substr(at_, 2) == "/*") {
      const size_t end = sql_.find("*/", at_);
      at_ = end == std::string_view::npos ? sql_.size() : end + 2;
    } else if (c == '$' && DollarQuoted()) {
      text_ += '?';
    } else if (std::isdigit(static_cast<unsigned char>(c)) != 0) {
      Word();
      text_ += '?';
    } else if (IsWordByte(c)) {
      Name(Word());
    } else {
      if (c == '(' || c == ';' || c == ')') {
        expects_table_ = false;
        if (c == ';') {
          operation_seen_ = false;
        }
      }
      text_ += c;
      ++at_;
    }
  }

  std::string_view Word() {
    const size_t begin = at_;
    while (at_ < sql_.size() && IsWordByte(sql_[at_])) {
      ++at_;
    }
    return sql_.substr(begin, at_ - begin);
  }

  // A doubled quote is a quote of the text; a backslash is none in standard SQL.
  void SkipQuoted(char quote) {
    for (++at_; at_ < sql_.size(); ++at_) {
      if (sql_[at_] == quote) {
        if (at_ + 1 < sql_.size() && sql_[at_ + 1] == quote) {
          ++at_;
          continue;
        }
        ++at_;
        return;
      }
    }
  }

  std::string_view Quoted(char quote) {
    const size_t begin = at_;
    SkipQuoted(quote);
    return sql_.substr(begin, at_ - begin);
  }

  // $tag$ … $tag$ of PostgreSQL; $1 is a parameter and no literal.
  bool DollarQuoted() {
    const size_t end = sql_.find('$', at_ + 1);
    if (end == std::string_view::npos) {
      return false;
    }
    const std::string_view tag = sql_.substr(at_, end - at_ + 1);
    for (const char c : tag.substr(1, tag.size() - 2)) {
      if (std::isalpha(static_cast<unsigned char>(c)) == 0 && c != '_') {
        return false;
      }
    }
    const size_t close = sql_.find(tag, end + 1);
    at_ = close == std::string_view::npos ? sql_.size() : close + tag.size();
    return true;
  }

  void Name(std::string_view word) {
    static constexpr std::array<std::string_view, 10> kOperations = {
        "SELECT", "INSERT", "UPDATE", "DELETE",   "MERGE",
        "CREATE", "DROP",   "ALTER",  "TRUNCATE", "COPY"};
    text_.append(word);
    const std::string upper = Upper(word);
    const bool is_operation =
        std::find(kOperations.begin(), kOperations.end(), upper) != kOperations.end();
    // FOR UPDATE, ON CONFLICT DO UPDATE and ON DELETE are no statements of their own.
    const bool is_clause = last_ == "FOR" || last_ == "DO" || last_ == "ON";
    if (!operation_seen_ || (is_operation && !is_clause)) {
      operation_seen_ = true;
      operation_ = operation_.empty() || operation_ == "WITH" ? upper : operation_;
      AddToSummary(upper);
      expects_table_ = upper == "UPDATE" || upper == "TRUNCATE" || upper == "COPY";
    } else if (upper == "FROM" || upper == "INTO" || upper == "JOIN" || upper == "TABLE") {
      expects_table_ = last_ != "DISTINCT";
    } else if (upper == "ONLY" || upper == "IF" || upper == "NOT" || upper == "EXISTS" ||
               upper == "LATERAL") {
      // Between the keyword and the table.
    } else if (expects_table_) {
      expects_table_ = false;
      AddToSummary(word);
      if (std::find(tables_.begin(), tables_.end(), word) == tables_.end()) {
        tables_.emplace_back(word);
      }
    }
    last_ = upper;
  }

  void AddToSummary(std::string_view word) {
    summary_.append(summary_.empty() ? "" : " ").append(word);
  }

  std::string_view sql_;
  size_t at_ = 0;
  std::string text_;
  std::string summary_;
  std::string operation_;
  std::string last_;
  std::vector<std::string> tables_;
  bool operation_seen_ = false;
  bool expects_table_ = false;
};

}  // namespace

DatabaseStatement SqlStatement(std::string_view sql) {
  return SqlReader(sql).Read();
}

}  // namespace signalbox
