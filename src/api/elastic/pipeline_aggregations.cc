// SPDX-License-Identifier: Apache-2.0
#include "api/elastic/pipeline_aggregations.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "api/elastic/painless.h"
#include "config/duration.h"

namespace sb::api {
namespace {

using config::Node;
using Values = std::vector<std::optional<PipelineValue>>;

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr double kWindowMax = 65'535;

class NoPart final : public AggregationPart {
 public:
  void Add(const ElasticRow& /*row*/) override {}
  void Write(JsonWriter* /*json*/) override {}
};

class Derivative final : public PipelineKind {
 public:
  Derivative(std::string name, std::string path, bool insert_zeros, double unit_ms)
      : PipelineKind(std::move(name), {std::move(path)}, insert_zeros), unit_ms_(unit_ms) {}
  Values Run(const Input& input) const override {
    const std::vector<double>& in = input.columns[0];
    Values out(in.size());
    for (size_t i = 1; i < in.size(); ++i) {
      PipelineValue value{in[i] - in[i - 1], std::nullopt};
      if (unit_ms_ > 0 && i < input.keys.size()) {
        value.normalized = value.value / ((input.keys[i] - input.keys[i - 1]) / unit_ms_);
      }
      out[i] = value;
    }
    return out;
  }

 private:
  const double unit_ms_;  // 0: none
};

class CumulativeSum final : public PipelineKind {
 public:
  CumulativeSum(std::string name, std::string path, bool insert_zeros)
      : PipelineKind(std::move(name), {std::move(path)}, insert_zeros) {}
  Values Run(const Input& input) const override {
    Values out;
    double sum = 0;
    for (const double number : input.columns[0]) {
      sum += std::isfinite(number) ? number : 0;
      out.emplace_back(PipelineValue{sum, std::nullopt});
    }
    return out;
  }
};

class SerialDifference final : public PipelineKind {
 public:
  SerialDifference(std::string name, std::string path, bool insert_zeros, size_t lag)
      : PipelineKind(std::move(name), {std::move(path)}, insert_zeros), lag_(lag) {}
  Values Run(const Input& input) const override {
    const std::vector<double>& in = input.columns[0];
    Values out(in.size());
    for (size_t i = lag_; i < in.size(); ++i) {
      if (!std::isnan(in[i]) && !std::isnan(in[i - lag_])) {
        out[i] = PipelineValue{in[i] - in[i - lag_], std::nullopt};
      }
    }
    return out;
  }

 private:
  const size_t lag_;
};

// The script over the numbers of the `window` buckets before this one; gaps do not count.
class MovingFunction final : public PipelineKind {
 public:
  struct Window {
    int64_t size = 5;
    int64_t shift = 0;
  };
  MovingFunction(std::string name, std::string path, bool insert_zeros, Window window,
                 Painless script)
      : PipelineKind(std::move(name), {std::move(path)}, insert_zeros),
        window_(window),
        script_(std::move(script)) {}
  Values Run(const Input& input) const override {
    const std::vector<double>& in = input.columns[0];
    std::vector<double> numbers;
    std::copy_if(in.begin(), in.end(), std::back_inserter(numbers),
                 [](double number) { return !std::isnan(number); });
    const auto count = static_cast<int64_t>(numbers.size());
    Values out(in.size());
    int64_t index = 0;
    for (size_t i = 0; i < in.size(); ++i) {
      if (std::isnan(in[i])) {
        continue;
      }
      const int64_t from = std::clamp<int64_t>(index - window_.size + window_.shift, 0, count);
      const int64_t to = std::clamp<int64_t>(index + window_.shift, from, count);
      Painless::Scope scope;
      scope.values = std::span<const double>(numbers).subspan(static_cast<size_t>(from),
                                                              static_cast<size_t>(to - from));
      out[i] = PipelineValue{script_.Evaluate(scope), std::nullopt};
      ++index;
    }
    return out;
  }

 private:
  const Window window_;
  const Painless script_;
};

class BucketScript final : public PipelineKind {
 public:
  BucketScript(std::string name, std::vector<std::string> paths, bool insert_zeros,
               std::vector<std::string> variables, Painless::Scope constants, Painless script)
      : PipelineKind(std::move(name), std::move(paths), insert_zeros),
        variables_(std::move(variables)),
        constants_(std::move(constants)),
        script_(std::move(script)) {}
  Values Run(const Input& input) const override {
    const size_t count = input.columns.empty() ? 0 : input.columns[0].size();
    Values out(count);
    for (size_t i = 0; i < count; ++i) {
      Painless::Scope scope = constants_;
      bool has_gap = false;
      for (size_t v = 0; v < variables_.size(); ++v) {
        scope.params[variables_[v]] = input.columns[v][i];
        has_gap = has_gap || !std::isfinite(input.columns[v][i]);
      }
      if (!has_gap) {
        out[i] = PipelineValue{script_.Evaluate(scope), std::nullopt};
      }
    }
    return out;
  }

 private:
  const std::vector<std::string> variables_;
  const Painless::Scope constants_;
  const Painless script_;
};

std::string ScriptText(const Node& body) {
  const Node* const script = body.Find("script");
  if (script == nullptr || !script->IsMapping()) {
    return script == nullptr ? "" : script->text;
  }
  const std::string source = MemberText(*script, "source");
  return source.empty() ? MemberText(*script, "inline") : source;
}

base::Result<AggregationKindPtr> ParseBucketScript(const std::string& name, const Node& body,
                                                   bool insert_zeros) {
  std::vector<std::string> paths;
  std::vector<std::string> variables;
  const Node* const named = body.Find("buckets_path");
  if (named == nullptr || named->IsNull()) {
    return base::InvalidArgument("Required [buckets_path] of [" + name + "]");
  }
  if (named->IsMapping()) {
    for (const Node::Entry& entry : named->entries) {
      variables.push_back(entry.key->text);
      paths.push_back(PlainPath(entry.value->text));
    }
  } else {
    variables.emplace_back("_value");
    paths.push_back(PlainPath(named->text));
  }
  SB_ASSIGN_OR_RETURN(Painless script, Painless::Parse(ScriptText(body)));
  Painless::Scope constants;
  const Node* const object = body.Find("script");
  const Node* const params =
      object != nullptr && object->IsMapping() ? object->Find("params") : nullptr;
  if (params != nullptr && params->IsMapping()) {
    for (const Node::Entry& entry : params->entries) {
      constants.params[entry.key->text] = MemberNumber(*params, entry.key->text, kNaN);
    }
  }
  for (const std::string& used : script.names()) {
    if (std::find(variables.begin(), variables.end(), used) == variables.end() &&
        !constants.params.contains(used)) {
      return base::InvalidArgument(fmt::format(
          "bucket_script [{}] reads params.{}, which buckets_path does not name", name, used));
    }
  }
  return AggregationKindPtr(
      std::make_unique<BucketScript>(name, std::move(paths), insert_zeros, std::move(variables),
                                     std::move(constants), std::move(script)));
}

// moving_avg of older clients is moving_fn with the function of its model.
base::Result<std::string> MovingScript(const std::string& type, const Node& body) {
  if (type == "moving_fn") {
    return ScriptText(body);
  }
  const std::string model = MemberText(body, "model");
  const Node* const settings = body.Find("settings");
  const auto setting = [settings](const char* name, double fallback) {
    return settings == nullptr ? fallback : MemberNumber(*settings, name, fallback);
  };
  if (model.empty() || model == "simple") {
    return std::string("MovingFunctions.unweightedAvg(values)");
  }
  if (model == "linear") {
    return std::string("MovingFunctions.linearWeightedAvg(values)");
  }
  if (model == "ewma") {
    return fmt::format("MovingFunctions.ewma(values, {})", setting("alpha", 0.3));
  }
  if (model == "holt") {
    return fmt::format("MovingFunctions.holt(values, {}, {})", setting("alpha", 0.3),
                       setting("beta", 0.1));
  }
  return base::InvalidArgument("moving_avg knows the models simple, linear, ewma and holt, not [" +
                               model + "]");
}

base::Result<AggregationKindPtr> ParseMoving(const std::string& name, const std::string& type,
                                             const Node& body, std::string path,
                                             bool insert_zeros) {
  const double size = MemberNumber(body, "window", 5);
  const double shift = MemberNumber(body, "shift", 0);
  if (size < 1 || size > kWindowMax || std::fabs(shift) > kWindowMax) {
    return base::InvalidArgument("[window] of [" + name + "] must be a positive, non-zero integer");
  }
  SB_ASSIGN_OR_RETURN(const std::string text, MovingScript(type, body));
  SB_ASSIGN_OR_RETURN(Painless script, Painless::Parse(text));
  return AggregationKindPtr(std::make_unique<MovingFunction>(
      name, std::move(path), insert_zeros,
      MovingFunction::Window{static_cast<int64_t>(size), static_cast<int64_t>(shift)},
      std::move(script)));
}

const PipelineKind* AsPipeline(const AggregationKind& kind) {
  return kind.is_pipeline() ? static_cast<const PipelineKind*>(&kind) : nullptr;
}

std::string_view FirstName(std::string_view path) {
  return path.substr(0, path.find('.'));
}

}  // namespace

std::unique_ptr<AggregationPart> PipelineKind::NewPart(size_t* /*buckets*/) const {
  return std::make_unique<NoPart>();
}

double NumberOfBucket(const Bucket& bucket, std::string_view path) {
  if (path == "_count") {
    return static_cast<double>(bucket.count);
  }
  double value = kNaN;
  return bucket.inner != nullptr && bucket.inner->Number(path, &value) ? value : kNaN;
}

std::string PlainPath(std::string path) {
  std::replace(path.begin(), path.end(), '>', '.');
  std::replace(path.begin(), path.end(), '[', '.');
  std::erase(path, ']');
  return path;
}

base::Result<AggregationKindPtr> ParsePipelineKind(const std::string& name, std::string_view kind,
                                                   const Node& body) {
  const std::string type(kind);
  const bool insert_zeros = MemberText(body, "gap_policy") == "insert_zeros";
  if (type == "bucket_script") {
    return ParseBucketScript(name, body, insert_zeros);
  }
  if (type != "derivative" && type != "cumulative_sum" && type != "serial_diff" &&
      type != "moving_fn" && type != "moving_avg") {
    return AggregationKindPtr();
  }
  std::string path = PlainPath(MemberText(body, "buckets_path"));
  if (path.empty()) {
    return base::InvalidArgument("Required [buckets_path] of [" + name + "]");
  }
  if (type == "cumulative_sum") {
    return AggregationKindPtr(std::make_unique<CumulativeSum>(name, std::move(path), insert_zeros));
  }
  if (type == "serial_diff") {
    const double lag = std::clamp(MemberNumber(body, "lag", 1), 1.0, kWindowMax);
    return AggregationKindPtr(std::make_unique<SerialDifference>(
        name, std::move(path), insert_zeros, static_cast<size_t>(lag)));
  }
  if (type == "derivative") {
    const std::string unit = MemberText(body, "unit");
    base::DurationMs unit_ms;
    if (!unit.empty()) {
      SB_ASSIGN_OR_RETURN(unit_ms, config::ParseDuration(unit));
    }
    return AggregationKindPtr(std::make_unique<Derivative>(name, std::move(path), insert_zeros,
                                                           static_cast<double>(unit_ms.Value())));
  }
  return ParseMoving(name, type, body, std::move(path), insert_zeros);
}

base::Status CheckPipelinePaths(const AggregationPlan& plan) {
  // What can be computed so far; a pipeline waits for those that it reads.
  std::vector<std::string_view> known = {"_count"};
  std::vector<const PipelineKind*> waiting;
  for (const auto& kind : plan.kinds()) {
    if (const PipelineKind* const pipeline = AsPipeline(*kind); pipeline != nullptr) {
      waiting.push_back(pipeline);
    } else {
      known.push_back(kind->name());
    }
  }
  while (!waiting.empty()) {
    const size_t before = waiting.size();
    std::erase_if(waiting, [&known](const PipelineKind* kind) {
      const bool is_ready = std::all_of(
          kind->paths().begin(), kind->paths().end(), [&known](const std::string& path) {
            return std::find(known.begin(), known.end(), FirstName(path)) != known.end();
          });
      if (is_ready) {
        known.push_back(kind->name());
      }
      return is_ready;
    });
    if (waiting.size() == before) {
      return base::InvalidArgument(fmt::format("No aggregation found for path [{}] of [{}]",
                                               waiting[0]->paths()[0], waiting[0]->name()));
    }
  }
  return base::OkStatus();
}

PipelineResults::PipelineResults(const AggregationPlan& plan, const std::vector<Bucket*>& buckets,
                                 std::span<const double> keys) {
  std::vector<const PipelineKind*> waiting;
  for (const auto& kind : plan.kinds()) {
    if (const PipelineKind* const pipeline = AsPipeline(*kind); pipeline != nullptr) {
      waiting.push_back(pipeline);
    }
  }
  const auto is_ready = [&](const PipelineKind* kind) {
    return std::none_of(kind->paths().begin(), kind->paths().end(), [&](const std::string& path) {
      return std::any_of(waiting.begin(), waiting.end(), [&path](const PipelineKind* other) {
        return other->name() == FirstName(path);
      });
    });
  };
  // The paths were checked: there is always one that is ready.
  while (!waiting.empty()) {
    const auto next = std::find_if(waiting.begin(), waiting.end(), is_ready);
    const PipelineKind& kind = next == waiting.end() ? *waiting.front() : **next;
    PipelineKind::Input input;
    input.keys = keys;
    for (const std::string& path : kind.paths()) {
      input.columns.push_back(Read(kind, path, buckets));
    }
    columns_.push_back({kind.name(), kind.Run(input)});
    waiting.erase(next == waiting.end() ? waiting.begin() : next);
  }
}

const PipelineResults::Column* PipelineResults::Find(std::string_view name) const {
  const auto found = std::find_if(columns_.begin(), columns_.end(),
                                  [name](const Column& column) { return column.name == name; });
  return found == columns_.end() ? nullptr : &*found;
}

std::vector<double> PipelineResults::Read(const PipelineKind& kind, const std::string& path,
                                          const std::vector<Bucket*>& buckets) const {
  const Column* const computed = Find(FirstName(path));
  std::vector<double> out;
  out.reserve(buckets.size());
  for (size_t i = 0; i < buckets.size(); ++i) {
    double number = kNaN;
    if (computed != nullptr) {
      const auto& value = computed->values[i];
      number = !value.has_value()                    ? kNaN
               : path.ends_with(".normalized_value") ? value->normalized.value_or(kNaN)
                                                     : value->value;
    } else if (path == "_count" || buckets[i]->count > 0) {
      number = NumberOfBucket(*buckets[i], path);
    }
    out.push_back(kind.insert_zeros() && !std::isfinite(number) ? 0 : number);
  }
  return out;
}

void PipelineResults::Write(size_t bucket, JsonWriter* json) const {
  const auto write = [json](const char* key, double value) {
    json->Key(key);
    std::isfinite(value) ? json->Double(value) : json->Null();
  };
  for (const Column& column : columns_) {
    const auto& value = column.values[bucket];
    if (!value.has_value()) {
      continue;
    }
    json->Key(column.name).BeginObject();
    write("value", value->value);
    if (value->normalized.has_value()) {
      write("normalized_value", *value->normalized);
    }
    json->EndObject();
  }
}

}  // namespace sb::api
