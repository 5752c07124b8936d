// SPDX-License-Identifier: Apache-2.0
#include "slo/slo_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>

namespace sb::slo {
namespace {

std::string Day(int64_t time_ms) {
  const auto day = std::chrono::floor<std::chrono::days>(
      std::chrono::sys_time<std::chrono::milliseconds>(std::chrono::milliseconds(time_ms)));
  const std::chrono::year_month_day date(day);
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
}

// Quoted when needed; never read as a formula by a spreadsheet.
std::string CsvField(std::string text) {
  if (!text.empty() && std::string_view("=+-@").find(text[0]) != std::string_view::npos) {
    text.insert(0, 1, '\'');
  }
  if (text.find_first_of(",\"\n\r") == std::string::npos) {
    return text;
  }
  std::string quoted = "\"";
  for (const char c : text) {
    quoted += c == '"' ? "\"\"" : std::string(1, c);
  }
  return quoted + "\"";
}

std::string GroupText(const model::LabelSet& labels) {
  return labels.empty() ? "" : labels.ToString();
}

// UTF-8 to Latin-1, escaped for a PDF string.
std::string PdfText(std::string_view text, size_t length_max) {
  std::string out;
  size_t length = 0;
  for (size_t i = 0; i < text.size() && length < length_max; ++length) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte < 0x80) {
      if (text[i] == '(' || text[i] == ')' || text[i] == '\\') {
        out += '\\';
      }
      out += byte < 0x20 ? ' ' : text[i];
      ++i;
      continue;
    }
    const size_t bytes = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
    if (bytes == 2 && byte <= 0xc3 && i + 1 < text.size()) {
      out += fmt::format("\\{:03o}",
                         ((byte & 3) << 6) | (static_cast<unsigned char>(text[i + 1]) & 0x3f));
    } else {
      out += '?';
    }
    i += bytes;
  }
  return out;
}

// A PDF of pages with lines of text, written object by object.
class PdfWriter {
 public:
  void AddPage(const std::string& content) { pages_.push_back(content); }

  std::string Finish() {
    out_ = "%PDF-1.4\n";
    std::string kids;
    for (size_t i = 0; i < pages_.size(); ++i) {
      kids += fmt::format("{} 0 R ", 5 + 2 * i);
    }
    Object("<< /Type /Catalog /Pages 2 0 R >>");
    Object(fmt::format("<< /Type /Pages /Kids [{}] /Count {} >>", kids, pages_.size()));
    Object("<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>");
    Object(
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica-Bold /Encoding "
        "/WinAnsiEncoding >>");
    for (size_t i = 0; i < pages_.size(); ++i) {
      Object(
          fmt::format("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 842 595] /Resources << "
                      "/Font << /F1 3 0 R /F2 4 0 R >> >> /Contents {} 0 R >>",
                      6 + 2 * i));
      Object(fmt::format("<< /Length {} >>\nstream\n{}\nendstream", pages_[i].size(), pages_[i]));
    }
    const size_t table = out_.size();
    out_ += fmt::format("xref\n0 {}\n0000000000 65535 f \n", offsets_.size() + 1);
    for (const size_t offset : offsets_) {
      out_ += fmt::format("{:010} 00000 n \n", offset);
    }
    out_ += fmt::format("trailer << /Size {} /Root 1 0 R >>\nstartxref\n{}\n%%EOF\n",
                        offsets_.size() + 1, table);
    return std::move(out_);
  }

 private:
  void Object(const std::string& body) {
    offsets_.push_back(out_.size());
    out_ += fmt::format("{} 0 obj\n{}\nendobj\n", offsets_.size(), body);
  }
  std::vector<std::string> pages_;
  std::vector<size_t> offsets_;
  std::string out_;
};

constexpr int kColumns[] = {40, 150, 370, 430, 500, 580, 660, 740};
constexpr int kLineHeight = 12;
constexpr int kPageBottom = 40;

// Lines of at most `length_max` bytes, broken after spaces and commas, else anywhere between
// characters: nothing is cut off.
std::vector<std::string> Wrapped(std::string_view text, size_t length_max) {
  std::vector<std::string> lines;
  while (text.size() > length_max) {
    size_t end = text.find_last_of(" ,", length_max - 1);
    end = end == std::string_view::npos || end == 0 ? length_max : end + 1;
    while (end > 1 && end < text.size() && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) {
      --end;
    }
    lines.emplace_back(text.substr(0, end));
    text.remove_prefix(end);
  }
  lines.emplace_back(text);
  return lines;
}

struct PdfTableRow {
  std::string text;
  int height = 0;
};

// One row of the table whose first line stands at `y`.
PdfTableRow PdfRow(int y, const char* font, const std::vector<std::string>& cells) {
  PdfTableRow row;
  for (size_t i = 0; i < cells.size(); ++i) {
    const int next = i + 1 < cells.size() ? kColumns[i + 1] : 810;
    // Helvetica of 9 points is 5 points wide on average, of capitals and digits a little more.
    const auto width = static_cast<size_t>((next - kColumns[i]) / 5);
    int line_y = y;
    for (const std::string& line : Wrapped(cells[i], width)) {
      row.text += fmt::format("BT /{} 9 Tf {} {} Td ({}) Tj ET\n", font, kColumns[i], line_y,
                              PdfText(line, width));
      line_y -= kLineHeight;
    }
    row.height = std::max(row.height, y - line_y + 5);
  }
  return row;
}

// Counts of events are whole numbers but for the rounding of sums; small ones may come from ratios.
std::string Count(double count) {
  return std::abs(count) >= 100 || count == std::floor(count) ? fmt::format("{:.0f}", count)
                                                              : fmt::format("{:.2f}", count);
}

std::vector<std::string> PdfCells(const ReportLine& line) {
  const std::string group = GroupText(line.labels);
  return {line.objective.service,
          line.objective.name + (group.empty() ? "" : " " + group),
          GoFloat(line.objective.percent) + " %",
          line.events.total > 0 ? fmt::format("{:.4f} %", 100 * line.budget.sli) : "no events",
          Count(line.events.errors),
          Count(line.events.total),
          fmt::format("{:.1f} %", 100 * line.budget.remaining),
          line.budget.met ? "yes" : "NO"};
}

}  // namespace

std::string ReportCsv(const std::vector<ReportLine>& lines) {
  std::string csv =
      "service,slo,group,objective_percent,sli_percent,met,total,errors,budget_remaining_percent,"
      "downtime_minutes\n";
  for (const ReportLine& line : lines) {
    csv +=
        fmt::format("{},{},{},{},{:.6f},{},{},{},{:.4f},{:.2f}\n", CsvField(line.objective.service),
                    CsvField(line.objective.name), CsvField(GroupText(line.labels)),
                    GoFloat(line.objective.percent), 100 * line.budget.sli,
                    line.budget.met ? "yes" : "no", Count(line.events.total),
                    Count(line.events.errors), 100 * line.budget.remaining, line.downtime_minutes);
  }
  return csv;
}

std::string ReportPdf(const std::vector<ReportLine>& lines, int64_t start_ms, int64_t end_ms) {
  PdfWriter pdf;
  size_t at = 0;
  do {
    std::string page = fmt::format("BT /F2 16 Tf 40 550 Td (Service level report {} to {}) Tj ET\n",
                                   Day(start_ms), Day(end_ms - 1));
    page += PdfRow(525, "F2",
                   {"Service", "Objective", "Target", "Reached", "Errors", "Events", "Budget left",
                    "Met"})
                .text;
    int y = 505;
    for (bool is_first = true; at < lines.size(); ++at, is_first = false) {
      const PdfTableRow row = PdfRow(y, "F1", PdfCells(lines[at]));
      if (y - row.height < kPageBottom && !is_first) {
        break;
      }
      page += row.text;
      y -= row.height;
    }
    pdf.AddPage(page);
  } while (at < lines.size());
  return pdf.Finish();
}

}  // namespace sb::slo
