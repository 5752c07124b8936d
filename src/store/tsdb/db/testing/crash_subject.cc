// SPDX-License-Identifier: Apache-2.0
#include "store/tsdb/db/testing/crash_subject.h"

#include "store/tsdb/db/testing/crash_workload.h"

namespace sb::tsdb {
namespace {

class DbSubject : public store::CrashSubject {
 public:
  base::Result<Db::OpenReport> Open(base::Env& env, const DbOptions& options) {
    Db::OpenReport report;
    SB_ASSIGN_OR_RETURN(db_, Db::Open(env, options, registry_, &report));
    return report;
  }

  base::Status Write(uint64_t batch) override { return CrashWorkload::Commit(*db_, batch); }
  base::Status Sync() override { return db_->Sync(); }
  base::Status Maintain() override { return db_->Maintain(); }
  base::Status AfterBatch(uint64_t batch) override {
    return batch == 50 ? db_->Flush() : base::OkStatus();
  }
  void StartBackground(base::ThreadPool& pool) override { db_->StartBackground(pool); }
  base::Status Verify(std::set<uint64_t>* batches) override {
    return CrashWorkload::Verify(*db_, batches);
  }

 private:
  base::Registry registry_;
  std::unique_ptr<Db> db_;
};

}  // namespace

base::Result<std::unique_ptr<store::CrashSubject>> OpenCrashSubject(base::Env& env,
                                                                    const DbOptions& options,
                                                                    bool undamaged) {
  auto subject = std::make_unique<DbSubject>();
  SB_ASSIGN_OR_RETURN(const Db::OpenReport report, subject->Open(env, options));
  if (undamaged && report.head.damaged_records != 0) {
    return base::Internal(std::to_string(report.head.damaged_records) + " damaged records");
  }
  return std::unique_ptr<store::CrashSubject>(std::move(subject));
}

}  // namespace sb::tsdb
