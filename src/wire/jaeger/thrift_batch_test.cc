// SPDX-License-Identifier: Apache-2.0
#include "wire/jaeger/thrift_batch.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>

#include "base/env.h"
#include "config/json_reader.h"
#include "encoding/protobuf.h"
#include "wire/jaeger/jaeger_to_otlp.h"
#include "wire/jaeger/proto_batch.h"
#include "wire/jaeger/testing/thrift_writer.h"
#include "wire/otlp/base64.h"

namespace sb::wire {
namespace {

JaegerTag TextTag(std::string_view key, std::string_view text) {
  JaegerTag tag;
  tag.key = key;
  tag.text = text;
  return tag;
}

JaegerBatch Example() {
  JaegerBatch batch;
  batch.process.service_name = "shop";
  batch.process.tags = {TextTag("hostname", "h1")};
  for (int i = 0; i < 20; ++i) {  // more than a short compact list
    JaegerSpan span;
    span.trace_id = ThriftTraceIdBytes(-5, 7 + i);
    span.span_id = ThriftIdBytes(i + 1);
    span.parent_id = i == 0 ? "" : ThriftIdBytes(1);
    span.name = "op";
    span.flags = 1;
    span.start_ns = 1'700'000'000'000'001'000;
    span.duration_ns = 5'000'000;
    JaegerTag number = TextTag("n", "");
    number.type = JaegerTag::Type::kInt;
    number.integer = -i;
    JaegerTag real = number;
    real.key = "d";
    real.type = JaegerTag::Type::kDouble;
    real.number = 0.25;
    JaegerTag yes = number;
    yes.key = "b";
    yes.type = JaegerTag::Type::kBool;
    yes.boolean = true;
    JaegerTag raw = TextTag("raw", "\x01\x02");
    raw.type = JaegerTag::Type::kBinary;
    span.tags = {TextTag("t", "x"), number, real, yes, raw};
    span.references.push_back({true, ThriftTraceIdBytes(1, 2), ThriftIdBytes(3)});
    span.logs.push_back({1'700'000'000'000'002'000, {TextTag("event", "e")}});
    batch.spans.push_back(std::move(span));
  }
  return batch;
}

std::string Otlp(const JaegerBatch& batch) {
  std::string request;
  JaegerToOtlp(batch, &request);
  return request;
}

TEST(ThriftBatchTest, BothProtocolsReadBackWhatWasWritten) {
  const std::string expected = Otlp(Example());
  for (const ThriftProtocol protocol : {ThriftProtocol::kCompact, ThriftProtocol::kBinary}) {
    JaegerBatch batch;
    const std::string bare = ThriftBatchBytes(Example(), protocol);
    ASSERT_TRUE(ReadThriftBatch(bare, protocol, &batch).ok());
    EXPECT_EQ(batch.spans.size(), 20U);
    EXPECT_EQ(Otlp(batch), expected);
    const std::string message = AgentMessageBytes(Example(), protocol);
    const base::Status read = ReadAgentMessage(message, protocol, &batch);
    ASSERT_TRUE(read.ok()) << read.ToString();
    EXPECT_EQ(Otlp(batch), expected);
  }
}

TEST(ThriftBatchTest, TheOldBinaryFramingWithoutVersionIsTaken) {
  const std::string strict = AgentMessageBytes(Example(), ThriftProtocol::kBinary);
  const std::string name = "emitBatch";
  const std::string old = std::string("\0\0\0\x09", 4) + name + "\x04" + strict.substr(4 + 4 + 9);
  JaegerBatch batch;
  const base::Status read = ReadAgentMessage(old, ThriftProtocol::kBinary, &batch);
  ASSERT_TRUE(read.ok()) << read.ToString();
  EXPECT_EQ(batch.spans.size(), 20U);
}

TEST(ThriftBatchTest, EveryTruncationIsRefused) {
  for (const ThriftProtocol protocol : {ThriftProtocol::kCompact, ThriftProtocol::kBinary}) {
    const std::string message = AgentMessageBytes(Example(), protocol);
    for (size_t n = 0; n < message.size(); ++n) {
      JaegerBatch batch;
      EXPECT_FALSE(ReadAgentMessage(std::string_view(message).substr(0, n), protocol, &batch).ok())
          << n;
    }
  }
}

TEST(ThriftBatchTest, OtherMethodsAreRefusedByName) {
  ThriftWriter out(ThriftProtocol::kCompact);
  out.Message("emitZipkinBatch", 4);
  out.BeginStruct();
  out.EndStruct();
  JaegerBatch batch;
  const base::Status read = ReadAgentMessage(out.Take(), ThriftProtocol::kCompact, &batch);
  EXPECT_NE(read.message().find("emitZipkinBatch"), std::string_view::npos) << read.ToString();
}

TEST(ThriftBatchTest, AListThatClaimsMoreThanThereIsIsRefused) {
  JaegerBatch batch;
  // Field 2, a list of structures, 2^28 of them.
  EXPECT_FALSE(ReadThriftBatch(std::string("\x0F\x00\x02\x0C\x10\x00\x00\x00", 8),
                               ThriftProtocol::kBinary, &batch)
                   .ok());
}

TEST(ThriftBatchTest, ABatchOfEmptyStructsDoesNotTakeAllMemory) {
  std::string bytes("\x0F\x00\x02\x0C\x00\xC0\x00\x00", 8);  // 12,582,912 empty spans
  bytes.append(12'582'912, '\0');
  JaegerBatch batch;
  const base::Status read = ReadThriftBatch(bytes, ThriftProtocol::kBinary, &batch);
  EXPECT_NE(read.message().find("too many"), std::string_view::npos) << read.ToString();
}

TEST(ThriftBatchTest, NestingIsBounded) {
  std::string bytes;
  for (int i = 0; i < 100'000; ++i) {
    bytes.append("\x0C\x00\x63", 3);  // an unknown structure in an unknown structure
  }
  JaegerBatch batch;
  EXPECT_FALSE(ReadThriftBatch(bytes, ThriftProtocol::kBinary, &batch).ok());
}

// --- Conformance: one batch in thrift and in the domain model are the same spans ----------------

std::string_view Text(const config::Node* node) {
  return node == nullptr ? std::string_view() : std::string_view(node->text);
}
int64_t Number(const config::Node* node) {
  return node == nullptr ? 0 : std::strtoll(node->text.c_str(), nullptr, 10);
}

std::vector<JaegerTag> ThriftTags(const config::Node* list) {
  std::vector<JaegerTag> tags;
  for (size_t i = 0; list != nullptr && i < list->items.size(); ++i) {
    const config::Node& node = *list->items[i];
    JaegerTag tag = TextTag(Text(node.Find("key")), Text(node.Find("vStr")));
    const std::string_view type = Text(node.Find("vType"));
    tag.type = type == "LONG"     ? JaegerTag::Type::kInt
               : type == "BOOL"   ? JaegerTag::Type::kBool
               : type == "DOUBLE" ? JaegerTag::Type::kDouble
                                  : JaegerTag::Type::kString;
    tag.integer = Number(node.Find("vLong"));
    tag.boolean = Text(node.Find("vBool")) == "true";
    tag.number = std::strtod(std::string(Text(node.Find("vDouble"))).c_str(), nullptr);
    tags.push_back(tag);
  }
  return tags;
}

JaegerBatch BatchOfThriftJson(const config::Node& root) {
  JaegerBatch batch;
  batch.process.service_name = Text(root.Find("process")->Find("serviceName"));
  batch.process.tags = ThriftTags(root.Find("process")->Find("tags"));
  for (const config::NodePtr& node : root.Find("spans")->items) {
    JaegerSpan span;
    span.trace_id = ThriftTraceIdBytes(0, Number(node->Find("traceIdLow")));
    span.span_id = ThriftIdBytes(Number(node->Find("spanId")));
    span.parent_id = ThriftIdBytes(Number(node->Find("parentSpanId")));
    span.name = Text(node->Find("operationName"));
    span.start_ns = static_cast<uint64_t>(Number(node->Find("startTime"))) * 1000;
    span.duration_ns = static_cast<uint64_t>(Number(node->Find("duration"))) * 1000;
    span.tags = ThriftTags(node->Find("tags"));
    for (const config::NodePtr& log : node->Find("logs")->items) {
      span.logs.push_back({static_cast<uint64_t>(Number(log->Find("timestamp"))) * 1000,
                           ThriftTags(log->Find("fields"))});
    }
    batch.spans.push_back(std::move(span));
  }
  return batch;
}

void PutProtoTags(uint32_t field, const config::Node* list, encoding::ProtoWriter* out) {
  for (const config::NodePtr& node : list->items) {
    const std::string_view type = Text(node->Find("vType"));
    const size_t mark = out->BeginMessage(field);
    out->Bytes(1, Text(node->Find("key")));
    if (type == "STRING") {
      out->Bytes(3, Text(node->Find("vStr")));
    } else if (type == "BOOL") {
      out->Varint(2, 1);
      out->Bool(4, Text(node->Find("vBool")) == "true");
    } else if (type == "INT64") {
      out->Varint(2, 2);
      out->Int64(5, Number(node->Find("vInt64")));
    } else {
      out->Varint(2, 3);
      out->Double(6, std::strtod(std::string(Text(node->Find("vFloat64"))).c_str(), nullptr));
    }
    out->EndMessage(mark);
  }
}

std::string Decoded(std::string_view base64) {
  std::string bytes;
  EXPECT_TRUE(ParseBase64(base64, &bytes));
  return bytes;
}

// All times of the file are the same moment.
void PutProtoTime(uint32_t field, encoding::ProtoWriter* out) {
  const size_t mark = out->BeginMessage(field);
  out->Int64(1, 1'485'467'191);
  out->Int64(2, 639'875'000);
  out->EndMessage(mark);
}

std::string ProtoOfDomainJson(const config::Node& span) {
  std::string bytes;
  encoding::ProtoWriter out(&bytes);
  out.Bytes(1, Decoded(Text(span.Find("traceId"))));
  out.Bytes(2, Decoded(Text(span.Find("spanId"))));
  out.Bytes(3, Text(span.Find("operationName")));
  for (const config::NodePtr& reference : span.Find("references")->items) {
    const size_t mark = out.BeginMessage(4);
    out.Bytes(1, Decoded(Text(reference->Find("traceId"))));
    out.Bytes(2, Decoded(Text(reference->Find("spanId"))));
    out.EndMessage(mark);
  }
  PutProtoTime(6, &out);
  const size_t duration = out.BeginMessage(7);
  out.Int64(2, 22'938'000);
  out.EndMessage(duration);
  PutProtoTags(8, span.Find("tags"), &out);
  for (const config::NodePtr& log : span.Find("logs")->items) {
    const size_t mark = out.BeginMessage(9);
    PutProtoTime(1, &out);
    PutProtoTags(2, log->Find("fields"), &out);
    out.EndMessage(mark);
  }
  const size_t process = out.BeginMessage(10);
  out.Bytes(1, Text(span.Find("process")->Find("serviceName")));
  PutProtoTags(2, span.Find("process")->Find("tags"), &out);
  out.EndMessage(process);
  return bytes;
}

TEST(ThriftBatchTest, ConformanceThriftAndDomainModelAreTheSameSpans) {
  const char* folder = std::getenv("SIGNALBOX_CONFORMANCE_DIR");
  if (folder == nullptr) {
    GTEST_SKIP() << "SIGNALBOX_CONFORMANCE_DIR is not set";
  }
  const std::string path = std::string(folder) + "/jaeger/thrift/";
  base::FileSystem& files = base::Env::Real().files();
  const auto thrift_text = files.ReadFile(path + "thrift_batch_01.json");
  const auto domain_text = files.ReadFile(path + "domain_01.json");
  ASSERT_TRUE(thrift_text.ok() && domain_text.ok());
  const auto thrift = config::ParseJson(*thrift_text, "thrift");
  const auto domain = config::ParseJson(*domain_text, "domain");
  ASSERT_TRUE(thrift.ok() && domain.ok());
  int passed = 0;
  std::string expected;
  for (const config::NodePtr& span : (*domain)->Find("spans")->items) {
    const std::string bytes = ProtoOfDomainJson(*span);
    JaegerBatch batch;
    ASSERT_TRUE(ReadProtoSpan(bytes, &batch).ok());
    JaegerToOtlp(batch, &expected);
  }
  for (const ThriftProtocol protocol : {ThriftProtocol::kCompact, ThriftProtocol::kBinary}) {
    const std::string bytes = ThriftBatchBytes(BatchOfThriftJson(**thrift), protocol);
    JaegerBatch batch;
    ASSERT_TRUE(ReadThriftBatch(bytes, protocol, &batch).ok());
    EXPECT_EQ(Otlp(batch), expected);
    passed += Otlp(batch) == expected ? 1 : 0;
  }
  std::printf("conformance: jaeger thrift %d of 2\n", passed);
}

}  // namespace
}  // namespace sb::wire
