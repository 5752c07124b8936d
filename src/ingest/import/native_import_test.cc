// SPDX-License-Identifier: Apache-2.0
#include "ingest/import/native_import.h"

#include <gtest/gtest.h>

namespace sb::ingest {
namespace {

using model::LabelSet;

class NativeImportTest : public testing::Test {
 protected:
  NativeImportTest() {
    parts_.write_recent = [this](std::string_view request) {
      wire::WriteRequestV2Reader reader(request);
      MetricLinesReply reply;
      while (reader.NextSeries()) {
        for (const wire::WriteSample& sample : reader.samples()) {
          recent_.push_back(sample.time_ms);
          ++reply.stored;
        }
      }
      return reply;
    };
    parts_.write_past = [this](const NativeImport::PastSeries& series) {
      for (const auto& [labels, columns] : series) {
        past_ += labels.ToString();
        for (size_t i = 0; i < columns.size(); ++i) {
          past_ += " " + std::to_string(columns.times[i]);
        }
        past_ += "\n";
      }
      return past_status_;
    };
    parts_.past_end = [] { return base::TimestampMs(1000); };
    parts_.losses = &losses_;
  }

  static void AddSeries(const std::string& name, const std::vector<int64_t>& times,
                        wire::WriteRequestV2Writer* writer) {
    std::vector<wire::WriteSample> samples;
    for (const int64_t time : times) {
      samples.push_back({time, 1.5, 0});
    }
    writer->AddSeries(LabelSet::FromPairs({{"__name__", name}, {"l", "v"}}), samples);
  }
  static std::string Stream(wire::WriteRequestV2Writer* writer) {
    std::string request;
    writer->Finish(&request);
    std::string out(wire::kNativeMagic);
    wire::AppendNativeFrame(request, &out);
    wire::AppendNativeEnd(&out);
    return out;
  }
  MetricLinesReply Import(std::string_view bytes, MetricLines::ExtraLabels extra = {}) {
    NativeImport import(&parts_, std::move(extra));
    (void)import.Take(bytes);
    return import.Finish();
  }

  base::Registry registry_;
  LossCounters losses_{&registry_};
  NativeImport::Parts parts_;
  std::vector<int64_t> recent_;
  std::string past_;
  base::Status past_status_;
};

TEST_F(NativeImportTest, PastAndPresentOfASeriesGoTheirWays) {
  wire::WriteRequestV2Writer writer;
  AddSeries("a", {1, 999, 1000, 1001}, &writer);
  AddSeries("b", {5}, &writer);
  const MetricLinesReply reply = Import(Stream(&writer), {{"l", "new"}});
  EXPECT_EQ(reply.status, 204) << reply.message;
  EXPECT_EQ(reply.stored, 5U);
  EXPECT_EQ(recent_, (std::vector<int64_t>{1000, 1001}));
  EXPECT_EQ(past_, "a{l=\"new\"} 1 999\nb{l=\"new\"} 5\n");
}

TEST_F(NativeImportTest, ACutStreamKeepsTheFramesBeforeIt) {
  wire::WriteRequestV2Writer writer;
  AddSeries("a", {1, 2000}, &writer);
  std::string stream = Stream(&writer);
  stream.pop_back();
  const MetricLinesReply reply = Import(stream);
  EXPECT_EQ(reply.status, 400);
  EXPECT_NE(reply.message.find("cut short after frame 1"), std::string::npos);
  EXPECT_EQ(reply.stored, 2U);
  EXPECT_EQ(Import("{\"metric\":{}}").status, 400);
}

TEST_F(NativeImportTest, ASeriesWithBadLabelsTouchesNoOther) {
  parts_.limits.label_value_bytes_max = 3;
  wire::WriteRequestV2Writer writer;
  AddSeries("toolong", {1, 2}, &writer);
  AddSeries("a", {3}, &writer);
  const MetricLinesReply reply = Import(Stream(&writer));
  EXPECT_EQ(reply.status, 400);
  EXPECT_EQ(reply.refused, 2U);
  EXPECT_EQ(past_, "a{l=\"v\"} 3\n");
}

TEST_F(NativeImportTest, DisorderAndAStoreThatFailsAreTold) {
  wire::WriteRequestV2Writer writer;
  AddSeries("a", {5}, &writer);
  AddSeries("a", {4}, &writer);
  MetricLinesReply reply = Import(Stream(&writer));
  EXPECT_EQ(reply.status, 400);
  EXPECT_NE(reply.message.find("frame 1: a{l=\"v\"}: samples are not in the order of time: 4"),
            std::string::npos)
      << reply.message;
  past_status_ = base::ResourceExhausted("disk full");
  AddSeries("a", {5}, &writer);
  reply = Import(Stream(&writer));
  EXPECT_EQ(reply.status, 503);
  EXPECT_EQ(reply.stored, 0U);
}

}  // namespace
}  // namespace sb::ingest
