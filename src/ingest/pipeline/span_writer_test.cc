// SPDX-License-Identifier: Apache-2.0
#include "ingest/pipeline/span_writer.h"

#include <gtest/gtest.h>

#include "ingest/pipeline/observed_sink.h"
#include "store/interface/event_schema.h"
#include "store/interface/testing/memory_event_store.h"
#include "wire/otlp/trace_writer.h"

namespace sb::ingest {
namespace {

using wire::OtlpSpanKind;
using wire::OtlpStatusCode;
using wire::TraceWriter;

const std::string kTrace(16, 't');

std::string Id(uint64_t n) {
  std::string id(8, '\0');
  for (int i = 7; i >= 0; --i, n >>= 8) {
    id[static_cast<size_t>(i)] = static_cast<char>(n & 255);
  }
  return id;
}

template <typename Write>
std::string Request(Write&& write) {
  std::string request;
  TraceWriter out(&request);
  out.BeginResource();
  out.Text("service.name", "shop");
  out.Int("process.pid", 7);
  out.BeginScope("lib", "1.2");
  write(out);
  out.EndScope();
  out.EndResource();
  return request;
}

void PutSpan(TraceWriter& out, const std::string& id, const std::string& parent = "",
             std::string_view name = "op") {
  out.BeginSpan();
  out.Ids(kTrace, id, parent);
  out.NameKindTimes(name, OtlpSpanKind::kServer, 1'000, 3'000);
  out.EndSpan();
}

class FailingStore final : public store::EventWriter {
 public:
  base::Status Write(store::EventBatch) override { return status; }
  base::Status status = base::ResourceExhausted("disk full");
};

class CountingObserver final : public SpanObserver {
 public:
  void Observe(const wire::OtlpResource& resource, const wire::OtlpScope&,
               std::span<const wire::OtlpSpan> spans) override {
    EXPECT_NE(wire::FindAttribute(resource.attributes, "service.name"), nullptr);
    count += spans.size();
  }
  size_t count = 0;
};

class SpanWriterTest : public ::testing::Test {
 protected:
  // One row a span: "column=value" of what the test asks for.
  std::vector<std::string> Values(const std::string& column, store::ValueType type) {
    store::EventScanOptions options;
    options.columns = {{column}};
    auto scan = store_.Scan(context_, options);
    EXPECT_TRUE(scan.ok());
    std::vector<std::string> values;
    for (;;) {
      const auto block = (*scan)->Next();
      EXPECT_TRUE(block.ok());
      if (*block == nullptr) {
        return values;
      }
      const store::EventColumn* found = (*block)->Find(column, type);
      for (size_t row = 0; row < (*block)->row_count(); ++row) {
        if (found == nullptr || !found->Has(row)) {
          values.emplace_back("(absent)");
        } else if (type == store::ValueType::kInt || type == store::ValueType::kBool) {
          values.push_back(std::to_string(found->integers[row]));
        } else {
          values.emplace_back(found->texts[row]);
        }
      }
    }
  }
  std::string Value(const std::string& column, store::ValueType type = store::ValueType::kText) {
    const std::vector<std::string> values = Values(column, type);
    return values.size() == 1 ? values[0] : "(" + std::to_string(values.size()) + " rows)";
  }

  base::Registry registry_;
  LossCounters losses_{&registry_};
  store::MemoryEventStore store_;
  store::PatientContext context_;
  SpanWriter writer_{&store_, &base::Env::Real(), &losses_, &registry_};
};

TEST_F(SpanWriterTest, ASpanIsARowInTheColumnsOfTheSchema) {
  const SpanWriteResult result = writer_.Write(Request([](TraceWriter& out) {
    out.BeginSpan();
    out.Ids(kTrace, Id(2), Id(1));
    out.NameKindTimes("GET /", OtlpSpanKind::kServer, 1'000, 3'500);
    out.Status(OtlpStatusCode::kError, "boom");
    out.Text("http.method", "GET");
    out.Int("http.status_code", 500);
    out.Bool("retry", true);
    out.BeginEvent(2'000, "e1");
    out.EndEvent();
    out.BeginLink(kTrace, Id(9));
    out.EndLink();
    out.EndSpan();
  }));
  ASSERT_TRUE(result.status.ok()) << result.status.ToString();
  EXPECT_EQ(result.accepted, 1U);
  EXPECT_EQ(result.rejected, 0U);
  using store::ValueType;
  EXPECT_EQ(Value("trace_id", ValueType::kBytes), kTrace);
  EXPECT_EQ(Value("parent_span_id", ValueType::kBytes), Id(1));
  EXPECT_EQ(Value("name"), "GET /");
  EXPECT_EQ(Value("duration", ValueType::kInt), "2500");
  EXPECT_EQ(Value("kind", ValueType::kInt), "2");
  EXPECT_EQ(Value("status", ValueType::kInt), "2");
  EXPECT_EQ(Value("status_message"), "boom");
  EXPECT_EQ(Value("span.http.method"), "GET");
  EXPECT_EQ(Value("span.http.status_code", ValueType::kInt), "500");
  EXPECT_EQ(Value("span.retry", ValueType::kBool), "1");
  EXPECT_EQ(Value("events", ValueType::kBytes).substr(0, 2), std::string("\x5A\x0D", 2));
  EXPECT_EQ(Value("links", ValueType::kBytes).substr(0, 1), "\x6A");
  EXPECT_EQ(Value("flags", ValueType::kInt), "(absent)");
  const auto streams = store_.Streams(context_, {}, {});
  ASSERT_TRUE(streams.ok());
  ASSERT_EQ(streams->size(), 1U);
  EXPECT_EQ((*streams)[0].stream.Label("resource.service.name"), "shop");
  EXPECT_EQ((*streams)[0].stream.Label("scope.version"), "1.2");
  EXPECT_EQ((*streams)[0].stream.Find("resource.process.pid")->integer, 7);
}

TEST_F(SpanWriterTest, ATruncatedRequestIsRefusedAsAWhole) {
  const std::string request = Request([](TraceWriter& out) { PutSpan(out, Id(1)); });
  for (size_t n = 1; n + 1 < request.size(); ++n) {
    const SpanWriteResult result = writer_.Write(std::string_view(request).substr(0, n));
    EXPECT_EQ(result.status.code(), base::StatusCode::kInvalidArgument) << n;
  }
  EXPECT_EQ(store_.row_count(), 0U);
}

TEST_F(SpanWriterTest, ASpanWithFieldsOfWrongTypesLeavesItsSiblings) {
  const SpanWriteResult result = writer_.Write(Request([](TraceWriter& out) {
    PutSpan(out, Id(1));
    out.BeginSpan();
    out.proto().Varint(1, 5);  // the trace id as a number
    out.EndSpan();
    PutSpan(out, Id(2));
  }));
  ASSERT_TRUE(result.status.ok());
  EXPECT_EQ(result.accepted, 2U);
  EXPECT_EQ(result.rejected, 1U);
  EXPECT_TRUE(result.message.starts_with("span_malformed: ")) << result.message;
  EXPECT_EQ(losses_.Get(LossReason::kSpanMalformed), 1U);
}

TEST_F(SpanWriterTest, SpansWithoutIdsAreRefusedAlone) {
  const SpanWriteResult result = writer_.Write(Request([](TraceWriter& out) {
    PutSpan(out, std::string(8, '\0'));
    PutSpan(out, Id(2));
  }));
  ASSERT_TRUE(result.status.ok());
  EXPECT_EQ(result.rejected, 1U);
  EXPECT_EQ(store_.row_count(), 1U);
  EXPECT_EQ(losses_.Get(LossReason::kSpanInvalid), 1U);
}

TEST_F(SpanWriterTest, TenMegabytesOfAttributeAreCutAndCounted) {
  const std::string huge(10U << 20, 'x');
  const SpanWriteResult result = writer_.Write(Request([&](TraceWriter& out) {
    out.BeginSpan();
    out.Ids(kTrace, Id(1), "");
    out.Text("text", huge);
    out.Bytes("bytes", huge);
    out.Text("small", "kept");
    out.EndSpan();
  }));
  ASSERT_TRUE(result.status.ok());
  EXPECT_EQ(Value("span.text").size(), size_t{1} << 20);
  EXPECT_EQ(Value("span.small"), "kept");
  EXPECT_EQ(Value("dropped_attributes", store::ValueType::kInt), "1");
  EXPECT_EQ(losses_.Get(LossReason::kSpanAttributeLimit), 1U);
}

TEST_F(SpanWriterTest, ATraceOfAHundredThousandSpansIsStored) {
  const SpanWriteResult result = writer_.Write(Request([](TraceWriter& out) {
    for (uint64_t i = 1; i <= 100'000; ++i) {
      PutSpan(out, Id(i), i == 1 ? "" : Id(i / 2));
    }
  }));
  ASSERT_TRUE(result.status.ok());
  EXPECT_EQ(store_.row_count(), 100'000U);
}

TEST_F(SpanWriterTest, MissingParentsCyclesAndDuplicateIdsAreKept) {
  const SpanWriteResult result = writer_.Write(Request([](TraceWriter& out) {
    PutSpan(out, Id(1), Id(77));  // parent never sent
    PutSpan(out, Id(2), Id(3));   // a cycle
    PutSpan(out, Id(3), Id(2));
    PutSpan(out, Id(4), Id(4));         // its own parent
    PutSpan(out, Id(5), "", "client");  // one id twice (Zipkin's shared spans)
    PutSpan(out, Id(5), "", "server");
    PutSpan(out, Id(5), "", "server");  // the same span sent twice
  }));
  ASSERT_TRUE(result.status.ok());
  EXPECT_EQ(result.rejected, 0U);
  EXPECT_EQ(store_.row_count(), 6U);
}

TEST_F(SpanWriterTest, ClocksInTheFutureAreKeptAndCounted) {
  const SpanWriteResult result = writer_.Write(Request([](TraceWriter& out) {
    out.BeginSpan();
    out.Ids(kTrace, Id(1), "");
    out.NameKindTimes("later", OtlpSpanKind::kServer, 4'000'000'000'000'000'000,
                      4'000'000'000'000'000'001);
    out.EndSpan();
    out.BeginSpan();
    out.Ids(kTrace, Id(2), "");
    out.NameKindTimes("never", OtlpSpanKind::kServer, UINT64_MAX, UINT64_MAX);
    out.EndSpan();
  }));
  ASSERT_TRUE(result.status.ok());
  EXPECT_EQ(result.rejected, 1U);
  EXPECT_EQ(Value("name"), "later");
  EXPECT_EQ(registry_
                .AddCounter("signalbox_traces_future_spans_total",
                            "Spans stored that start more than ten minutes ahead of this machine's "
                            "clock.")
                .value(),
            1);
}

TEST_F(SpanWriterTest, TextThatIsNotUtf8IsRepairedAndCounted) {
  const SpanWriteResult result = writer_.Write(Request([](TraceWriter& out) {
    out.BeginSpan();
    out.Ids(kTrace, Id(1), "");
    out.NameKindTimes("a\xFF", OtlpSpanKind::kServer, 1, 2);
    out.Text("k\xFE", "v\xFD");
    out.EndSpan();
  }));
  ASSERT_TRUE(result.status.ok());
  EXPECT_EQ(Value("name"), "a\xEF\xBF\xBD");
  EXPECT_EQ(Value("span.k\xEF\xBF\xBD"), "v\xEF\xBF\xBD");
  EXPECT_EQ(losses_.Get(LossReason::kSpanTextRepaired), 1U);
}

TEST_F(SpanWriterTest, MoreAttributeNamesThanTheLimitAreLeftOutAndCounted) {
  SpanLimits limits;
  limits.columns_max = 100;
  SpanWriter writer(&store_, &base::Env::Real(), &losses_, &registry_, limits);
  const SpanWriteResult result = writer.Write(Request([](TraceWriter& out) {
    out.BeginSpan();
    out.Ids(kTrace, Id(1), "");
    for (int i = 0; i < 150; ++i) {
      out.Int("key." + std::to_string(i), i);
    }
    out.EndSpan();
  }));
  ASSERT_TRUE(result.status.ok());
  EXPECT_EQ(Value("span.key.99", store::ValueType::kInt), "99");
  EXPECT_EQ(Value("span.key.100", store::ValueType::kInt), "(absent)");
  EXPECT_EQ(Value("dropped_attributes", store::ValueType::kInt), "50");
}

TEST_F(SpanWriterTest, AFullStoreIsToldAsUnavailableAndNothingIsObserved) {
  FailingStore store;
  SpanWriter writer(&store, &base::Env::Real(), &losses_, &registry_);
  CountingObserver observer;
  ObservedSink sink(&writer, {&observer});
  const std::string request = Request([](TraceWriter& out) { PutSpan(out, Id(1)); });
  EXPECT_EQ(sink.Write(request).status.code(), base::StatusCode::kUnavailable);
  EXPECT_EQ(observer.count, 0U);
  EXPECT_EQ(losses_.Get(LossReason::kSpanStoreUnavailable), 1U);
  store.status = base::OkStatus();
  EXPECT_TRUE(sink.Write(request).status.ok());
  EXPECT_EQ(observer.count, 1U);
}

TEST_F(SpanWriterTest, ObserversSeeWhatWasStoredAndNothingElse) {
  CountingObserver observer;
  ObservedSink sink(&writer_, {&observer});
  EXPECT_TRUE(sink.Write(Request([](TraceWriter& out) {
                    for (uint64_t i = 1; i <= 1000; ++i) {
                      PutSpan(out, Id(i));
                      PutSpan(out, "short");
                    }
                  }))
                  .status.ok());
  EXPECT_EQ(observer.count, 1000U);
}

}  // namespace
}  // namespace sb::ingest
