// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "store/catalog/catalog.h"
#include "store/catalog/sqlite.h"

namespace sb::catalog {

namespace {

constexpr char kSelectById[] =
    "SELECT number, id, key, version, created_ms, updated_ms, author, message, body "
    "FROM document WHERE collection = ? AND id = ?";
constexpr char kSelectByNumber[] =
    "SELECT number, id, key, version, created_ms, updated_ms, author, message, body "
    "FROM document WHERE collection = ? AND number = ?";
// The two orders differ in nothing else. `?6` is 1 when the key must be exactly `?2`.
constexpr char kListUp[] =
    "SELECT number, id, key, version, created_ms, updated_ms, author, message, body "
    "FROM document WHERE collection = ?1 AND key >= ?2 AND (?3 = '' OR key < ?3) "
    "AND (?6 = 0 OR key = ?2) ORDER BY key, id LIMIT ?4 OFFSET ?5";
constexpr char kListDown[] =
    "SELECT number, id, key, version, created_ms, updated_ms, author, message, body "
    "FROM document WHERE collection = ?1 AND key >= ?2 AND (?3 = '' OR key < ?3) "
    "AND (?6 = 0 OR key = ?2) ORDER BY key DESC, id DESC LIMIT ?4 OFFSET ?5";
constexpr char kCount[] = "SELECT documents FROM collection WHERE name = ?";
constexpr char kChangeCount[] =
    "INSERT INTO collection(name, documents) VALUES(?1, ?2) "
    "ON CONFLICT(name) DO UPDATE SET documents = documents + ?2";
constexpr char kInsert[] =
    "INSERT INTO document(collection, id, key, version, created_ms, updated_ms, author, message, "
    "body) VALUES(?, ?, ?, 1, ?4, ?4, ?5, ?6, ?7)";
constexpr char kUpdate[] =
    "UPDATE document SET key = ?, version = ?, updated_ms = ?, author = ?, message = ?, body = ? "
    "WHERE number = ?";
constexpr char kDelete[] = "DELETE FROM document WHERE number = ?";
constexpr char kDeleteHistory[] = "DELETE FROM history WHERE number = ?";
constexpr char kDeleteBefore[] = "DELETE FROM document WHERE collection = ? AND key < ?";
constexpr char kDeleteHistoryBefore[] =
    "DELETE FROM history WHERE number IN "
    "(SELECT number FROM document WHERE collection = ? AND key < ?)";
constexpr char kInsertHistory[] =
    "INSERT INTO history(number, version, key, created_ms, updated_ms, author, message, body) "
    "VALUES(?, ?, ?, ?, ?, ?, ?, ?)";
constexpr char kPruneHistory[] = "DELETE FROM history WHERE number = ? AND version <= ?";
constexpr char kHistory[] =
    "SELECT h.number, d.id, h.key, h.version, h.created_ms, h.updated_ms, h.author, h.message, "
    "h.body FROM history h JOIN document d ON d.number = h.number "
    "WHERE d.collection = ? AND d.id = ? ORDER BY h.version DESC LIMIT ? OFFSET ?";
constexpr char kHistoryVersion[] =
    "SELECT h.number, d.id, h.key, h.version, h.created_ms, h.updated_ms, h.author, h.message, "
    "h.body FROM history h JOIN document d ON d.number = h.number "
    "WHERE d.collection = ? AND d.id = ? AND h.version = ?";

Document Read(const Row& row) {
  Document document;
  document.number = row.Int(0);
  document.id = row.Text(1);
  document.key = row.Text(2);
  document.version = row.Int(3);
  document.created_ms = row.Int(4);
  document.updated_ms = row.Int(5);
  document.author = row.Text(6);
  document.message = row.Text(7);
  document.body = row.Text(8);
  return document;
}

base::Result<std::vector<Document>> ReadAll(base::Result<Row> result) {
  SB_ASSIGN_OR_RETURN(Row row, std::move(result));
  std::vector<Document> documents;
  while (row.HasValue()) {
    documents.push_back(Read(row));
    SB_RETURN_IF_ERROR(row.Next());
  }
  return documents;
}

base::Result<Document> ReadOne(const base::Result<Row>& row, const CollectionSpec& in,
                               std::string_view name) {
  SB_RETURN_IF_ERROR(row.status());
  if (!row->HasValue()) {
    return base::NotFound("no document in " + std::string(in.name) + ": " + std::string(name));
  }
  return Read(*row);
}

base::Status CheckLimits(const CollectionSpec& in, const PutRequest& request) {
  if (request.id.empty() || request.id.size() > kIdBytesMax) {
    return base::InvalidArgument("id must have 1 to " + std::to_string(kIdBytesMax) +
                                 " bytes: " + request.id.substr(0, 64));
  }
  if (request.key.size() > kKeyBytesMax) {
    return base::InvalidArgument("key is longer than " + std::to_string(kKeyBytesMax) +
                                 " bytes: " + request.key.substr(0, 64));
  }
  if (request.body.size() > in.body_bytes_max) {
    return base::InvalidArgument(std::string(in.name) + "/" + request.id + " has " +
                                 std::to_string(request.body.size()) + " bytes, the limit is " +
                                 std::to_string(in.body_bytes_max));
  }
  return base::OkStatus();
}

base::Status WrongVersion(const CollectionSpec& in, const Document& document, int64_t expected) {
  return base::Aborted(std::string(in.name) + "/" + document.id + " is at version " +
                       std::to_string(document.version) + ", not " + std::to_string(expected));
}

}  // namespace

base::Result<Document> Transaction::Get(const CollectionSpec& in, std::string_view id) {
  return ReadOne(sqlite_.Run(kSelectById, {in.name, id}), in, id);
}

base::Result<Document> Transaction::GetByNumber(const CollectionSpec& in, int64_t number) {
  return ReadOne(sqlite_.Run(kSelectByNumber, {in.name, number}), in, std::to_string(number));
}

base::Result<std::vector<Document>> Transaction::List(const CollectionSpec& in,
                                                      const ListOptions& options) {
  const std::string_view from = options.key ? *options.key : options.key_from;
  return ReadAll(
      sqlite_.Run(options.newest_key_first ? kListDown : kListUp,
                  {in.name, from, options.key_before, static_cast<int64_t>(options.limit),
                   static_cast<int64_t>(options.offset), int64_t{options.key ? 1 : 0}}));
}

base::Result<uint64_t> Transaction::Count(const CollectionSpec& in) {
  SB_ASSIGN_OR_RETURN(const Row row, sqlite_.Run(kCount, {in.name}));
  return row.HasValue() ? static_cast<uint64_t>(row.Int(0)) : 0;
}

base::Status Transaction::ChangeCount(const CollectionSpec& in, int64_t by) {
  return sqlite_.Execute(kChangeCount, {in.name, by});
}

base::Status Transaction::AddToHistory(const CollectionSpec& in, const Document& document) {
  if (in.history_max == 0) {
    return base::OkStatus();
  }
  SB_RETURN_IF_ERROR(sqlite_.Execute(
      kInsertHistory, {document.number, document.version, document.key, document.created_ms,
                       document.updated_ms, document.author, document.message, document.body}));
  return sqlite_.Execute(
      kPruneHistory, {document.number, document.version - static_cast<int64_t>(in.history_max)});
}

base::Result<Document> Transaction::Put(const CollectionSpec& in, const PutRequest& request) {
  SB_RETURN_IF_ERROR(CheckLimits(in, request));
  base::Result<Document> old = Get(in, request.id);
  if (!old.ok() && old.status().code() != base::StatusCode::kNotFound) {
    return old.status();
  }
  Document document = old.ok() ? *old : Document();
  const int64_t expected = request.expected_version.value_or(document.version);
  if (old.ok() && expected == 0) {
    return base::AlreadyExists("document exists: " + std::string(in.name) + "/" + request.id);
  }
  document.id = request.id;
  if (expected != document.version) {
    return WrongVersion(in, document, expected);
  }
  document.key = request.key;
  document.body = request.body;
  document.author = request.author;
  document.message = request.message;
  document.updated_ms = now_ms_;
  ++document.version;
  if (old.ok()) {
    SB_RETURN_IF_ERROR(
        sqlite_.Execute(kUpdate, {document.key, document.version, now_ms_, document.author,
                                  document.message, document.body, document.number}));
  } else {
    SB_ASSIGN_OR_RETURN(const uint64_t count, Count(in));
    if (count >= in.documents_max) {
      return base::ResourceExhausted("collection " + std::string(in.name) + " is full (" +
                                     std::to_string(in.documents_max) +
                                     " documents), delete some first: " + request.id);
    }
    SB_RETURN_IF_ERROR(
        sqlite_.Execute(kInsert, {in.name, document.id, document.key, now_ms_, document.author,
                                  document.message, document.body}));
    document.number = sqlite_.LastRow();
    document.created_ms = now_ms_;
    SB_RETURN_IF_ERROR(ChangeCount(in, 1));
  }
  SB_RETURN_IF_ERROR(AddToHistory(in, document));
  return document;
}

base::Status Transaction::Delete(const CollectionSpec& in, std::string_view id,
                                 std::optional<int64_t> expected_version) {
  SB_ASSIGN_OR_RETURN(const Document document, Get(in, id));
  if (expected_version && *expected_version != document.version) {
    return WrongVersion(in, document, *expected_version);
  }
  SB_RETURN_IF_ERROR(sqlite_.Execute(kDeleteHistory, {document.number}));
  SB_RETURN_IF_ERROR(sqlite_.Execute(kDelete, {document.number}));
  return ChangeCount(in, -1);
}

base::Result<uint64_t> Transaction::DeleteKeysBefore(const CollectionSpec& in,
                                                     std::string_view key_before) {
  SB_RETURN_IF_ERROR(sqlite_.Execute(kDeleteHistoryBefore, {in.name, key_before}));
  SB_RETURN_IF_ERROR(sqlite_.Execute(kDeleteBefore, {in.name, key_before}));
  const int64_t removed = sqlite_.Changes();
  SB_RETURN_IF_ERROR(ChangeCount(in, -removed));
  return static_cast<uint64_t>(removed);
}

base::Result<std::vector<Document>> Transaction::History(const CollectionSpec& in,
                                                         std::string_view id, size_t offset,
                                                         size_t limit) {
  return ReadAll(sqlite_.Run(
      kHistory, {in.name, id, static_cast<int64_t>(limit), static_cast<int64_t>(offset)}));
}

base::Result<Document> Transaction::GetVersion(const CollectionSpec& in, std::string_view id,
                                               int64_t version) {
  return ReadOne(sqlite_.Run(kHistoryVersion, {in.name, id, version}), in,
                 std::string(id) + " version " + std::to_string(version));
}

}  // namespace sb::catalog
