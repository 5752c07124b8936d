// SPDX-License-Identifier: Apache-2.0
//
// OtlpTranslation is the section `otlp` of prometheus.yml as rules that can be applied, and the
// labels that a resource and its scopes give to all series below them.
//
//   OtlpTranslation rules = TranslationOf(config.otlp);
//   OtlpLabels shared = ScopeLabels(rules, resource, scope);
//   BuildSeriesLabels(rules, shared, point.attributes, extras, &labels);     // sorted by name
//
// Labels as the reference makes them: attributes of the point, those whose names become equal
// joined with ";"; promoted attributes of the resource where the point has none of that name; then,
// over everything, otel_scope_* if asked for, `job` from service.namespace and service.name,
// `instance` from service.instance.id.
//
// kInvalidArgument for malformed attributes. Threads: values.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/status.h"
#include "ingest/otlp/metric_naming.h"
#include "wire/otlp/envelope_reader.h"

namespace sb::scrape {
struct OtlpConfig;
}

namespace sb::ingest {

struct OtlpTranslation {
  OtlpNaming naming;
  bool promotes_all = false;
  // Resource attributes that become labels; with `promotes_all` those that do not.
  std::set<std::string, std::less<>> attributes;
  bool keeps_identifying = false;
  bool histograms_to_custom_buckets = false;
  bool promotes_scope = false;
};
OtlpTranslation TranslationOf(const scrape::OtlpConfig& config);

using NamedValue = std::pair<std::string, std::string>;

struct OtlpLabels {
  std::vector<NamedValue> if_absent;  // promoted resource attributes
  std::vector<NamedValue> over;       // otel_scope_*, job, instance
};
base::Result<OtlpLabels> ScopeLabels(const OtlpTranslation& rules,
                                     const wire::OtlpResource& resource,
                                     const wire::OtlpScope& scope);

// `extras` (__name__, le, quantile) go over everything. Labels without a value are left out.
base::Status BuildSeriesLabels(const OtlpTranslation& rules, const OtlpLabels& shared,
                               const std::vector<wire::KeyValue>& attributes,
                               const std::vector<NamedValue>& extras,
                               std::vector<NamedValue>* labels);

// The labels of target_info; empty if the resource has nothing to tell besides its identity, or has
// no identity.
base::Result<std::vector<NamedValue>> TargetInfoLabels(const OtlpTranslation& rules,
                                                       const wire::OtlpResource& resource);

}  // namespace sb::ingest
