// SPDX-License-Identifier: Apache-2.0
#include "store/catalog/catalog.h"

#include <utility>

#include "store/catalog/sqlite.h"

namespace sb::catalog {

Catalog::Catalog(base::Env& env, std::unique_ptr<Sqlite> sqlite)
    : env_(env), sqlite_(std::move(sqlite)) {}

Catalog::~Catalog() = default;

base::Result<std::unique_ptr<Catalog>> Catalog::Open(base::Env& env, const std::string& folder) {
  SB_RETURN_IF_ERROR(env.files().CreateFolders(folder));
  SB_ASSIGN_OR_RETURN(auto sqlite, Sqlite::Open(base::JoinPath(folder, "catalog.db")));
  // The entries of new files must survive power loss too.
  SB_RETURN_IF_ERROR(env.files().SyncFolder(folder));
  return std::unique_ptr<Catalog>(new Catalog(env, std::move(sqlite)));
}

base::Result<std::unique_ptr<Catalog>> Catalog::OpenInMemory(base::Env& env) {
  SB_ASSIGN_OR_RETURN(auto sqlite, Sqlite::Open(":memory:"));
  return std::unique_ptr<Catalog>(new Catalog(env, std::move(sqlite)));
}

base::Status Catalog::Transact(const std::function<base::Status(Transaction&)>& function) {
  base::MutexLock lock(mutex_);
  SB_RETURN_IF_ERROR(sqlite_->Execute("BEGIN IMMEDIATE"));
  Transaction transaction(*sqlite_, env_.clock().NowMs().Value());
  base::Status status = function(transaction);
  if (status.ok()) {
    status = sqlite_->Execute("COMMIT");
  }
  if (!status.ok()) {
    // Fails only when SQLite has rolled back by itself, as it does after a full disk.
    (void)sqlite_->Execute("ROLLBACK");
  }
  return status;
}

template <typename T>
base::Result<T> Catalog::In(const std::function<base::Result<T>(Transaction&)>& function) {
  T value{};
  SB_RETURN_IF_ERROR(Transact([&](Transaction& transaction) -> base::Status {
    SB_ASSIGN_OR_RETURN(value, function(transaction));
    return base::OkStatus();
  }));
  return value;
}

base::Result<Document> Catalog::Get(const CollectionSpec& in, std::string_view id) {
  return In<Document>([&](Transaction& t) { return t.Get(in, id); });
}

base::Result<Document> Catalog::GetByNumber(const CollectionSpec& in, int64_t number) {
  return In<Document>([&](Transaction& t) { return t.GetByNumber(in, number); });
}

base::Result<std::vector<Document>> Catalog::List(const CollectionSpec& in,
                                                  const ListOptions& options) {
  return In<std::vector<Document>>([&](Transaction& t) { return t.List(in, options); });
}

base::Result<uint64_t> Catalog::Count(const CollectionSpec& in) {
  return In<uint64_t>([&](Transaction& t) { return t.Count(in); });
}

base::Result<Document> Catalog::Put(const CollectionSpec& in, const PutRequest& request) {
  return In<Document>([&](Transaction& t) { return t.Put(in, request); });
}

base::Status Catalog::Delete(const CollectionSpec& in, std::string_view id,
                             std::optional<int64_t> expected_version) {
  return Transact([&](Transaction& t) { return t.Delete(in, id, expected_version); });
}

base::Result<std::vector<Document>> Catalog::History(const CollectionSpec& in, std::string_view id,
                                                     size_t offset, size_t limit) {
  return In<std::vector<Document>>(
      [&](Transaction& t) { return t.History(in, id, offset, limit); });
}

base::Result<Document> Catalog::GetVersion(const CollectionSpec& in, std::string_view id,
                                           int64_t version) {
  return In<Document>([&](Transaction& t) { return t.GetVersion(in, id, version); });
}

base::Status Catalog::Backup(const std::string& path) {
  if (env_.files().Exists(path)) {
    return base::AlreadyExists("backup would overwrite a file: " + path);
  }
  base::MutexLock lock(mutex_);
  return sqlite_->Execute("VACUUM INTO ?", {path});
}

}  // namespace sb::catalog
