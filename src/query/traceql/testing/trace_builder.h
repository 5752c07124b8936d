// SPDX-License-Identifier: Apache-2.0
//
// TraceBuilder writes spans into an events store the way ingest does, for tests.
//
//   TraceBuilder b;
//   b.Span({.trace = "1", .id = "a", .service = "cart", .name = "GET /", .start_ns = 5,
//           .attributes = {{"http.status_code", AttributeValue::Int(200)}}});
//   ASSERT_TRUE(b.WriteTo(&store).ok());
//
// Ids are hexadecimal, padded with zeros.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "base/status.h"
#include "store/interface/event_store.h"

namespace sb::traceql {

// An attribute value that owns its bytes.
struct AttributeValue {
  store::EventValue value;
  std::string bytes;

  static AttributeValue Text(std::string text);
  static AttributeValue Int(int64_t v) { return {store::EventValue::Int(v), ""}; }
  static AttributeValue Float(double v) { return {store::EventValue::Float(v), ""}; }
  static AttributeValue Bool(bool v) { return {store::EventValue::Bool(v), ""}; }
  // An OTLP array.
  static AttributeValue Array(const std::vector<AttributeValue>& elements);
  store::EventValue View() const;
  // As an OTLP AnyValue message.
  std::string Encoded() const;
};
using TestAttributes = std::vector<std::pair<std::string, AttributeValue>>;

struct TestEvent {
  std::string name;
  int64_t time_ns = 0;
  TestAttributes attributes = {};
};

struct TestLink {
  std::string trace;
  std::string span;
  TestAttributes attributes = {};
};

struct TestSpan {
  std::string trace = "1";
  std::string id = "1";
  std::string parent = "";
  std::string service = "shop";
  std::string name = "op";
  int64_t start_ns = 0;
  int64_t duration_ns = 1000;
  int64_t kind = 1;    // OTLP
  int64_t status = 0;  // OTLP
  std::string status_message = "";
  TestAttributes attributes = {};
  TestAttributes resource = {};
  std::string scope_name = "";
  std::string scope_version = "";
  TestAttributes scope = {};
  std::vector<TestEvent> events = {};
  std::vector<TestLink> links = {};
};

std::string TraceIdBytes(const std::string& hex);
std::string SpanIdBytes(const std::string& hex);

class TraceBuilder {
 public:
  TraceBuilder& Span(TestSpan span);
  const std::vector<TestSpan>& spans() const { return spans_; }
  base::Status WriteTo(store::EventWriter* writer) const;

 private:
  std::vector<TestSpan> spans_;
};

}  // namespace sb::traceql
