// SPDX-License-Identifier: Apache-2.0
#include "wire/syslog/journal_export.h"

#include <gtest/gtest.h>

namespace sb::wire {
namespace {

const std::string kText = std::string("__REALTIME_TIMESTAMP=1763632800000000\nMESSAGE\n") +
                          std::string("\x0b\0\0\0\0\0\0\0", 8) + "two\n\nlines!\n" +
                          "PRIORITY=3\n\n" + "MESSAGE=second\n_PID=7\n\n";

std::string Read(std::string_view text, size_t piece, base::Status* status) {
  JournalExportReader reader(1000);
  std::string out;
  const auto sink = [&out](const JournalEntry& entry) {
    for (const auto& [name, value] : entry.fields) {
      out.append(name).append("=").append(value).append(";");
    }
    out += "|";
  };
  for (size_t at = 0; at < text.size() && status->ok(); at += piece) {
    *status = reader.Feed(text.substr(at, piece), sink);
  }
  if (status->ok()) {
    *status = reader.Finish(sink);
  }
  return out;
}

TEST(JournalExportTest, ReadsEntriesInPieces) {
  for (const size_t piece : {size_t{1}, size_t{7}, kText.size()}) {
    base::Status status;
    EXPECT_EQ(Read(kText, piece, &status),
              "__REALTIME_TIMESTAMP=1763632800000000;MESSAGE=two\n\nlines!;PRIORITY=3;|"
              "MESSAGE=second;_PID=7;|");
    EXPECT_TRUE(status.ok());
  }
}

TEST(JournalExportTest, TheLastEntryNeedsNoEmptyLine) {
  base::Status status;
  EXPECT_EQ(Read("MESSAGE=x\n", 100, &status), "MESSAGE=x;|");
}

TEST(JournalExportTest, RefusesWhatIsNoExport) {
  for (const std::string& text :
       {std::string("lower=1\n\n"), std::string("=x\n\n"), "MESSAGE=" + std::string(2000, 'x'),
        std::string("no field\n\n")}) {
    base::Status status;
    (void)Read(text, 500, &status);
    EXPECT_EQ(status.code(), base::StatusCode::kInvalidArgument) << text.substr(0, 20);
  }
}

}  // namespace
}  // namespace sb::wire
