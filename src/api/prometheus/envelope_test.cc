// SPDX-License-Identifier: Apache-2.0
#include "api/prometheus/envelope.h"

#include <gtest/gtest.h>

#include "api/http/testing/recording_writer.h"

namespace sb::api {
namespace {

TEST(EnvelopeTest, SuccessCarriesDataAndNotes) {
  RecordingWriter writer;
  SendSuccess(writer, "[1]", {{"w"}, {"i"}});
  EXPECT_EQ(writer.reply().status, 200);
  EXPECT_EQ(writer.reply().body,
            R"({"status":"success","data":[1],"warnings":["w"],"infos":["i"]})");
}

TEST(EnvelopeTest, EveryErrorTypeHasItsCode) {
  const auto reply = [](const base::Status& status) {
    RecordingWriter writer;
    SendError(writer, status);
    return writer.reply();
  };
  EXPECT_EQ(reply(base::InvalidArgument("x")).status, 400);
  EXPECT_EQ(reply(base::InvalidArgument("a\"b")).body,
            R"({"status":"error","errorType":"bad_data","error":"a\"b"})");
  EXPECT_EQ(reply(base::NotFound("x")).status, 404);
  EXPECT_EQ(reply(base::ResourceExhausted("x")).status, 422);
  EXPECT_EQ(reply(base::Cancelled("x")).status, 499);
  EXPECT_EQ(reply(base::DeadlineExceeded("x")).status, 503);
  EXPECT_EQ(reply(base::Unavailable("x")).status, 503);
  EXPECT_EQ(reply(base::DataLoss("x")).status, 500);
}

}  // namespace
}  // namespace sb::api
