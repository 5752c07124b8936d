// SPDX-License-Identifier: Apache-2.0
//
// EnvelopeReader walks an export request of OTLP. The three signals share one shape: resources,
// below each one instrumentation scopes, below each scope the items (Metric, Span, LogRecord),
// which are handed out still encoded.
//
//   EnvelopeReader in(request);
//   while (in.NextResource()) {
//     while (in.NextScope()) {
//       std::string_view metric;
//       while (in.NextItem(&metric)) { … }
//     }
//   }
//   SB_RETURN_IF_ERROR(in.status());     // kInvalidArgument: the request is malformed
//
// Resource and scope are known before the first item, wherever they stand in the bytes. All is a
// view into the request; memory is needed for the attributes of one resource and one scope only.
//
// Source: opentelemetry-proto, collector/*/v1 services. Threads: a value.
#pragma once

#include <string_view>
#include <vector>

#include "base/status.h"
#include "encoding/protobuf.h"
#include "wire/otlp/any_value.h"

namespace sb::wire {

struct OtlpResource {
  std::vector<KeyValue> attributes;
  std::string_view schema_url;
  std::string_view bytes;  // the whole group of the resource
};

struct OtlpScope {
  std::string_view name;
  std::string_view version;
  std::string_view schema_url;
  std::vector<KeyValue> attributes;
};

class EnvelopeReader {
 public:
  explicit EnvelopeReader(std::string_view request)
      : request_(request), scopes_(std::string_view()), items_(std::string_view()) {}

  bool NextResource();
  bool NextScope();
  bool NextItem(std::string_view* item);

  const OtlpResource& resource() const { return resource_; }
  const OtlpScope& scope() const { return scope_; }
  const base::Status& status() const { return status_; }

 private:
  bool Check(const base::Status& status);
  bool NextMessage(encoding::ProtoReader* in, uint32_t field, std::string_view* message);
  base::Status ReadResourceGroup(std::string_view bytes);
  base::Status ReadScopeGroup(std::string_view bytes);

  encoding::ProtoReader request_;
  encoding::ProtoReader scopes_;
  encoding::ProtoReader items_;
  OtlpResource resource_;
  OtlpScope scope_;
  base::Status status_;
};

}  // namespace sb::wire
