// SPDX-License-Identifier: Apache-2.0
#include "store/events/db/testing/crash_subject.h"

#include "store/events/db/testing/crash_workload.h"

namespace sb::events {
namespace {

class EventDbSubject : public store::CrashSubject {
 public:
  base::Result<EventDb::OpenReport> Open(base::Env& env, const EventDbOptions& options) {
    EventDb::OpenReport report;
    SB_ASSIGN_OR_RETURN(db_, EventDb::Open(env, options, registry_, &report));
    return report;
  }

  base::Status Write(uint64_t batch) override { return CrashWorkload::Write(*db_, batch); }
  base::Status Sync() override { return db_->Sync(); }
  base::Status Maintain() override { return db_->Maintain(); }
  base::Status AfterBatch(uint64_t batch) override {
    if (batch == 30) {
      SB_RETURN_IF_ERROR(db_->Delete({}, {model::Matcher::Equal("app", "none")}, {}));
    }
    return batch % 25 == 20 ? db_->Flush() : base::OkStatus();
  }
  void StartBackground(base::ThreadPool& pool) override { db_->StartBackground(pool); }
  base::Status Verify(std::set<uint64_t>* batches) override {
    return CrashWorkload::Verify(*db_, batches);
  }

 private:
  base::Registry registry_;
  std::unique_ptr<EventDb> db_;
};

}  // namespace

base::Result<std::unique_ptr<store::CrashSubject>> OpenCrashSubject(base::Env& env,
                                                                    const EventDbOptions& options,
                                                                    bool undamaged) {
  auto subject = std::make_unique<EventDbSubject>();
  SB_ASSIGN_OR_RETURN(const EventDb::OpenReport report, subject->Open(env, options));
  if (undamaged && !(report.wal_losses.empty() && report.quarantined.empty())) {
    return base::Internal("opening reported damage");
  }
  return std::unique_ptr<store::CrashSubject>(std::move(subject));
}

}  // namespace sb::events
