// SPDX-License-Identifier: Apache-2.0
//
// The compliance report of a period as CSV and as PDF.
//
// Threads: pure functions.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "slo/slo_service.h"

namespace sb::slo {

std::string ReportCsv(const std::vector<ReportLine>& lines);
// One table over as many A4 pages as it needs. Text outside of Latin-1 is shown as "?".
std::string ReportPdf(const std::vector<ReportLine>& lines, int64_t start_ms, int64_t end_ms);

}  // namespace sb::slo
