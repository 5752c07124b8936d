// SPDX-License-Identifier: Apache-2.0
#include "query/metricsql/function_kind.h"

#include <unordered_map>

namespace sb::metricsql {
namespace {

template <typename Row>
using Table = std::unordered_map<std::string_view, const Row*>;

template <typename Row>
const Row* Look(const Table<Row>& table, std::string_view name) {
  const auto it = table.find(name);
  return it == table.end() ? nullptr : it->second;
}

template <typename Row>
void AddAll(std::span<const Row> rows, Table<Row>* table) {
  for (const Row& row : rows) {
    table->emplace(row.name, &row);
  }
}

}  // namespace

const RollupFunction* FindRollup(std::string_view name) {
  static const Table<RollupFunction>& table = *new Table<RollupFunction>([] {
    Table<RollupFunction> out;
    for (const auto rows : {OverTimeFunctions(), DifferenceFunctions(), PositionFunctions()}) {
      AddAll(rows, &out);
    }
    return out;
  }());
  return Look(table, name);
}

const TransformFunction* FindTransform(std::string_view name) {
  static const Table<TransformFunction>& table = *new Table<TransformFunction>([] {
    Table<TransformFunction> out;
    for (const auto rows :
         {MathFunctions(), TimeFunctions(), LabelFunctions(), LabelTextFunctions(),
          RangeFunctions(), FillFunctions(), BucketFunctions(), OrderFunctions()}) {
      AddAll(rows, &out);
    }
    return out;
  }());
  return Look(table, name);
}

bool IsFunctionName(std::string_view name) {
  return FindRollup(name) != nullptr || FindTransform(name) != nullptr;
}

}  // namespace sb::metricsql
