// SPDX-License-Identifier: Apache-2.0
#include "store/catalog/sqlite.h"

#include <sqlite3.h>

#include <utility>

namespace sb::catalog {

namespace {

constexpr int kBusyTimeoutMs = 5'000;
constexpr int64_t kSchemaVersion = 1;
constexpr int64_t kApplicationId = 0x53424361;  // "SBCa"

constexpr std::string_view kSchema = R"(
CREATE TABLE document(
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  collection TEXT NOT NULL, id TEXT NOT NULL, key TEXT NOT NULL,
  version INTEGER NOT NULL, created_ms INTEGER NOT NULL, updated_ms INTEGER NOT NULL,
  author TEXT NOT NULL, message TEXT NOT NULL, body BLOB NOT NULL);
CREATE UNIQUE INDEX document_id ON document(collection, id);
CREATE INDEX document_key ON document(collection, key, id);
CREATE TABLE history(
  number INTEGER NOT NULL, version INTEGER NOT NULL, key TEXT NOT NULL,
  created_ms INTEGER NOT NULL, updated_ms INTEGER NOT NULL,
  author TEXT NOT NULL, message TEXT NOT NULL, body BLOB NOT NULL);
CREATE UNIQUE INDEX history_version ON history(number, version);
CREATE TABLE collection(name TEXT PRIMARY KEY, documents INTEGER NOT NULL) WITHOUT ROWID;
)";

base::Status StatusOf(sqlite3* db, int code) {
  const std::string message = std::string("catalog: ") + sqlite3_errmsg(db);
  switch (code & 0xff) {
    case SQLITE_FULL:
      return base::ResourceExhausted(message);
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return base::DataLoss(message);
    case SQLITE_CONSTRAINT:
      return base::AlreadyExists(message);
    case SQLITE_PERM:
    case SQLITE_AUTH:
    case SQLITE_READONLY:
      return base::PermissionDenied(message);
    case SQLITE_TOOBIG:
      return base::InvalidArgument(message);
    case SQLITE_ERROR:
    case SQLITE_MISUSE:
      return base::Internal(message);
    default:
      return base::Unavailable(message);
  }
}

int Bind(sqlite3_stmt* statement, int index, const Parameter& parameter) {
  if (const auto* number = std::get_if<int64_t>(&parameter)) {
    return sqlite3_bind_int64(statement, index, *number);
  }
  const auto& text = std::get<std::string_view>(parameter);
  return sqlite3_bind_text64(statement, index, text.data() == nullptr ? "" : text.data(),
                             text.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
}

base::Status RunScript(sqlite3* db, const std::string& sql) {
  const int code = sqlite3_exec(db, sql.c_str(), nullptr, nullptr, nullptr);
  return code == SQLITE_OK ? base::OkStatus() : StatusOf(db, code);
}

}  // namespace

Row::Row(Row&& other) noexcept
    : db_(other.db_),
      statement_(std::exchange(other.statement_, nullptr)),
      has_value_(std::exchange(other.has_value_, false)) {}

Row::~Row() {
  if (statement_ != nullptr) {
    sqlite3_reset(statement_);
    sqlite3_clear_bindings(statement_);
  }
}

base::Status Row::Next() {
  const int code = sqlite3_step(statement_);
  has_value_ = code == SQLITE_ROW;
  return code == SQLITE_ROW || code == SQLITE_DONE ? base::OkStatus() : StatusOf(db_, code);
}

int64_t Row::Int(int column) const {
  return sqlite3_column_int64(statement_, column);
}

std::string Row::Text(int column) const {
  const void* bytes = sqlite3_column_blob(statement_, column);
  const int size = sqlite3_column_bytes(statement_, column);
  return bytes == nullptr ? ""
                          : std::string(static_cast<const char*>(bytes), static_cast<size_t>(size));
}

base::Result<std::unique_ptr<Sqlite>> Sqlite::Open(const std::string& path) {
  sqlite3* db = nullptr;
  const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
  const int code = sqlite3_open_v2(path.c_str(), &db, flags, nullptr);
  std::unique_ptr<Sqlite> sqlite(new Sqlite(db));
  if (code != SQLITE_OK) {
    return db == nullptr ? base::Unavailable("catalog: no memory to open " + path)
                         : StatusOf(db, code).WithPrefix(path);
  }
  const base::Status status = sqlite->Prepare(path);
  if (status.code() == base::StatusCode::kDataLoss) {
    return base::DataLoss(std::string(status.message()) +
                          "; nothing was changed: move the file away and put a backup in its "
                          "place: " +
                          path);
  }
  SB_RETURN_IF_ERROR(status.WithPrefix(path));
  return sqlite;
}

base::Status Sqlite::Prepare(const std::string&) {
  sqlite3_busy_timeout(db_, kBusyTimeoutMs);
  sqlite3_extended_result_codes(db_, 1);
  // FULL: a commit is synced before it returns. Defensive: no statement can damage the file.
  sqlite3_db_config(db_, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  SB_RETURN_IF_ERROR(RunScript(db_,
                               "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
                               "PRAGMA secure_delete=ON; PRAGMA temp_store=MEMORY;"
                               "PRAGMA cache_size=-2000;"));
  {
    SB_ASSIGN_OR_RETURN(const Row check, Run("PRAGMA quick_check(1)"));
    if (check.HasValue() && check.Text(0) != "ok") {
      return base::DataLoss("catalog: " + check.Text(0));
    }
  }
  int64_t version = 0;
  {
    SB_ASSIGN_OR_RETURN(const Row row, Run("PRAGMA user_version"));
    version = row.Int(0);
  }
  if (version > kSchemaVersion) {
    return base::FailedPrecondition("catalog: written by a newer version of Signalbox, schema " +
                                    std::to_string(version));
  }
  if (version == kSchemaVersion) {
    return base::OkStatus();
  }
  return RunScript(db_, "BEGIN IMMEDIATE;" + std::string(kSchema) +
                            "PRAGMA application_id=" + std::to_string(kApplicationId) +
                            "; PRAGMA user_version=" + std::to_string(kSchemaVersion) +
                            "; COMMIT;");
}

Sqlite::~Sqlite() {
  for (const auto& [text, statement] : statements_) {
    sqlite3_finalize(statement);
  }
  sqlite3_close_v2(db_);
}

base::Result<Row> Sqlite::Run(std::string_view sql, const std::vector<Parameter>& parameters) {
  sqlite3_stmt*& statement = statements_[sql.data()];
  if (statement == nullptr) {
    const int code = sqlite3_prepare_v3(db_, sql.data(), static_cast<int>(sql.size()),
                                        SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
    if (code != SQLITE_OK) {
      return StatusOf(db_, code);
    }
  }
  Row row(db_, statement);
  int index = 0;
  for (const Parameter& parameter : parameters) {
    if (const int code = Bind(statement, ++index, parameter); code != SQLITE_OK) {
      return StatusOf(db_, code);
    }
  }
  SB_RETURN_IF_ERROR(row.Next());
  return row;
}

base::Status Sqlite::Execute(std::string_view sql, const std::vector<Parameter>& parameters) {
  const base::Result<Row> row = Run(sql, parameters);
  return row.status();
}

int64_t Sqlite::Changes() const {
  return sqlite3_changes64(db_);
}

int64_t Sqlite::LastRow() const {
  return sqlite3_last_insert_rowid(db_);
}

}  // namespace sb::catalog
