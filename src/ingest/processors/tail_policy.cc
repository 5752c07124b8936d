// SPDX-License-Identifier: Apache-2.0
#include "ingest/processors/tail_policy.h"

#include <re2/re2.h>

#include <algorithm>
#include <utility>

#include "encoding/hash.h"
#include "ingest/processors/ottl.h"
#include "ingest/processors/probabilistic_sampler.h"

namespace sb::ingest {

using config::OptionTable;
using Policy = TailPolicyConfig;
using TailTest = std::function<bool(const TraceRecord& trace, int64_t now_ns)>;

namespace {

// Of the spans of a trace, whether `test(resource, scope, span)` holds for one.
template <typename Test>
bool AnySpan(const TraceRecord& trace, Test&& test) {
  for (const ResourceRecord& resource : trace.resources) {
    for (const ScopeRecord& scope : resource.scopes) {
      for (const SpanRecord& span : scope.spans) {
        if (test(resource, scope, span)) {
          return true;
        }
      }
    }
  }
  return false;
}

// Whether an attribute of a span or its resource satisfies `test`.
template <typename Test>
bool AnyAttribute(const TraceRecord& trace, const std::string& key, Test&& test) {
  return AnySpan(trace, [&](const ResourceRecord& resource, const ScopeRecord&,
                            const SpanRecord& span) {
    const OttlValue* of_span = FindIn(span.attributes, key);
    const OttlValue* of_resource = FindIn(resource.attributes, key);
    return (of_span != nullptr && test(*of_span)) || (of_resource != nullptr && test(*of_resource));
  });
}

TailTest Latency(const Policy& config) {
  return [latency = config.latency](const TraceRecord& trace, int64_t) {
    uint64_t first = UINT64_MAX;
    uint64_t last = 0;
    AnySpan(trace, [&](const ResourceRecord&, const ScopeRecord&, const SpanRecord& span) {
      first = std::min(first, span.start_ns);
      last = std::max(last, span.end_ns);
      return false;
    });
    const auto ms = last > first ? static_cast<int64_t>((last - first) / 1'000'000) : 0;
    return latency.upper_threshold_ms == 0
               ? ms >= latency.threshold_ms
               : ms > latency.threshold_ms && ms <= latency.upper_threshold_ms;
  };
}

TailTest Numeric(const Policy& config) {
  return [numeric = config.numeric_attribute](const TraceRecord& trace, int64_t) {
    return AnyAttribute(trace, numeric.key, [&](const OttlValue& value) {
             return value.kind == OttlValue::Kind::kInt && value.integer >= numeric.min_value &&
                    value.integer <= numeric.max_value;
           }) != numeric.invert_match;
  };
}

TailTest Probabilistic(const Policy& config) {
  const double percentage = config.probabilistic.sampling_percentage;
  const uint64_t seed = encoding::Hash64Of(config.probabilistic.hash_salt);
  return [percentage, seed](const TraceRecord& trace, int64_t) {
    return AnySpan(trace, [&](const ResourceRecord&, const ScopeRecord&, const SpanRecord& span) {
      return SamplesTrace(span.trace_id, percentage, seed, true);
    });
  };
}

base::Result<TailTest> StatusCode(const Policy& config) {
  std::vector<wire::OtlpStatusCode> codes;
  for (const std::string& code : config.status_code.status_codes) {
    if (code != "OK" && code != "ERROR" && code != "UNSET") {
      return base::InvalidArgument("unknown status code (OK, ERROR, UNSET): " + code);
    }
    codes.push_back(code == "OK"      ? wire::OtlpStatusCode::kOk
                    : code == "ERROR" ? wire::OtlpStatusCode::kError
                                      : wire::OtlpStatusCode::kUnset);
  }
  return TailTest([codes](const TraceRecord& trace, int64_t) {
    return AnySpan(trace, [&](const ResourceRecord&, const ScopeRecord&, const SpanRecord& span) {
      return std::find(codes.begin(), codes.end(), span.status) != codes.end();
    });
  });
}

base::Result<TailTest> Text(const Policy& config) {
  const Policy::Text text = config.string_attribute;
  std::vector<std::shared_ptr<const re2::RE2>> patterns;
  for (const std::string& value : text.values) {
    patterns.push_back(std::make_shared<const re2::RE2>(
        text.enabled_regex_matching ? value : re2::RE2::QuoteMeta(value), re2::RE2::Quiet));
    if (!patterns.back()->ok()) {
      return base::InvalidArgument("bad pattern: " + patterns.back()->error());
    }
  }
  return TailTest([text, patterns](const TraceRecord& trace, int64_t) {
    return AnyAttribute(trace, text.key, [&](const OttlValue& value) {
             const std::string content = value.Text();
             return std::any_of(patterns.begin(), patterns.end(), [&](const auto& pattern) {
               return text.enabled_regex_matching ? re2::RE2::PartialMatch(content, *pattern)
                                                  : re2::RE2::FullMatch(content, *pattern);
             });
           }) != text.invert_match;
  });
}

TailTest Boolean(const Policy& config) {
  return [boolean = config.boolean_attribute](const TraceRecord& trace, int64_t) {
    return AnyAttribute(trace, boolean.key, [&](const OttlValue& value) {
             return value.kind == OttlValue::Kind::kBool && value.boolean == boolean.value;
           }) != boolean.invert_match;
  };
}

TailTest RateLimiting(const Policy& config) {
  struct Window {
    int64_t second = 0;
    int64_t spans = 0;
  };
  return [window = std::make_shared<Window>(), max = config.rate_limiting.spans_per_second](
             const TraceRecord& trace, int64_t now_ns) {
    const int64_t second = now_ns / 1'000'000'000;
    if (window->second != second) {
      *window = {second, 0};
    }
    const auto spans = static_cast<int64_t>(trace.SpanCount());
    if (window->spans + spans > max) {
      return false;
    }
    window->spans += spans;
    return true;
  };
}

TailTest SpanCount(const Policy& config) {
  return [count = config.span_count](const TraceRecord& trace, int64_t) {
    const auto spans = static_cast<int64_t>(trace.SpanCount());
    return spans >= count.min_spans && (count.max_spans == 0 || spans <= count.max_spans);
  };
}

// "a=1,b=2": whether the key has one of the values.
bool StateHas(const std::string& state, const Policy::State& wanted) {
  size_t at = 0;
  while (at <= state.size()) {
    const size_t comma = std::min(state.find(',', at), state.size());
    const std::string entry = state.substr(at, comma - at);
    for (const std::string& value : wanted.values) {
      if (entry == wanted.key + "=" + value) {
        return true;
      }
    }
    at = comma + 1;
  }
  return false;
}

TailTest TraceState(const Policy& config) {
  return [state = config.trace_state](const TraceRecord& trace, int64_t) {
    return AnySpan(trace, [&](const ResourceRecord&, const ScopeRecord&, const SpanRecord& span) {
      return StateHas(span.trace_state, state);
    });
  };
}

base::Result<TailTest> Ottl(const Policy& config) {
  auto of_span = std::make_shared<std::vector<OttlExpr>>();
  auto of_event = std::make_shared<std::vector<OttlExpr>>();
  for (const std::string& text : config.ottl_condition.span) {
    SB_ASSIGN_OR_RETURN(OttlExpr condition, ParseOttlCondition(text, OttlContext::kSpan));
    of_span->push_back(std::move(condition));
  }
  for (const std::string& text : config.ottl_condition.spanevent) {
    SB_ASSIGN_OR_RETURN(OttlExpr condition, ParseOttlCondition(text, OttlContext::kSpanEvent));
    of_event->push_back(std::move(condition));
  }
  const auto any_holds = [](const std::vector<OttlExpr>& conditions, const OttlTarget& target) {
    return std::any_of(conditions.begin(), conditions.end(), [&](const OttlExpr& condition) {
      const auto holds = Holds(condition, target);
      return holds.ok() && *holds;
    });
  };
  return TailTest([of_span, of_event, any_holds](const TraceRecord& trace, int64_t) {
    TraceRecord copy = trace;  // conditions look at what statements may change
    for (ResourceRecord& resource : copy.resources) {
      for (ScopeRecord& scope : resource.scopes) {
        for (SpanRecord& span : scope.spans) {
          if (any_holds(*of_span, {&resource, &scope, &span})) {
            return true;
          }
          for (EventRecord& event : span.events) {
            if (any_holds(*of_event, {&resource, &scope, &span, &event})) {
              return true;
            }
          }
        }
      }
    }
    return false;
  });
}

base::Result<TailTest> Make(const Policy& config, int depth);

base::Result<TailTest> All(const Policy& config, int depth) {
  std::vector<TailTest> parts;
  for (const Policy& part : config.sub_policies) {
    SB_ASSIGN_OR_RETURN(TailTest holds, Make(part, depth + 1));
    parts.push_back(std::move(holds));
  }
  if (parts.empty()) {
    return base::InvalidArgument("it needs sub-policies");
  }
  return TailTest([parts](const TraceRecord& trace, int64_t now_ns) {
    return std::all_of(parts.begin(), parts.end(),
                       [&](const TailTest& part) { return part(trace, now_ns); });
  });
}

base::Result<TailTest> Make(const Policy& config, int depth) {
  const std::string& type = config.type;
  if (depth > 8) {
    return base::InvalidArgument("policies are nested too deeply");
  }
  if (type == "always_sample") {
    return TailTest([](const TraceRecord&, int64_t) { return true; });
  }
  if (type == "status_code") {
    return StatusCode(config);
  }
  if (type == "string_attribute") {
    return Text(config);
  }
  if (type == "ottl_condition") {
    return Ottl(config);
  }
  if (type == "and" || type == "drop") {
    return All(config, depth);
  }
  if (type == "not") {
    SB_ASSIGN_OR_RETURN(const TailTest inner, All(config, depth));
    return TailTest([inner](const TraceRecord& t, int64_t now_ns) { return !inner(t, now_ns); });
  }
  static constexpr struct {
    std::string_view type;
    TailTest (*make)(const Policy&);
  } kSimple[] = {{"latency", Latency},
                 {"numeric_attribute", Numeric},
                 {"probabilistic", Probabilistic},
                 {"boolean_attribute", Boolean},
                 {"rate_limiting", RateLimiting},
                 {"span_count", SpanCount},
                 {"trace_state", TraceState}};
  for (const auto& row : kSimple) {
    if (row.type == type) {
      return row.make(config);
    }
  }
  return base::InvalidArgument("unknown policy: " + type);
}

}  // namespace

base::Result<std::vector<TailPolicy>> MakeTailPolicies(const TailSamplingConfig& config) {
  std::vector<TailPolicy> policies;
  for (const Policy& policy : config.policies) {
    auto holds = Make(policy, 0);
    if (!holds.ok()) {
      return holds.status().WithPrefix("policy " + policy.name);
    }
    policies.push_back({policy.name, policy.type == "drop", *std::move(holds)});
  }
  if (policies.empty()) {
    return base::InvalidArgument("tail_sampling needs policies");
  }
  return policies;
}

bool KeepsTrace(const std::vector<TailPolicy>& policies, const TraceRecord& trace, int64_t now_ns) {
  bool keeps = false;
  for (const TailPolicy& policy : policies) {
    // A rate limit must not be used up by a trace that is kept anyway.
    if ((policy.drops || !keeps) && policy.holds(trace, now_ns)) {
      if (policy.drops) {
        return false;
      }
      keeps = true;
    }
  }
  return keeps;
}

namespace {

// `and: {and_sub_policy: […]}`, `not: {not_sub_policy: {…}}`, `drop: {drop_sub_policy: […]}`.
class SubPolicyOption final : public config::Option {
 public:
  explicit SubPolicyOption(const std::string& type)
      : Option(type, "policies", {}), key_(type + "_sub_policy") {}

  void Read(const config::Node& node, void* object, config::ErrorList& errors) const override {
    auto* policy = static_cast<Policy*>(object);
    const config::Node* list = node.Find(key_);
    if (list == nullptr) {
      errors.Add(node, "expected " + key_);
    } else if (list->IsSequence()) {
      config::Codec<std::vector<Policy>>::Read(*list, {}, &policy->sub_policies, errors);
    } else {
      config::Codec<Policy>::Read(*list, {}, &policy->sub_policies.emplace_back(), errors);
    }
  }
  config::NodePtr Write(const void*) const override { return nullptr; }

 private:
  const std::string key_;
};

// Options of one nested section, in a table of their own.
template <typename T>
class SectionOption final : public config::Option {
 public:
  SectionOption(const std::string& name, T Policy::* member, OptionTable<T> table)
      : Option(name, "policy", {}), member_(member), table_(std::move(table)) {}
  void Read(const config::Node& node, void* object, config::ErrorList& errors) const override {
    table_.Read(node, &(static_cast<Policy*>(object)->*member_), errors);
  }
  config::NodePtr Write(const void*) const override { return nullptr; }

 private:
  T Policy::* const member_;
  const OptionTable<T> table_;
};

template <typename T>
config::OptionPtr Section(const std::string& name, T Policy::* member, OptionTable<T> table) {
  return std::make_shared<SectionOption<T>>(name, member, std::move(table));
}

}  // namespace

const OptionTable<TailPolicyConfig>& OptionsOf(const TailPolicyConfig*) {
  using P = Policy;
  static const auto table =
      OptionTable<P>("tail_sampling.policy")
          .Add("name", &P::name)
          .Add("type", &P::type)
          .AddOption(Section("latency", &P::latency,
                             OptionTable<P::Latency>("latency")
                                 .Add("threshold_ms", &P::Latency::threshold_ms)
                                 .Add("upper_threshold_ms", &P::Latency::upper_threshold_ms)))
          .AddOption(Section("numeric_attribute", &P::numeric_attribute,
                             OptionTable<P::Numeric>("numeric_attribute")
                                 .Add("key", &P::Numeric::key)
                                 .Add("min_value", &P::Numeric::min_value)
                                 .Add("max_value", &P::Numeric::max_value)
                                 .Add("invert_match", &P::Numeric::invert_match)))
          .AddOption(
              Section("probabilistic", &P::probabilistic,
                      OptionTable<P::Probabilistic>("probabilistic")
                          .Add("hash_salt", &P::Probabilistic::hash_salt)
                          .Add("sampling_percentage", &P::Probabilistic::sampling_percentage)))
          .AddOption(Section("status_code", &P::status_code,
                             OptionTable<P::StatusCode>("status_code")
                                 .Add("status_codes", &P::StatusCode::status_codes)))
          .AddOption(Section("string_attribute", &P::string_attribute,
                             OptionTable<P::Text>("string_attribute")
                                 .Add("key", &P::Text::key)
                                 .Add("values", &P::Text::values)
                                 .Add("enabled_regex_matching", &P::Text::enabled_regex_matching)
                                 .Add("cache_max_size", &P::Text::cache_max_size)
                                 .Add("invert_match", &P::Text::invert_match)))
          .AddOption(Section("boolean_attribute", &P::boolean_attribute,
                             OptionTable<P::Boolean>("boolean_attribute")
                                 .Add("key", &P::Boolean::key)
                                 .Add("value", &P::Boolean::value)
                                 .Add("invert_match", &P::Boolean::invert_match)))
          .AddOption(Section("rate_limiting", &P::rate_limiting,
                             OptionTable<P::Rate>("rate_limiting")
                                 .Add("spans_per_second", &P::Rate::spans_per_second)))
          .AddOption(Section("span_count", &P::span_count,
                             OptionTable<P::Count>("span_count")
                                 .Add("min_spans", &P::Count::min_spans)
                                 .Add("max_spans", &P::Count::max_spans)))
          .AddOption(Section("trace_state", &P::trace_state,
                             OptionTable<P::State>("trace_state")
                                 .Add("key", &P::State::key)
                                 .Add("values", &P::State::values)))
          .AddOption(Section("ottl_condition", &P::ottl_condition,
                             OptionTable<P::Ottl>("ottl_condition")
                                 .Add("error_mode", &P::Ottl::error_mode)
                                 .Add("span", &P::Ottl::span)
                                 .Add("spanevent", &P::Ottl::spanevent)))
          .AddOption(std::make_shared<SubPolicyOption>("and"))
          .AddOption(std::make_shared<SubPolicyOption>("not"))
          .AddOption(std::make_shared<SubPolicyOption>("drop"));
  return table;
}

const OptionTable<TailSamplingConfig>& OptionsOf(const TailSamplingConfig*) {
  using C = TailSamplingConfig;
  static const auto table =
      OptionTable<C>("tail_sampling")
          .Add("decision_wait", &C::decision_wait)
          .Add("decision_wait_after_root_received", &C::decision_wait_after_root_received)
          .Add("num_traces", &C::num_traces)
          .Add("expected_new_traces_per_sec", &C::expected_new_traces_per_sec)
          .Add("policies", &C::policies)
          .Add("decision_cache", &C::decision_cache)
          .Add("sample_on_first_match", &C::sample_on_first_match)
          .Add("block_on_overflow", &C::block_on_overflow)
          .Add("maximum_trace_size_bytes", &C::maximum_trace_size_bytes);
  return table;
}

}  // namespace sb::ingest
