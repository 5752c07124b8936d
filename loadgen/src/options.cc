// SPDX-License-Identifier: Apache-2.0
#include "options.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

namespace sb::load {
namespace {

using base::InvalidArgument;
using base::Result;
using base::Status;
using rapidjson::Value;

constexpr uint32_t kVusLimit = 20'000;
constexpr std::array kExecution = {"duration", "iterations", "stages", "scenarios"};

constexpr std::array<std::string_view, 6> kExecutorNames = {
    "shared-iterations", "per-vu-iterations",     "constant-vus",
    "ramping-vus",       "constant-arrival-rate", "ramping-arrival-rate"};

// Reads members of one JSON object; the first thing that does not fit is kept in `status`.
class Reader {
 public:
  Reader(const Value& object, std::string where) : object_(object), where_(std::move(where)) {}

  const Value* Find(const char* name) const {
    const auto it = object_.FindMember(name);
    return it == object_.MemberEnd() || it->value.IsNull() ? nullptr : &it->value;
  }
  bool Has(const char* name) const { return Find(name) != nullptr; }

  void Fail(const char* name, const std::string& what) {
    if (status.ok()) status = InvalidArgument(where_ + name + " " + what);
  }
  void Duration(const char* name, Nanos* out) {
    const Value* value = Find(name);
    if (value == nullptr) return;
    if (value->IsNumber()) {
      *out = Nanos(value->GetDouble() * double(kMilli));
    } else if (value->IsString()) {
      const auto parsed = ParseDuration(value->GetString());
      if (!parsed.ok()) return Fail(name, "is " + std::string(parsed.status().message()));
      *out = *parsed;
    } else {
      return Fail(name, "must be a duration such as '30s'");
    }
    if (*out < 0) Fail(name, "must not be negative");
  }
  void Number(const char* name, double* out) {
    const Value* value = Find(name);
    if (value == nullptr) return;
    if (!value->IsNumber()) return Fail(name, "must be a number");
    *out = value->GetDouble();
  }
  template <typename T>
  void Count(const char* name, T* out, uint64_t least = 0) {
    const Value* value = Find(name);
    if (value == nullptr) return;
    const double number = value->IsNumber() ? value->GetDouble() : -1;
    if (number != std::floor(number) || number < 0 || number > 1e15) {
      return Fail(name, "must be a whole number that is not negative");
    }
    if (number < double(least)) return Fail(name, fmt::format("must be at least {}", least));
    *out = T(number);
  }
  void Bool(const char* name, bool* out) {
    const Value* value = Find(name);
    if (value == nullptr) return;
    if (!value->IsBool()) return Fail(name, "must be true or false");
    *out = value->GetBool();
  }
  void Text(const char* name, std::string* out) {
    const Value* value = Find(name);
    if (value == nullptr) return;
    if (!value->IsString()) return Fail(name, "must be a string");
    *out = value->GetString();
  }
  template <typename Add>
  void Texts(const char* name, Add add) {
    const Value* value = Find(name);
    if (value == nullptr) return;
    if (!value->IsObject()) return Fail(name, "must be an object");
    for (const auto& member : value->GetObject()) {
      if (member.value.IsString()) {
        add(std::string(member.name.GetString()), std::string(member.value.GetString()));
      } else if (member.value.IsBool()) {
        add(std::string(member.name.GetString()), member.value.GetBool() ? "true" : "false");
      } else if (member.value.IsNumber()) {
        add(std::string(member.name.GetString()), fmt::format("{}", member.value.GetDouble()));
      } else {
        return Fail(name, "must have strings as values");
      }
    }
  }
  void Stages(const char* name, std::vector<Stage>* out) {
    const Value* value = Find(name);
    if (value == nullptr) return;
    if (!value->IsArray()) return Fail(name, "must be a list of {duration, target}");
    for (const auto& item : value->GetArray()) {
      if (!item.IsObject()) return Fail(name, "must be a list of {duration, target}");
      Reader stage(item, where_ + name + "[].");
      Stage read;
      stage.Duration("duration", &read.duration);
      stage.Number("target", &read.target);
      if (!stage.Has("target")) stage.Fail("target", "is missing");
      if (read.target < 0) stage.Fail("target", "must not be negative");
      if (!stage.status.ok() && status.ok()) status = stage.status;
      out->push_back(read);
    }
  }

  Status status;

 private:
  const Value& object_;
  std::string where_;
};

double PeakOf(const Scenario& scenario, double start) {
  double peak = start;
  for (const Stage& stage : scenario.stages) peak = std::max(peak, stage.target);
  return peak;
}

Result<ExecutorKind> KindOf(const std::string& name, const std::string& scenario) {
  const auto it = std::ranges::find(kExecutorNames, name);
  if (it != kExecutorNames.end()) return ExecutorKind(it - kExecutorNames.begin());
  if (name == "externally-controlled") {
    return InvalidArgument("scenario '" + scenario +
                           "': the executor externally-controlled is not there (k6 2 removed it "
                           "too); use ramping-vus or ramping-arrival-rate");
  }
  return InvalidArgument("scenario '" + scenario + "' has an unknown executor: '" + name + "'");
}

void ReadLoad(Reader& in, Scenario* out) {
  using enum ExecutorKind;
  switch (out->kind) {
    case kSharedIterations:
    case kPerVuIterations:
      in.Count("vus", &out->vus, 1);
      in.Count("iterations", &out->iterations, 1);
      in.Duration("maxDuration", &out->duration);
      if (out->kind == kSharedIterations && out->iterations < out->vus) {
        out->vus = uint32_t(out->iterations);
      }
      break;
    case kConstantVus:
      in.Count("vus", &out->vus, 1);
      if (!in.Has("duration")) in.Fail("duration", "is missing");
      in.Duration("duration", &out->duration);
      break;
    case kRampingVus:
      in.Count("startVUs", &out->vus);
      in.Stages("stages", &out->stages);
      in.Duration("gracefulRampDown", &out->graceful_ramp_down);
      if (out->stages.empty()) in.Fail("stages", "are missing");
      break;
    case kConstantArrivalRate:
      in.Number("rate", &out->rate);
      if (out->rate <= 0) in.Fail("rate", "must be more than 0");
      if (!in.Has("duration")) in.Fail("duration", "is missing");
      in.Duration("duration", &out->duration);
      break;
    case kRampingArrivalRate:
      in.Number("startRate", &out->rate);
      in.Stages("stages", &out->stages);
      if (out->stages.empty()) in.Fail("stages", "are missing");
      break;
  }
}

Result<Scenario> ReadScenario(const std::string& name, const Value& value) {
  if (!value.IsObject()) return InvalidArgument("scenario '" + name + "' must be an object");
  Reader in(value, "scenario '" + name + "': ");
  Scenario out;
  out.name = name;
  std::string executor;
  in.Text("executor", &executor);
  if (executor.empty()) return InvalidArgument("scenario '" + name + "' names no executor");
  SB_ASSIGN_OR_RETURN(out.kind, KindOf(executor, name));
  in.Text("exec", &out.exec);
  in.Duration("startTime", &out.start_time);
  in.Duration("gracefulStop", &out.graceful_stop);
  in.Texts("env", [&](std::string key, std::string text) { out.env[key] = std::move(text); });
  in.Texts("tags", [&](std::string key, std::string text) {
    out.tags.emplace_back(std::move(key), std::move(text));
  });
  ReadLoad(in, &out);
  if (out.kind >= ExecutorKind::kConstantArrivalRate) {
    in.Duration("timeUnit", &out.time_unit);
    if (out.time_unit <= 0) in.Fail("timeUnit", "must be more than 0");
    if (!in.Has("preAllocatedVUs")) in.Fail("preAllocatedVUs", "is missing");
    in.Count("preAllocatedVUs", &out.vus);
    out.max_vus = out.vus;
    in.Count("maxVUs", &out.max_vus);
    if (out.max_vus < out.vus) in.Fail("maxVUs", "must not be less than preAllocatedVUs");
  }
  if (const Value* options = in.Find("options"); options != nullptr && options->IsObject() &&
                                                 options->HasMember("browser")) {
    in.Fail("options.browser", "asks for k6/browser, which Signalbox does not have");
  }
  if (!in.status.ok()) return in.status;
  if (out.VusMax() > kVusLimit) {
    return base::InvalidArgument(fmt::format(
        "scenario '{}' wants {} VUs; one process runs at most {}", name, out.VusMax(), kVusLimit));
  }
  return out;
}

// What `vus`, `duration`, `iterations` and `stages` at the top mean.
Result<Scenario> ReadShortcuts(Reader& in) {
  Scenario out;
  out.name = "default";
  const int ways = int(in.Has("duration") && !in.Has("iterations")) + int(in.Has("iterations")) +
                   int(in.Has("stages"));
  if (ways > 1) {
    return InvalidArgument("options conflict: only one of duration, iterations and stages");
  }
  in.Count("vus", &out.vus, in.Has("stages") ? 0 : 1);
  if (in.Has("iterations")) {
    out.kind = ExecutorKind::kSharedIterations;
    in.Count("iterations", &out.iterations, 1);
    in.Duration("duration", &out.duration);
    if (in.status.ok() && out.iterations < out.vus) {
      return InvalidArgument(fmt::format("{} iterations are fewer than {} VUs", out.iterations,
                                         out.vus));
    }
  } else if (in.Has("duration")) {
    out.kind = ExecutorKind::kConstantVus;
    in.Duration("duration", &out.duration);
    if (out.duration <= 0) in.Fail("duration", "must be more than 0");
  } else if (in.Has("stages")) {
    out.kind = ExecutorKind::kRampingVus;
    in.Stages("stages", &out.stages);
  } else {
    out.vus = 1;  // `vus` alone says nothing, as in k6: one iteration
  }
  if (!in.status.ok()) return in.status;
  if (out.VusMax() > kVusLimit) {
    return InvalidArgument(
        fmt::format("{} VUs are asked for; one process runs at most {}", out.VusMax(), kVusLimit));
  }
  return out;
}

Status ReadThresholds(const Value& value, TestOptions* out) {
  if (!value.IsObject()) return InvalidArgument("thresholds must be an object");
  for (const auto& member : value.GetObject()) {
    std::vector<ThresholdSpec> specs;
    const std::string metric = member.name.GetString();
    const auto add = [&](const Value& item) -> Status {
      if (item.IsString()) {
        specs.push_back({item.GetString(), false, 0});
        return base::OkStatus();
      }
      if (!item.IsObject()) return InvalidArgument("thresholds of " + metric + " must be strings");
      Reader in(item, "threshold of " + metric + ": ");
      ThresholdSpec spec;
      in.Text("threshold", &spec.source);
      in.Bool("abortOnFail", &spec.abort_on_fail);
      in.Duration("delayAbortEval", &spec.delay_abort);
      specs.push_back(spec);
      return in.status;
    };
    if (member.value.IsArray()) {
      for (const auto& item : member.value.GetArray()) SB_RETURN_IF_ERROR(add(item));
    } else {
      SB_RETURN_IF_ERROR(add(member.value));
    }
    out->thresholds.emplace_back(metric, std::move(specs));
  }
  return base::OkStatus();
}

void ReadSettings(Reader& in, TestOptions* out) {
  in.Texts("tags", [&](std::string key, std::string text) {
    out->tags.emplace_back(std::move(key), std::move(text));
  });
  in.Texts("hosts", [&](std::string key, std::string text) { out->hosts[key] = std::move(text); });
  in.Text("summaryTimeUnit", &out->summary_time_unit);
  in.Text("userAgent", &out->user_agent);
  in.Duration("setupTimeout", &out->setup_timeout);
  in.Duration("teardownTimeout", &out->teardown_timeout);
  in.Duration("minIterationDuration", &out->min_iteration_duration);
  in.Count("maxRedirects", &out->max_redirects);
  in.Count("batch", &out->batch, 1);
  in.Count("batchPerHost", &out->batch_per_host);
  in.Number("rps", &out->rps);
  in.Bool("discardResponseBodies", &out->discard_response_bodies);
  in.Bool("insecureSkipTLSVerify", &out->insecure_skip_tls_verify);
  in.Bool("noCookiesReset", &out->no_cookies_reset);
  in.Bool("noConnectionReuse", &out->no_connection_reuse);
  in.Bool("noVUConnectionReuse", &out->no_vu_connection_reuse);
  in.Bool("throw", &out->throw_errors);
  in.Bool("noSetup", &out->no_setup);
  in.Bool("noTeardown", &out->no_teardown);
  in.Bool("noThresholds", &out->no_thresholds);
  if (const Value* stats = in.Find("summaryTrendStats")) {
    if (!stats->IsArray()) return in.Fail("summaryTrendStats", "must be a list");
    out->summary_trend_stats.clear();
    for (const auto& item : stats->GetArray()) {
      if (!item.IsString()) return in.Fail("summaryTrendStats", "must be a list of strings");
      out->summary_trend_stats.emplace_back(item.GetString());
    }
  }
}

}  // namespace

std::string_view ExecutorName(ExecutorKind kind) {
  return kExecutorNames[size_t(kind)];
}

uint32_t Scenario::VusMax() const {
  if (kind == ExecutorKind::kRampingVus) return uint32_t(std::ceil(PeakOf(*this, vus)));
  return kind >= ExecutorKind::kConstantArrivalRate ? std::max(vus, max_vus) : vus;
}

Nanos Scenario::RegularDuration() const {
  if (stages.empty()) return duration;
  Nanos total = 0;
  for (const Stage& stage : stages) total += stage.duration;
  return total;
}

std::string Scenario::Describe() const {
  using enum ExecutorKind;
  const std::string length = DurationText(RegularDuration());
  std::string text;
  switch (kind) {
    case kSharedIterations:
      text = fmt::format("{} iterations shared among {} VUs (maxDuration: {}", iterations, vus,
                         length);
      break;
    case kPerVuIterations:
      text = fmt::format("{} iterations for each of {} VUs (maxDuration: {}", iterations, vus,
                         length);
      break;
    case kConstantVus: text = fmt::format("{} looping VUs for {} (", vus, length); break;
    case kRampingVus:
      text = fmt::format("Up to {} looping VUs for {} over {} stages (gracefulRampDown: {}",
                         VusMax(), length, stages.size(), DurationText(graceful_ramp_down));
      break;
    case kConstantArrivalRate:
      text = fmt::format("{:.2f} iterations/s for {} (maxVUs: {}-{}",
                         rate * double(kSecond) / double(time_unit), length, vus, max_vus);
      break;
    case kRampingArrivalRate:
      text = fmt::format("Up to {:.2f} iterations/s for {} over {} stages (maxVUs: {}-{}",
                         PeakOf(*this, rate) * double(kSecond) / double(time_unit), length,
                         stages.size(), vus, max_vus);
      break;
  }
  if (exec != "default") text += (text.back() == '(' ? "exec: " : ", exec: ") + exec;
  if (start_time > 0) {
    text += (text.back() == '(' ? "startTime: " : ", startTime: ") + DurationText(start_time);
  }
  if (graceful_stop > 0) {
    text += (text.back() == '(' ? "gracefulStop: " : ", gracefulStop: ") +
            DurationText(graceful_stop);
  }
  return text + ")";
}

void MergeLayer(const Value& layer, rapidjson::Document* merged) {
  if (!merged->IsObject()) merged->SetObject();
  if (!layer.IsObject()) return;
  auto& allocator = merged->GetAllocator();
  const bool executes = std::ranges::any_of(kExecution, [&](const char* name) {
    const auto it = layer.FindMember(name);
    return it != layer.MemberEnd() && !it->value.IsNull();
  });
  if (executes) {
    for (const char* name : kExecution) merged->RemoveMember(name);
  }
  for (const auto& member : layer.GetObject()) {
    if (member.value.IsNull()) continue;
    const bool adds = member.name == "tags" && merged->HasMember("tags") &&
                      (*merged)["tags"].IsObject() && member.value.IsObject();
    Value& into = adds ? (*merged)["tags"] : *merged;
    const auto set = [&](Value& object, const Value& name, const Value& value) {
      object.RemoveMember(name.GetString());
      object.AddMember(Value(name, allocator), Value(value, allocator), allocator);
    };
    if (!adds) {
      set(into, member.name, member.value);
    } else {
      for (const auto& tag : member.value.GetObject()) set(into, tag.name, tag.value);
    }
  }
}

Result<TestOptions> ReadOptions(const Value& merged) {
  TestOptions out;
  Reader in(merged, "");
  ReadSettings(in, &out);
  if (!in.status.ok()) return in.status;
  if (const Value* thresholds = in.Find("thresholds")) {
    SB_RETURN_IF_ERROR(ReadThresholds(*thresholds, &out));
  }
  const Value* scenarios = in.Find("scenarios");
  if (scenarios == nullptr) {
    SB_ASSIGN_OR_RETURN(Scenario only, ReadShortcuts(in));
    out.scenarios.push_back(std::move(only));
    return out;
  }
  if (!scenarios->IsObject()) return InvalidArgument("scenarios must be an object");
  if (in.Has("duration") || in.Has("iterations") || in.Has("stages")) {
    return InvalidArgument("options conflict: scenarios beside duration, iterations or stages");
  }
  for (const auto& member : scenarios->GetObject()) {
    SB_ASSIGN_OR_RETURN(Scenario read, ReadScenario(member.name.GetString(), member.value));
    out.scenarios.push_back(std::move(read));
  }
  if (out.scenarios.empty()) return InvalidArgument("scenarios is empty");
  return out;
}

}  // namespace sb::load
