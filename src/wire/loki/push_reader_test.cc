// SPDX-License-Identifier: Apache-2.0
#include "wire/loki/push_reader.h"

#include <gtest/gtest.h>

namespace sb::wire {
namespace {

// Prints what it is shown.
class Printer : public LokiPushVisitor {
 public:
  base::Status OnStream(const std::vector<LokiLabel>& labels) override {
    text += WriteLabelString(labels) + "\n";
    return base::OkStatus();
  }
  base::Status OnEntry(const LokiEntry& entry) override {
    text += std::to_string(entry.time_ns) + " " + std::string(entry.line);
    for (const LokiLabel& pair : entry.metadata) {
      text += " " + std::string(pair.name) + ":" + std::string(pair.value);
    }
    text += "\n";
    return base::OkStatus();
  }
  std::string text;
};

TEST(PushReaderTest, ProtobufRoundTrip) {
  std::string bytes;
  LokiPushWriter writer(&bytes);
  writer.AddStream("{a=\"b\"}", {{1'500'000'000, "x", {{"k", "v"}}}, {2, "", {}}});
  writer.AddStream("{c=\"d\"}", {{3, "y", {}}});
  Printer printer;
  ASSERT_TRUE(ReadLokiProtobuf(bytes, &printer).ok());
  EXPECT_EQ(printer.text, "{a=\"b\"}\n1500000000 x k:v\n2 \n{c=\"d\"}\n3 y\n");
  for (size_t cut = 1; cut < bytes.size(); ++cut) {
    Printer ignored;
    (void)ReadLokiProtobuf(std::string_view(bytes).substr(0, cut), &ignored);
  }
}

TEST(PushReaderTest, JsonInAnyOrderOfKeys) {
  Printer printer;
  ASSERT_TRUE(ReadLokiJson(R"({"x":1,"streams":[{"values":[["7","a\n",{"m":1}],["8","b"]],)"
                           R"("stream":{"k":"v\"","n":123,"o":{"a":1}}}]})",
                           &printer)
                  .ok());
  EXPECT_EQ(printer.text, "{k=\"v\\\"\", n=\"123\", o=\"{\\\"a\\\":1}\"}\n7 a\n m:1\n8 b\n");
}

TEST(PushReaderTest, LegacyJson) {
  Printer printer;
  ASSERT_TRUE(ReadLokiLegacyJson(
                  R"({"streams":[{"labels":"{a=\"b\"}","entries":[{"ts":"1970-01-01T00:00:01Z",)"
                  R"("line":"x"}]}]})",
                  &printer)
                  .ok());
  EXPECT_EQ(printer.text, "{a=\"b\"}\n1000000000 x\n");
}

TEST(PushReaderTest, RefusesMalformedJson) {
  for (const std::string_view text :
       {"", "[]", "{\"streams\":{}}", R"({"streams":[{"stream":{},"values":[[1,"x"]]}]})",
        R"({"streams":[{"stream":{},"values":[["1",2]]}]})",
        R"({"streams":[{"stream":{},"values":[["1"]]}]})",
        R"({"streams":[{"stream":{},"values":[["now","x"]]}]})",
        R"({"streams":[{"stream":{"a":None},"values":[]}]})", R"({"streams":[]} x)"}) {
    Printer printer;
    EXPECT_EQ(ReadLokiJson(text, &printer).code(), base::StatusCode::kInvalidArgument) << text;
  }
}

TEST(PushReaderTest, RefusesTimesOutOfRange) {
  std::string bytes;
  LokiPushWriter writer(&bytes);
  writer.AddStream("{a=\"b\"}", {{-1, "x", {}}});  // nanoseconds below zero
  Printer printer;
  EXPECT_EQ(ReadLokiProtobuf(bytes, &printer).code(), base::StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace sb::wire
