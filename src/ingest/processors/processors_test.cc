// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "base/env.h"
#include "config/yaml_reader.h"
#include "ingest/processors/attribute_actions.h"
#include "ingest/processors/filter_processor.h"
#include "ingest/processors/probabilistic_sampler.h"
#include "ingest/processors/transform_processor.h"
#include "wire/otlp/trace_writer.h"

namespace sb::ingest {
namespace {

class KeepingSink final : public SpanSink {
 public:
  SpanWriteResult Write(std::string_view request) override {
    EXPECT_TRUE(ReadTraceRecord(request, &record).ok());
    ++count;
    return {};
  }
  TraceRecord record;
  int count = 0;
};

class ProcessorsTest : public ::testing::Test {
 protected:
  template <typename Config>
  static Config Read(const std::string& yaml) {
    Config config;
    const auto root = config::ParseYaml(yaml, "p.yaml");
    EXPECT_TRUE(root.ok()) << root.status().ToString();
    config::ErrorList errors("p.yaml");
    OptionsOf(&config).Read(**root, &config, errors);
    EXPECT_TRUE(errors.empty()) << errors.ToStatus().ToString();
    return config;
  }
  SpanWriteResult Run(std::unique_ptr<SpanProcessor> processor) {
    std::string request;
    wire::TraceWriter out(&request);
    out.BeginResource();
    out.Text("service.name", "shop");
    out.BeginScope("lib", "1");
    for (const char* name : {"GET /health", "GET /cart"}) {
      out.BeginSpan();
      out.Ids(std::string(16, 't'), std::string(8, name[5]), "");
      out.NameKindTimes(name, wire::OtlpSpanKind::kServer, 1, 2);
      out.Text("user.email", "a@b.c");
      out.Text("path", "/users/42");
      out.Int("code", 200);
      out.BeginEvent(1, "noise");
      out.EndEvent();
      out.EndSpan();
    }
    out.EndScope();
    out.EndResource();
    std::vector<std::unique_ptr<SpanProcessor>> processors;
    processors.push_back(std::move(processor));
    ProcessorChain chain(std::move(processors), &sink_);
    return chain.Write(request);
  }
  const SpanRecord& Span(size_t i) { return sink_.record.resources.at(0).scopes.at(0).spans.at(i); }
  std::string Attribute(size_t span, std::string_view key) {
    const OttlValue* value = FindIn(Span(span).attributes, key);
    return value == nullptr ? "(absent)" : value->Text();
  }

  base::Registry registry_;
  LossCounters losses_{&registry_};
  KeepingSink sink_;
};

TEST_F(ProcessorsTest, AttributeActionsDoWhatTheyAreCalled) {
  ASSERT_TRUE(Run(MakeAttributesProcessor(Read<AttributesConfig>(R"(
actions:
  - {key: env, action: insert, value: prod}
  - {key: code, action: update, value: 201}
  - {key: missing, action: update, value: x}
  - {key: copy, action: upsert, from_attribute: path}
  - {key: user.email, action: hash}
  - {key: path, action: extract, pattern: '/users/(?P<user_id>\d+)'}
  - {key: user_id, action: convert, converted_type: int}
  - {key: path, action: delete}
exclude: {match_type: regexp, span_names: ['health']}
)"),
                                          AttributePlace::kSpan))
                  .status.ok());
  EXPECT_EQ(Attribute(0, "env"), "(absent)");
  EXPECT_EQ(Attribute(1, "env"), "prod");
  EXPECT_EQ(Attribute(1, "code"), "201");
  EXPECT_EQ(Attribute(1, "missing"), "(absent)");
  EXPECT_EQ(Attribute(1, "copy"), "/users/42");
  EXPECT_EQ(Attribute(1, "user.email").size(), 64U);
  EXPECT_EQ(FindIn(Span(1).attributes, "user_id")->kind, OttlValue::Kind::kInt);
  EXPECT_EQ(Attribute(1, "path"), "(absent)");
}

TEST_F(ProcessorsTest, ResourceActionsChangeTheResource) {
  Run(MakeAttributesProcessor(
      Read<AttributesConfig>("attributes: [{key: region, action: upsert, value: eu}]"),
      AttributePlace::kResource));
  EXPECT_EQ(FindIn(sink_.record.resources.at(0).attributes, "region")->Text(), "eu");
}

TEST_F(ProcessorsTest, FiltersDropSpansAndEventsAndCountThem) {
  auto filter = MakeFilterProcessor(Read<FilterConfig>(R"(
error_mode: ignore
traces:
  span: ['IsMatch(name, "health")']
  spanevent: ['name == "noise"']
)"),
                                    &losses_);
  ASSERT_TRUE(filter.ok()) << filter.status().ToString();
  EXPECT_TRUE(Run(*std::move(filter)).status.ok());
  EXPECT_EQ(sink_.record.SpanCount(), 1U);
  EXPECT_EQ(Span(0).name, "GET /cart");
  EXPECT_TRUE(Span(0).events.empty());
  EXPECT_EQ(losses_.Get(LossReason::kSpanFiltered), 1U);
}

TEST_F(ProcessorsTest, WhenNothingIsLeftNothingIsPassedOn) {
  auto filter = MakeFilterProcessor(Read<FilterConfig>("traces: {span: ['true']}"), &losses_);
  ASSERT_TRUE(filter.ok());
  EXPECT_TRUE(Run(*std::move(filter)).status.ok());
  EXPECT_EQ(sink_.count, 0);
}

TEST_F(ProcessorsTest, TransformsTakeGroupsAndBareStatements) {
  auto transform = MakeTransformProcessor(Read<TransformConfig>(R"(
error_mode: ignore
trace_statements:
  - context: resource
    statements: ['set(attributes["service.name"], "store")']
  - 'set(span.attributes["seen"], true) where span.name == "GET /cart"'
  - context: spanevent
    statements: ['set(name, "sound")']
metric_statements: [anything]
)"));
  ASSERT_TRUE(transform.ok()) << transform.status().ToString();
  EXPECT_TRUE(Run(*std::move(transform)).status.ok());
  EXPECT_EQ(FindIn(sink_.record.resources.at(0).attributes, "service.name")->Text(), "store");
  EXPECT_EQ(Attribute(0, "seen"), "(absent)");
  EXPECT_EQ(Attribute(1, "seen"), "true");
  EXPECT_EQ(Span(0).events.at(0).name, "sound");
}

TEST_F(ProcessorsTest, AStatementThatPropagatesItsFailureRefusesTheRequest) {
  auto transform = MakeTransformProcessor(
      Read<TransformConfig>(R"(trace_statements: ['set(span.name, span.kind)'])"));
  ASSERT_TRUE(transform.ok());
  EXPECT_EQ(Run(*std::move(transform)).status.code(), base::StatusCode::kInvalidArgument);
  EXPECT_EQ(sink_.count, 0);
}

TEST_F(ProcessorsTest, ProbabilitiesKeepTheirShareOfTraces) {
  int kept = 0;
  for (uint64_t i = 0; i < 10'000; ++i) {
    std::string id(16, '\0');
    for (size_t k = 0; k < 8; ++k) {
      id[8 + k] = static_cast<char>((i * 0x9E3779B97F4A7C15ULL) >> (8 * k));
    }
    const bool keeps = SamplesTrace(id, 25, 1, true);
    EXPECT_EQ(keeps, SamplesTrace(id, 25, 1, true));
    EXPECT_LE(SamplesTrace(id, 10, 1, true), keeps);
    kept += keeps ? 1 : 0;
  }
  EXPECT_NEAR(kept, 2'500, 200);
  EXPECT_TRUE(SamplesTrace(std::string(16, 'x'), 100, 0, false));
  EXPECT_FALSE(SamplesTrace(std::string(16, 'x'), 0, 0, false));
}

}  // namespace
}  // namespace sb::ingest
