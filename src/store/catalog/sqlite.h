// SPDX-License-Identifier: Apache-2.0
//
// Sqlite is one connection to the catalog's file with its prepared statements; Row is one execution
// of one of them. The only code that names the SQLite library.
//
//   SB_ASSIGN_OR_RETURN(Row row, sqlite.Run("SELECT body FROM document WHERE id = ?", {id}));
//   if (row.HasValue()) use(row.Text(0));
//
// Threads: one at a time.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/status.h"

struct sqlite3;
struct sqlite3_stmt;

namespace sb::catalog {

using Parameter = std::variant<int64_t, std::string_view>;

// The current row of a running statement; the statement is reset when the object goes.
class Row {
 public:
  Row(sqlite3* db, sqlite3_stmt* statement) : db_(db), statement_(statement) {}
  Row(Row&& other) noexcept;
  Row& operator=(Row&&) = delete;
  ~Row();

  bool HasValue() const { return has_value_; }
  base::Status Next();  // to the first, then to the following row
  int64_t Int(int column) const;
  std::string Text(int column) const;

 private:
  sqlite3* db_;
  sqlite3_stmt* statement_;
  bool has_value_ = false;
};

class Sqlite {
 public:
  // Opens or creates the file, checks it, brings its schema up to date. ":memory:" has no file.
  static base::Result<std::unique_ptr<Sqlite>> Open(const std::string& path);
  ~Sqlite();
  Sqlite(const Sqlite&) = delete;
  Sqlite& operator=(const Sqlite&) = delete;

  // `sql` must have static storage: its statement is kept. The row stands on the first result.
  base::Result<Row> Run(std::string_view sql, const std::vector<Parameter>& parameters = {});
  // For statements without a result.
  base::Status Execute(std::string_view sql, const std::vector<Parameter>& parameters = {});
  int64_t Changes() const;  // rows that the last statement changed
  int64_t LastRow() const;  // rowid of the last insert

 private:
  explicit Sqlite(sqlite3* db) : db_(db) {}
  base::Status Prepare(const std::string& path);

  sqlite3* const db_;
  std::map<const char*, sqlite3_stmt*> statements_;  // by address of the text
};

}  // namespace sb::catalog
