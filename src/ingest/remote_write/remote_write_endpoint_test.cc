// SPDX-License-Identifier: Apache-2.0
#include "ingest/remote_write/remote_write_endpoint.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <bit>

#include "base/testing/simulated_env.h"
#include "encoding/compress.h"
#include "encoding/protobuf.h"
#include "ingest/pipeline/testing/fake_store.h"
#include "wire/prometheus/remote_write_v1.h"
#include "wire/prometheus/remote_write_v2.h"

namespace sb::ingest {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;

constexpr const char* kTypeV1 = "application/x-protobuf";
constexpr const char* kTypeV2 = "application/x-protobuf;proto=io.prometheus.write.v2.Request";
constexpr const char* kPrefix = "X-Prometheus-Remote-Write-";

model::LabelSet Up(std::string_view job) {
  return model::LabelSet::FromPairs({{"__name__", "up"}, {"job", job}});
}

std::string Snappy(std::string_view bytes) {
  std::string out;
  encoding::Compress(encoding::Compression::kSnappyBlock, bytes, &out);
  return out;
}

model::Histogram SmallHistogram() {
  model::Histogram h;
  h.integer_counts = true;
  h.count = 3;
  h.sum = 2;
  h.positive_spans = {{0, 2}};
  h.positive_buckets = {1, 2};
  return h;
}

class RemoteWriteEndpointTest : public ::testing::Test {
 protected:
  int64_t now() { return env_.clock().NowMs().Value(); }

  RemoteWriteReply Send(std::string_view type, std::string_view message) {
    const std::string body = Snappy(message);
    return endpoint_.Write({type, "snappy", body});
  }
  RemoteWriteReply SendV1(const std::vector<std::pair<model::LabelSet, wire::WriteSample>>& all) {
    std::string message;
    wire::WriteRequestV1Writer writer(&message);
    for (const auto& [labels, sample] : all) {
      writer.AddSeries(labels, {&sample, 1});
    }
    return Send(kTypeV1, message);
  }
  RemoteWriteReply SendV2(wire::WriteRequestV2Writer* writer) {
    std::string message;
    writer->Finish(&message);
    return Send(kTypeV2, message);
  }

  base::SimulatedEnv env_{1};
  FakeStore store_;
  base::Registry registry_;
  LossCounters losses_{&registry_};
  RemoteWriteEndpoint endpoint_{&store_, &env_, &losses_, &registry_};
};

TEST_F(RemoteWriteEndpointTest, StoresVersionOneAndParsesLabelsOnlyOnce) {
  for (int64_t i = 1; i <= 5; ++i) {
    const RemoteWriteReply reply = SendV1({{Up("a"), {i, 1.5, 0}}, {Up("b"), {i, 2.5, 0}}});
    EXPECT_EQ(reply.status, 204) << reply.message;
    EXPECT_THAT(reply.headers, IsEmpty());
    EXPECT_EQ(reply.message, "");
  }
  EXPECT_EQ(store_.sample_count(), 10U);
  EXPECT_EQ(store_.resolve_count(), 2U);
  EXPECT_EQ(store_.Find("up{job=\"b\"}")->samples[4].value, 2.5);
}

TEST_F(RemoteWriteEndpointTest, NanPayloadsSurviveBitForBit) {
  const uint64_t kBits[] = {model::kStaleNanBits, 0x7ff8dead0000beefULL, 0xfff0000000000001ULL};
  int64_t time = 0;
  for (const uint64_t bits : kBits) {
    EXPECT_EQ(SendV1({{Up("a"), {++time, std::bit_cast<double>(bits), 0}}}).status, 204);
  }
  const auto& samples = store_.Find("up{job=\"a\"}")->samples;
  for (size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(std::bit_cast<uint64_t>(samples[i].value), kBits[i]);
  }
}

TEST_F(RemoteWriteEndpointTest, StoresEverythingThatVersionTwoCarries) {
  const model::Exemplar exemplar{model::LabelSet::FromPairs({{"trace_id", "x"}}), 1, 5, true};
  const wire::WriteMetadata metadata{"", model::MetricType::kCounter, "Help.", "seconds"};
  const wire::WriteSample sample{10, 1, 4};
  const wire::WriteHistogram histogram{11, 4, SmallHistogram()};
  for (int i = 0; i < 2; ++i) {
    wire::WriteRequestV2Writer writer;
    wire::WriteSample at = sample;
    at.time_ms += i;
    wire::WriteHistogram histogram_at = histogram;
    histogram_at.time_ms += i;
    writer.AddSeries(Up("a"), {&at, 1}, {}, {&exemplar, 1}, &metadata);
    writer.AddSeries(Up("h"), {}, {&histogram_at, 1});
    const RemoteWriteReply reply = SendV2(&writer);
    EXPECT_EQ(reply.status, 204) << reply.message;
    EXPECT_THAT(reply.headers, Contains(Pair(std::string(kPrefix) + "Samples-Written", "1")));
    EXPECT_THAT(reply.headers, Contains(Pair(std::string(kPrefix) + "Histograms-Written", "1")));
    EXPECT_THAT(reply.headers, Contains(Pair(std::string(kPrefix) + "Exemplars-Written", "1")));
  }
  EXPECT_EQ(store_.resolve_count(), 2U);
  const FakeStore::Series* a = store_.Find("up{job=\"a\"}");
  ASSERT_NE(a, nullptr);
  EXPECT_EQ(a->samples[0].start_time_ms, 4);
  EXPECT_EQ(a->metadata, (model::MetricMetadata{model::MetricType::kCounter, "seconds", "Help."}));
  EXPECT_EQ(a->exemplars.size(), 2U);
  const FakeStore::Series* h = store_.Find("up{job=\"h\"}");
  ASSERT_EQ(h->samples.size(), 2U);
  EXPECT_TRUE(h->samples[0].histogram->BitEquals(SmallHistogram()));
}

TEST_F(RemoteWriteEndpointTest, BadSamplesAreRefusedForGoodAndTheOthersKept) {
  EXPECT_EQ(SendV1({{Up("a"), {100, 1, 0}}}).status, 204);
  const RemoteWriteReply reply = SendV1({{Up("a"), {90, 1, 0}},
                                         {Up("a"), {100, 7, 0}},
                                         {Up("a"), {110, 2, 0}},
                                         {Up("b"), {now() + 3'600'000, 2, 0}},
                                         {Up("c"), {1, 2, 0}}});
  EXPECT_EQ(reply.status, 400);
  EXPECT_THAT(reply.message,
              HasSubstr("out of order sample for series {__name__=\"up\", job=\"a\"}"));
  EXPECT_THAT(reply.message, HasSubstr("duplicate sample for timestamp for series"));
  EXPECT_THAT(reply.message, HasSubstr("out of bounds: timestamp is too far in the future for "
                                       "series {__name__=\"up\", job=\"b\"}"));
  EXPECT_EQ(store_.Find("up{job=\"a\"}")->samples.size(), 2U);
  EXPECT_EQ(store_.Find("up{job=\"c\"}")->samples.size(), 1U);
  EXPECT_EQ(losses_.Get(LossReason::kOutOfOrder), 1U);
  EXPECT_EQ(losses_.Get(LossReason::kDuplicateTimestamp), 1U);
  EXPECT_EQ(losses_.Get(LossReason::kTooFarInFuture), 1U);
}

TEST_F(RemoteWriteEndpointTest, PartialWritesOfVersionTwoSayWhatWasWritten) {
  wire::WriteRequestV2Writer writer;
  const wire::WriteSample samples[] = {{10, 1, 0}, {5, 1, 0}, {20, 1, 0}};
  writer.AddSeries(Up("a"), samples);
  const RemoteWriteReply reply = SendV2(&writer);
  EXPECT_EQ(reply.status, 400);
  EXPECT_THAT(reply.headers, Contains(Pair(std::string(kPrefix) + "Samples-Written", "2")));
}

TEST_F(RemoteWriteEndpointTest, ResendingWhatWasStoredIsNoError) {
  EXPECT_EQ(SendV1({{Up("a"), {1, 1, 0}}}).status, 204);
  EXPECT_EQ(SendV1({{Up("a"), {1, 1, 0}}}).status, 204);
  EXPECT_EQ(store_.sample_count(), 1U);
}

TEST_F(RemoteWriteEndpointTest, InvalidLabelsAreRefusedAndNamed) {
  std::string message;
  encoding::ProtoWriter out(&message);
  const auto add_series = [&](std::vector<std::pair<std::string, std::string>> labels) {
    const size_t series = out.BeginMessage(1);
    for (const auto& [name, value] : labels) {
      const size_t label = out.BeginMessage(1);
      out.Bytes(1, name);
      out.Bytes(2, value);
      out.EndMessage(label);
    }
    wire::AppendWriteSample(2, {1, 2, 0}, &message);
    out.EndMessage(series);
  };
  add_series({{"__name__", "good"}});
  add_series({{"__name__", "x"}, {"a", "1"}, {"a", "2"}});
  add_series({{"job", "nameless"}});
  add_series({{"__name__", "x"}, {"bad", "\xff\xfe"}});
  add_series({{"__name__", "x"}, {"", "empty"}});
  add_series({{"__name__", "x"}, {"huge", std::string(1 << 20, 'v')}});
  const RemoteWriteReply reply = Send(kTypeV1, message);
  EXPECT_EQ(reply.status, 400);
  EXPECT_LT(reply.message.size(), 2000U);
  EXPECT_THAT(reply.message, HasSubstr("label name \"a\" is not unique"));
  EXPECT_THAT(reply.message, HasSubstr("label value length 1048576 exceeds the limit of 65536"));
  EXPECT_EQ(store_.series_count(), 1U);
  EXPECT_EQ(losses_.Get(LossReason::kInvalidLabels), 4U);
  EXPECT_EQ(losses_.Get(LossReason::kLabelValueLimit), 1U);
}

TEST_F(RemoteWriteEndpointTest, TheSeriesLimitAsksForARetry) {
  store_.series_max = 1;
  const RemoteWriteReply reply =
      SendV1({{Up("a"), {2, 1, 0}}, {Up("a"), {1, 1, 0}}, {Up("b"), {1, 1, 0}}});
  EXPECT_EQ(reply.status, 429);
  EXPECT_EQ(store_.sample_count(), 1U);
  store_.series_max = 2;
  EXPECT_EQ(SendV1({{Up("b"), {1, 1, 0}}}).status, 204);
}

TEST_F(RemoteWriteEndpointTest, AnUnavailableStoreAsksForARetryAndKeepsNothing) {
  wire::WriteRequestV2Writer writer;
  const wire::WriteSample sample{1, 1, 0};
  const wire::WriteMetadata metadata{"", model::MetricType::kGauge, "h", ""};
  writer.AddSeries(Up("a"), {&sample, 1}, {}, {}, &metadata);
  std::string message;
  writer.Finish(&message);
  for (const base::Status& failure :
       {base::Unavailable("I/O error"), base::ResourceExhausted("no space left on device")}) {
    store_.commit_status = failure;
    const RemoteWriteReply reply = Send(kTypeV2, message);
    EXPECT_EQ(reply.status, 503);
    EXPECT_EQ(reply.message, failure.message());
    EXPECT_THAT(reply.headers, Contains(Pair(std::string(kPrefix) + "Samples-Written", "0")));
    EXPECT_EQ(store_.sample_count(), 0U);
  }
  store_.commit_status = base::OkStatus();
  EXPECT_EQ(Send(kTypeV2, message).status, 204);
  EXPECT_EQ(store_.sample_count(), 1U);
  EXPECT_EQ(store_.Find("up{job=\"a\"}")->metadata.help, "h");
}

TEST_F(RemoteWriteEndpointTest, StaleReferencesAreRenewed) {
  EXPECT_EQ(SendV1({{Up("a"), {1, 1, 0}}, {Up("b"), {1, 1, 0}}}).status, 204);
  store_.ForgetReferences();
  EXPECT_EQ(SendV1({{Up("a"), {2, 1, 0}}, {Up("b"), {2, 1, 0}}}).status, 204);
  EXPECT_EQ(store_.sample_count(), 4U);
  const uint64_t resolved = store_.resolve_count();
  EXPECT_EQ(SendV1({{Up("a"), {3, 1, 0}}, {Up("b"), {3, 1, 0}}}).status, 204);
  EXPECT_EQ(store_.resolve_count(), resolved);
}

TEST_F(RemoteWriteEndpointTest, LargeRequestsGoThroughInBatches) {
  std::string message;
  wire::WriteRequestV1Writer writer(&message);
  std::vector<wire::WriteSample> samples;
  for (int64_t i = 0; i < 100; ++i) {
    samples.push_back({i, static_cast<double>(i), 0});
  }
  for (int i = 0; i < 300; ++i) {
    writer.AddSeries(Up(std::to_string(i)), samples);
  }
  EXPECT_EQ(Send(kTypeV1, message).status, 204);
  EXPECT_EQ(store_.sample_count(), 30'000U);
  EXPECT_EQ(store_.Find("up{job=\"299\"}")->samples.size(), 100U);
}

TEST_F(RemoteWriteEndpointTest, OtherTypesAndEncodingsAreUnsupported) {
  EXPECT_EQ(endpoint_.Write({"application/json", "snappy", ""}).status, 415);
  EXPECT_EQ(endpoint_.Write({kTypeV1, "gzip", ""}).status, 415);
  EXPECT_EQ(losses_.Get(LossReason::kUnsupportedMedia), 2U);
}

TEST_F(RemoteWriteEndpointTest, MalformedBodiesAreRefusedWhole) {
  std::string message;
  const wire::WriteSample sample{1, 1, 0};
  wire::WriteRequestV1Writer(&message).AddSeries(Up("a"), {&sample, 1});
  const std::string good = Snappy(message);
  for (size_t size = 0; size < good.size(); ++size) {
    EXPECT_EQ(endpoint_.Write({kTypeV1, "snappy", good.substr(0, size)}).status, 400) << size;
  }
  // A good series before a broken one is not stored: the sender would not know.
  EXPECT_EQ(Send(kTypeV1, message + "\x0a\x7f").status, 400);
  EXPECT_EQ(Send(kTypeV2, "\x2a\x7f").status, 400);
  EXPECT_EQ(endpoint_.Write({kTypeV1, "snappy", message}).status, 400);
  EXPECT_EQ(store_.series_count(), 0U);
  EXPECT_EQ(losses_.Get(LossReason::kMalformedRequest), good.size() + 3);
}

TEST_F(RemoteWriteEndpointTest, DecompressionBombsAreRefusedBeforeTheyAreUnpacked) {
  const std::string bomb = Snappy(std::string((32U << 20) + 1, '\0'));
  EXPECT_LT(bomb.size(), 4U << 20);
  const RemoteWriteReply reply = endpoint_.Write({kTypeV1, "snappy", bomb});
  EXPECT_EQ(reply.status, 400);
  // A length of 4 GB that is only claimed.
  EXPECT_EQ(endpoint_.Write({kTypeV1, "snappy", "\xff\xff\xff\xff\x0f"}).status, 400);
  EXPECT_EQ(losses_.Get(LossReason::kDecodedSizeLimit), 2U);
}

TEST_F(RemoteWriteEndpointTest, MetadataWithoutSeriesIsCountedAsLost) {
  std::string message;
  wire::WriteRequestV1Writer(&message).AddMetadata({"up", model::MetricType::kGauge, "h", ""});
  EXPECT_EQ(Send(kTypeV1, message).status, 204);
  EXPECT_EQ(losses_.Get(LossReason::kFamilyMetadata), 1U);
}

TEST_F(RemoteWriteEndpointTest, BadReferencesOfVersionTwoRefuseTheSeriesOnly) {
  std::string message;
  encoding::ProtoWriter out(&message);
  for (const char* symbol : {"", "__name__", "up"}) {
    out.Bytes(4, symbol);
  }
  for (const uint64_t value_ref : {2, 3}) {
    const size_t series = out.BeginMessage(5);
    const size_t refs = out.BeginMessage(1);
    out.AppendPackedVarint(1);
    out.AppendPackedVarint(value_ref);
    out.EndMessage(refs);
    wire::AppendWriteSample(2, {1, 2, 0}, &message);
    out.EndMessage(series);
  }
  for (int i = 0; i < 2; ++i) {
    const RemoteWriteReply reply = Send(kTypeV2, message);
    EXPECT_EQ(reply.status, 400);
    EXPECT_EQ(reply.message, "symbol reference is out of range, there are 3 symbols: 3");
  }
  EXPECT_EQ(store_.sample_count(), 1U);
}

}  // namespace
}  // namespace sb::ingest
