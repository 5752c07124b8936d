// SPDX-License-Identifier: Apache-2.0
//
// Catalog keeps small durable documents (dashboards, silences, objectives, users) in one SQLite
// file in WAL mode: `FOLDER/catalog.db` (docs/format/catalog.md).
//
//   SB_ASSIGN_OR_RETURN(auto catalog, catalog::Catalog::Open(env, folder));
//   catalog->Put(kFolders, {.id = uid, .body = json, .expected_version = 0});      // create
//   catalog->Transact([&](catalog::Transaction& t) -> base::Status {               // all or
//   nothing
//     SB_ASSIGN_OR_RETURN(catalog::Document document, t.Get(kFolders, uid));
//     …
//   });
//
// A call that changes something returns when the change is on the disk (synced): it survives
// kill -9 and power loss. Transactions are serialised and see what earlier ones did.
//
// Failures: kNotFound, kAlreadyExists, kAborted (another version than expected), kInvalidArgument
// (id, key or body too long), kResourceExhausted (collection or disk full), kDataLoss (file
// damaged; nothing is deleted, the message says what to do), kUnavailable (I/O). After a failure
// nothing of the transaction holds.
//
// Threads: safe for concurrent use; calls are serialised and block on the disk, so no event-loop
// thread may call them. A transaction's function must not call the Catalog, only its Transaction.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/env.h"
#include "base/mutex.h"
#include "base/status.h"
#include "store/catalog/document.h"

namespace sb::catalog {

class Sqlite;

// Valid within the function that Transact() calls.
class Transaction {
 public:
  Transaction(Sqlite& sqlite, int64_t now_ms) : sqlite_(sqlite), now_ms_(now_ms) {}
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;

  base::Result<Document> Get(const CollectionSpec& in, std::string_view id);
  base::Result<Document> GetByNumber(const CollectionSpec& in, int64_t number);
  // In the order of (key, id).
  base::Result<std::vector<Document>> List(const CollectionSpec& in, const ListOptions& options);
  base::Result<uint64_t> Count(const CollectionSpec& in);
  // The document as it is now.
  base::Result<Document> Put(const CollectionSpec& in, const PutRequest& request);
  // Its history goes too. kNotFound if there is none; kAborted unless at `expected_version`.
  base::Status Delete(const CollectionSpec& in, std::string_view id,
                      std::optional<int64_t> expected_version = {});
  // Removes every document with a key below `key_before`; says how many.
  base::Result<uint64_t> DeleteKeysBefore(const CollectionSpec& in, std::string_view key_before);

  // Newest first.
  base::Result<std::vector<Document>> History(const CollectionSpec& in, std::string_view id,
                                              size_t offset = 0, size_t limit = 1'000);
  base::Result<Document> GetVersion(const CollectionSpec& in, std::string_view id, int64_t version);

 private:
  base::Status AddToHistory(const CollectionSpec& in, const Document& document);
  base::Status ChangeCount(const CollectionSpec& in, int64_t by);

  Sqlite& sqlite_;
  const int64_t now_ms_;
};

class Catalog {
 public:
  // Creates the folder and the file if needed. `env` outlives the catalog.
  static base::Result<std::unique_ptr<Catalog>> Open(base::Env& env, const std::string& folder);
  // Without a file, for tests of what stands on it.
  static base::Result<std::unique_ptr<Catalog>> OpenInMemory(base::Env& env);
  ~Catalog();
  Catalog(const Catalog&) = delete;
  Catalog& operator=(const Catalog&) = delete;

  // Commits if the function returns OK, else takes everything back and returns its status.
  base::Status Transact(const std::function<base::Status(Transaction&)>& function)
      SB_EXCLUDES(mutex_);

  // Each its own transaction.
  base::Result<Document> Get(const CollectionSpec& in, std::string_view id);
  base::Result<Document> GetByNumber(const CollectionSpec& in, int64_t number);
  base::Result<std::vector<Document>> List(const CollectionSpec& in,
                                           const ListOptions& options = {});
  base::Result<uint64_t> Count(const CollectionSpec& in);
  base::Result<Document> Put(const CollectionSpec& in, const PutRequest& request);
  base::Status Delete(const CollectionSpec& in, std::string_view id,
                      std::optional<int64_t> expected_version = {});
  base::Result<std::vector<Document>> History(const CollectionSpec& in, std::string_view id,
                                              size_t offset = 0, size_t limit = 1'000);
  base::Result<Document> GetVersion(const CollectionSpec& in, std::string_view id, int64_t version);

  // Writes a consistent copy to a file that does not exist yet; writers wait meanwhile.
  base::Status Backup(const std::string& path) SB_EXCLUDES(mutex_);

 private:
  Catalog(base::Env& env, std::unique_ptr<Sqlite> sqlite);
  template <typename T>
  base::Result<T> In(const std::function<base::Result<T>(Transaction&)>& function);

  base::Env& env_;
  base::Mutex mutex_;
  const std::unique_ptr<Sqlite> sqlite_ SB_PT_GUARDED_BY(mutex_);
};

}  // namespace sb::catalog
