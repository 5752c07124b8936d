// SPDX-License-Identifier: Apache-2.0
#include "alert/manager/journal.h"

#include <gtest/gtest.h>

#include <limits>

#include "base/testing/simulated_env.h"
#include "store/file/wal_reader.h"

namespace sb::alert {
namespace {

constexpr uint64_t kLargest = std::numeric_limits<uint64_t>::max();

class JournalTest : public ::testing::Test {
 protected:
  // Everything that is there, one line each; `unreadable_` beside it.
  std::vector<std::string> Replay(std::unique_ptr<Journal>* journal = nullptr) {
    std::vector<std::string> told;
    JournalVisitor visitor;
    visitor.alert = [&](const AlertPtr& alert) {
      told.push_back("alert " + alert->labels.ToString() + std::to_string(alert->ends_at.Value()));
    };
    visitor.silence = [&](const Silence& silence) {
      told.push_back("silence " + silence.id + " " + silence.matcher_sets[0][0].value() + " " +
                     silence.annotations.at("ticket"));
    };
    visitor.notification = [&](const NotificationEntry& entry) {
      told.push_back("notification " + entry.key + " " + std::to_string(*entry.firing.rbegin()) +
                     " " + entry.store.at("ts"));
    };
    visitor.sending = [&](const SendingEntry& entry) { told.push_back("sending " + entry.key); };
    visitor.history = [&](const HistoryEntry& entry) {
      told.push_back("history " + entry.error + " " + std::to_string(entry.duration_ms));
    };
    visitor.acknowledgement = [&](const Acknowledgement& ack) {
      told.push_back("ack " + std::to_string(ack.fingerprint) + " " +
                     std::to_string(ack.at.Value()));
    };
    auto opened = Journal::Open(env_, "/journal", visitor, &unreadable_);
    EXPECT_TRUE(opened.ok()) << opened.status().ToString();
    if (journal != nullptr) {
      *journal = std::move(opened).value();
    }
    return told;
  }
  // One of each, with the longest numbers.
  void WriteAll() {
    std::unique_ptr<Journal> journal;
    EXPECT_TRUE(Replay(&journal).empty());
    auto alert = std::make_shared<notify::Alert>();
    alert->labels = model::LabelSet::FromLabels({{"alertname", "Down"}});
    alert->ends_at = base::TimestampNs(std::numeric_limits<int64_t>::min());
    EXPECT_TRUE(journal->Alerts({alert}).ok());
    Silence silence;
    silence.id = "s";
    silence.matcher_sets = {{AlertMatcher::Create(MatcherOp::kRegex, "a", "b.*").value()}};
    silence.annotations = {{"ticket", "OPS-1"}};
    EXPECT_TRUE(journal->SilenceChanged(silence).ok());
    EXPECT_TRUE(journal->Sending({.key = "k", .idempotency_key = "i"}).ok());
    NotificationEntry notification;
    notification.key = "k";
    notification.firing = {1, kLargest};
    notification.store = {{"ts", "9"}};
    HistoryEntry history;
    history.error = "refused";
    history.duration_ms = 128;
    EXPECT_TRUE(journal->Told(notification, history).ok());
    Acknowledgement ack;
    ack.fingerprint = kLargest;
    ack.at = base::TimestampNs(-1);
    EXPECT_TRUE(journal->Acknowledged(ack).ok());
    EXPECT_TRUE(journal->Sync().ok());
  }
  std::vector<std::string> Records() {
    std::vector<std::string> records;
    store::WalReader reader(env_.files(), "/journal", 0);
    store::WalRecord record;
    while (reader.Next(&record)) {
      records.emplace_back(record.bytes);
    }
    return records;
  }
  void WriteRecord(const std::string& bytes) {
    store::Wal::OpenReport report;
    auto wal = store::Wal::Open(env_, "/journal", {}, &report);
    EXPECT_TRUE(wal.ok());
    EXPECT_TRUE((*wal)->Append(bytes).ok());
  }

  base::SimulatedEnv env_{5};
  uint64_t unreadable_ = 0;
};

TEST_F(JournalTest, EveryKindOfRecordComesBack) {
  WriteAll();
  EXPECT_EQ(Replay(), (std::vector<std::string>{
                          "alert {alertname=\"Down\"}-9223372036854775808",
                          "silence s b.* OPS-1",
                          "sending k",
                          "notification k 18446744073709551615 9",
                          "history refused 128",
                          "ack 18446744073709551615 -1",
                      }));
  EXPECT_EQ(unreadable_, 0U);
}

// Whole records of an earlier version end before what was added since; others are skipped.
TEST_F(JournalTest, ACutRecordIsCountedAndCostsItselfAlone) {
  WriteAll();
  const size_t whole = Replay().size();
  const std::vector<std::string> records = Records();
  ASSERT_EQ(records.size(), 5U);
  const std::string& ack = records.back();
  for (size_t size = 1; size < ack.size(); ++size) {
    WriteRecord(ack.substr(0, size));
  }
  WriteRecord(std::string(1, ack[0]) + std::string(11, '\xFF'));  // a number without an end
  EXPECT_EQ(Replay().size(), whole);
  EXPECT_EQ(unreadable_, ack.size());
}

}  // namespace
}  // namespace sb::alert
