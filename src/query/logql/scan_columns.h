// SPDX-License-Identifier: Apache-2.0
//
// Which columns a query asks the store for, and which part of each line: where one parser reads the
// lines and nobody else looks at them, only what it looks for.
//
//   options.columns = ColumnsFor(wanted, LineUse::kText, ProjectionFor(plan.stages, wanted));
//
// Threads: pure functions.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "query/logql/ast.h"
#include "query/logql/pipeline.h"
#include "store/interface/event_store.h"
#include "store/interface/line_projection.h"

namespace sb::logql {

// The columns for these labels (null: all) and the line.
enum class LineUse : uint8_t { kNone, kLength, kText };
std::vector<store::ColumnRequest> ColumnsFor(
    const WantedLabels* wanted, LineUse line,
    const std::optional<store::LineProjection>& projection = std::nullopt);

// What is looked for in the line, if only one stage looks at it and can say so; of parsers that
// find any label these (null: all). The line itself must be of no interest.
std::optional<store::LineProjection> ProjectionFor(const std::vector<Stage>& stages,
                                                   const WantedLabels* wanted);

}  // namespace sb::logql
