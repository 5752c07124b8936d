// SPDX-License-Identifier: Apache-2.0
#include "api/loki/hiding_reader.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <string>

#include "store/interface/event_schema.h"
#include "store/interface/testing/memory_event_store.h"

namespace sb::api::loki {
namespace {

using store::EventFilter;
using store::EventValue;
using store::FilterOp;

model::Matcher Match(model::MatchType type, const char* name, const char* value) {
  return *model::Matcher::Create(type, name, value);
}

// Two stores with the same random rows: one hides, the other deletes.
class HidingReaderTest : public testing::Test {
 protected:
  void SetUp() override {
    RecordProperty("seed", "7");
    std::mt19937 random(7);
    const char* const apps[] = {"", "shop", "cart"};
    const char* const lines[] = {"fine", "secret=1", "secret and fine"};
    for (int64_t time = 0; time < 600; ++time) {
      const std::string app = apps[random() % 3];
      const std::string line = std::string(lines[random() % 3]) + " " + std::to_string(time);
      for (store::MemoryEventStore* target : {&hidden_, &deleted_}) {
        store::EventStreamBuilder labels;
        labels.Add("env", EventValue::Text("prod"));
        if (!app.empty()) {
          labels.Add("app", EventValue::Text(app));
        }
        store::EventBatch batch;
        batch.AddRow(batch.AddStream(labels.Build()), time);
        batch.Set("line", EventValue::Text(line));
        ASSERT_TRUE(target->Write(std::move(batch)).ok());
      }
    }
  }

  void Expect(std::vector<HiddenRows> rows) {
    for (const HiddenRows& one : rows) {
      ASSERT_TRUE(deleted_.Delete(one.range, one.matchers, one.filter).ok());
    }
    HidingReader reader(&hidden_);
    reader.Hide(std::move(rows));
    for (const store::ScanOrder order :
         {store::ScanOrder::kOldestFirst, store::ScanOrder::kNewestFirst}) {
      EXPECT_EQ(Read(reader, order), Read(deleted_, order));
    }
  }

  // Time, stream and line of each row. Checks the bounds of blocks on the way.
  static std::vector<std::string> Read(const store::EventReader& reader, store::ScanOrder order) {
    store::EventScanOptions options;
    options.range = {50, 550};
    options.columns = {{"line"}};
    options.order = order;
    const store::PatientContext context;
    auto scan = reader.Scan(context, options);
    EXPECT_TRUE(scan.ok());
    std::vector<std::string> rows;
    std::optional<int64_t> bound;
    for (;;) {
      const auto block = (*scan)->Next();
      EXPECT_TRUE(block.ok());
      if (*block == nullptr) {
        break;
      }
      for (size_t row = 0; row < (*block)->row_count(); ++row) {
        const int64_t time = (*block)->times()[row];
        if (bound.has_value()) {
          EXPECT_TRUE(order == store::ScanOrder::kOldestFirst ? time >= *bound : time <= *bound);
        }
        const auto& stream = (*scan)->stream((*block)->streams()[row]);
        rows.push_back(std::to_string(1000 + time) + " " + std::string(stream.Label("app")) + " " +
                       std::string((*block)->Find("line", store::ValueType::kText)->texts[row]));
      }
      bound = (*block)->bound_ns();
    }
    std::sort(rows.begin(), rows.end());
    return rows;
  }

  store::MemoryEventStore hidden_{37};
  store::MemoryEventStore deleted_{41};
};

EventFilter Secret() {
  return EventFilter::Compare("line", FilterOp::kContains, EventValue::Text("secret"));
}

TEST_F(HidingReaderTest, ShowsWhatADeleteWouldLeave) {
  Expect({{{100, 200}, {Match(model::MatchType::kEqual, "app", "shop")}, Secret()},
          {{150, 300}, {Match(model::MatchType::kRegex, "app", "c.*")}, EventFilter::All()},
          {{540, 900}, {Match(model::MatchType::kEqual, "env", "prod")}, Secret()}});
}

TEST_F(HidingReaderTest, ReadsAnAbsentLabelAsEmptyAsMatchersDo) {
  Expect({{{100, 150}, {Match(model::MatchType::kEqual, "app", "")}, EventFilter::All()},
          {{150, 200}, {Match(model::MatchType::kNotEqual, "app", "")}, EventFilter::All()},
          {{200, 250}, {Match(model::MatchType::kNotEqual, "app", "shop")}, EventFilter::All()},
          {{250, 300}, {Match(model::MatchType::kRegex, "app", "shop|")}, EventFilter::All()},
          {{300, 350}, {Match(model::MatchType::kNotRegex, "app", "s.*")}, EventFilter::All()},
          {{350, 400}, {Match(model::MatchType::kNotRegex, "app", ".+")}, Secret()}});
}

TEST_F(HidingReaderTest, HandsThroughWhatNothingIsHiddenOf) {
  HidingReader reader(&hidden_);
  reader.Hide({{{0, 50}, {Match(model::MatchType::kEqual, "env", "prod")}, EventFilter::All()}});
  EXPECT_EQ(Read(reader, store::ScanOrder::kOldestFirst).size(), 500U);
}

TEST(CanHideTest, RefusesLabelsThatAreCalledAsRowColumns) {
  EXPECT_TRUE(CanHide({Match(model::MatchType::kEqual, "app", "a")}));
  EXPECT_FALSE(CanHide({Match(model::MatchType::kEqual, "line", "a")}));
}

}  // namespace
}  // namespace sb::api::loki
