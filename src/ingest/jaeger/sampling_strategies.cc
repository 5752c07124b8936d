// SPDX-License-Identifier: Apache-2.0
#include "ingest/jaeger/sampling_strategies.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "config/json_reader.h"
#include "encoding/protobuf.h"
#include "wire/otlp/json_text.h"

namespace sb::ingest {
namespace {

using config::Node;
using Operation = SamplingStrategy::Operation;

base::Status Complain(const std::string& file, const Node& node, const std::string& what) {
  return base::InvalidArgument(
      fmt::format("{}:{}:{}: {}", file, node.position.line, node.position.column, what));
}

std::string TextOf(const Node& node, std::string_view key) {
  const Node* found = node.Find(key);
  return found == nullptr ? "" : found->text;
}

base::Result<double> ParamOf(const Node& node, const std::string& file) {
  const Node* param = node.Find("param");
  if (param == nullptr) {
    return Complain(file, node, "a strategy needs a param");
  }
  double value = 0;
  const char* const end = param->text.data() + param->text.size();
  const auto parsed = std::from_chars(param->text.data(), end, value);
  if (parsed.ec != std::errc() || parsed.ptr != end || !std::isfinite(value) || value < 0) {
    return Complain(file, *param, "param must be a number that is not negative: " + param->text);
  }
  return value;
}

base::Status ReadOperation(const Node& node, const std::string& file,
                           std::vector<Operation>* operations) {
  SB_ASSIGN_OR_RETURN(const double param, ParamOf(node, file));
  const std::string type = TextOf(node, "type");
  if (type == "probabilistic") {
    operations->push_back({TextOf(node, "operation"), std::min(param, 1.0)});
  } else if (type != "ratelimiting") {
    return Complain(file, node, "unknown strategy (probabilistic, ratelimiting): " + type);
  }
  return base::OkStatus();
}

base::Status ReadStrategy(const Node& node, const std::string& file, SamplingStrategy* strategy) {
  const std::string type = TextOf(node, "type");
  if (type == "probabilistic") {
    SB_ASSIGN_OR_RETURN(const double param, ParamOf(node, file));
    strategy->probability = std::min(param, 1.0);
    strategy->operation_default_probability = strategy->probability;
  } else if (type == "ratelimiting") {
    SB_ASSIGN_OR_RETURN(const double param, ParamOf(node, file));
    strategy->is_rate_limiting = true;
    strategy->max_traces_per_second = static_cast<int>(std::min(param, 1e9));
  } else {
    return Complain(file, node, "unknown strategy (probabilistic, ratelimiting): " + type);
  }
  const Node* operations = node.Find("operation_strategies");
  if (operations == nullptr || operations->items.empty()) {
    return base::OkStatus();
  }
  strategy->has_operations = true;
  for (const config::NodePtr& operation : operations->items) {
    SB_RETURN_IF_ERROR(ReadOperation(*operation, file, &strategy->operations));
  }
  return base::OkStatus();
}

void MergeDefault(const SamplingStrategy& from, SamplingStrategy* into) {
  if (!from.has_operations) {
    return;
  }
  if (!into->has_operations) {
    into->has_operations = true;
    into->operations = from.operations;
    if (into->is_rate_limiting) {
      into->operation_default_probability = from.operation_default_probability;
    }
    return;
  }
  const std::vector<Operation> own = into->operations;
  for (const Operation& operation : from.operations) {
    if (std::none_of(own.begin(), own.end(),
                     [&](const Operation& o) { return o.name == operation.name; })) {
      into->operations.push_back(operation);
    }
  }
}

}  // namespace

base::Result<SamplingStrategies> SamplingStrategies::Parse(std::string_view text,
                                                           const std::string& file) {
  SB_ASSIGN_OR_RETURN(const config::NodePtr root, config::ParseJson(text, file));
  SamplingStrategies all;
  if (const Node* node = root->Find("default_strategy"); node != nullptr && !node->IsNull()) {
    SB_RETURN_IF_ERROR(ReadStrategy(*node, file, &all.default_));
  }
  if (const Node* services = root->Find("service_strategies")) {
    for (const config::NodePtr& node : services->items) {
      SamplingStrategy strategy;
      SB_RETURN_IF_ERROR(ReadStrategy(*node, file, &strategy));
      MergeDefault(all.default_, &strategy);
      all.services_[TextOf(*node, "service")] = std::move(strategy);
    }
  }
  return all;
}

const SamplingStrategy& SamplingStrategies::Find(const std::string& service) const {
  const auto found = services_.find(service);
  return found == services_.end() ? default_ : found->second;
}

std::string SamplingStrategy::Json() const {
  std::string out = is_rate_limiting
                        ? fmt::format(R"({{"strategyType":"RATE_LIMITING","rateLimitingSampling":)"
                                      R"({{"maxTracesPerSecond":{}}})",
                                      max_traces_per_second)
                        : fmt::format(R"({{"strategyType":"PROBABILISTIC","probabilisticSampling":)"
                                      R"({{"samplingRate":{}}})",
                                      probability);
  if (has_operations) {
    // Old clients compute with the bounds without asking whether they are there.
    out += fmt::format(R"(,"operationSampling":{{"defaultSamplingProbability":{},)"
                       R"("defaultLowerBoundTracesPerSecond":0,)"
                       R"("defaultUpperBoundTracesPerSecond":0,"perOperationStrategies":[)",
                       operation_default_probability);
    for (size_t i = 0; i < operations.size(); ++i) {
      out.append(i == 0 ? R"({"operation":)" : R"(,{"operation":)");
      wire::AppendJsonText(operations[i].name, &out);
      out += fmt::format(R"(,"probabilisticSampling":{{"samplingRate":{}}}}})",
                         operations[i].probability);
    }
    out.append("]}");
  }
  return out.append("}");
}

std::string SamplingStrategy::Proto() const {
  std::string out;
  encoding::ProtoWriter proto(&out);
  proto.Varint(1, is_rate_limiting ? 1 : 0);
  const size_t own = proto.BeginMessage(is_rate_limiting ? 3 : 2);
  if (is_rate_limiting) {
    proto.Int64(1, max_traces_per_second);
  } else {
    proto.Double(1, probability);
  }
  proto.EndMessage(own);
  if (has_operations) {
    const size_t mark = proto.BeginMessage(4);
    proto.Double(1, operation_default_probability);
    for (const Operation& operation : operations) {
      const size_t strategy = proto.BeginMessage(3);
      proto.Bytes(1, operation.name);
      const size_t rate = proto.BeginMessage(2);
      proto.Double(1, operation.probability);
      proto.EndMessage(rate);
      proto.EndMessage(strategy);
    }
    proto.EndMessage(mark);
  }
  return out;
}

}  // namespace sb::ingest
