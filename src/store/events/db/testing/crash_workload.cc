// SPDX-License-Identifier: Apache-2.0
#include "store/events/db/testing/crash_workload.h"

#include <charconv>
#include <map>
#include <vector>

#include "store/events/db/testing/event_maker.h"
#include "store/interface/testing/memory_event_store.h"

namespace sb::events {
namespace {

constexpr int64_t kStart = 1'700'000'000'000'000'000;
constexpr int64_t kStep = 400'000'000;
constexpr std::string_view kMark = " batch_number=1:";

std::vector<std::string> ReadAll(const store::EventReader& store, base::Status* status) {
  const store::PatientContext context;
  store::EventScanOptions options;
  options.columns = {{"*"}};
  auto scan = store.Scan(context, options);
  if (!scan.ok()) {
    *status = scan.status();
    return {};
  }
  std::string problem;
  std::vector<std::string> rows = RowsOf(**scan, options, &problem);
  for (const std::string& warning : (*scan)->warnings()) {
    problem += warning;
  }
  if (!problem.empty()) {
    *status = base::Internal(problem);
  }
  return rows;
}

}  // namespace

store::EventBatch CrashWorkload::Batch(uint64_t n) {
  EventMaker maker(n + 1);
  // Every third batch comes late.
  const int64_t time = kStart + static_cast<int64_t>(n) * kStep - (n % 3 == 2 ? 3 * kStep : 0);
  const store::EventBatch random = maker.Batch(1 + maker.Below(12), time);
  std::deque<store::EventBatch::ColumnData> columns = random.columns();
  store::EventBatch::ColumnData number;
  number.name = "batch_number";
  number.type = store::ValueType::kInt;
  for (uint32_t row = 0; row < random.row_count(); ++row) {
    number.rows.push_back(row);
    number.integers.push_back(static_cast<int64_t>(n));
  }
  columns.push_back(std::move(number));
  return store::EventBatch::FromColumns(random.streams(), random.times(), random.stream_indexes(),
                                        std::move(columns))
      .value();
}

base::Status CrashWorkload::Write(store::EventWriter& store, uint64_t n) {
  return store.Write(Batch(n));
}

base::Status CrashWorkload::Verify(const store::EventReader& store, std::set<uint64_t>* batches) {
  base::Status status;
  std::map<uint64_t, std::vector<std::string>> found;
  for (std::string& row : ReadAll(store, &status)) {
    const size_t at = row.find(kMark);
    uint64_t n = 0;
    if (at == std::string::npos) {
      return base::Internal("a row that nobody wrote: " + row);
    }
    std::from_chars(row.data() + at + kMark.size(), row.data() + row.size(), n);
    found[n].push_back(std::move(row));
  }
  SB_RETURN_IF_ERROR(status);
  for (const auto& [n, rows] : found) {
    store::MemoryEventStore expected;
    SB_RETURN_IF_ERROR(Write(expected, n));
    if (rows != ReadAll(expected, &status)) {
      return base::Internal("batch is not as it was written: " + std::to_string(n));
    }
    batches->insert(n);
  }
  return base::OkStatus();
}

}  // namespace sb::events
