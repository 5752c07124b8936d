// SPDX-License-Identifier: Apache-2.0
#include "slo/slo_report.h"

#include <fmt/format.h>

#include <chrono>

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

constexpr int kColumns[] = {40, 150, 330, 400, 470, 560, 640, 730};

std::string PdfRow(int y, const char* font, const std::vector<std::string>& cells) {
  std::string out;
  for (size_t i = 0; i < cells.size(); ++i) {
    const int next = i + 1 < cells.size() ? kColumns[i + 1] : 810;
    const auto width = static_cast<size_t>((next - kColumns[i]) / 5);
    out += fmt::format("BT /{} 9 Tf {} {} Td ({}) Tj ET\n", font, kColumns[i], y,
                       PdfText(cells[i], width));
  }
  return out;
}

}  // namespace

std::string ReportCsv(const std::vector<ReportLine>& lines) {
  std::string csv =
      "service,slo,group,objective_percent,sli_percent,met,total,errors,budget_remaining_percent,"
      "downtime_minutes\n";
  for (const ReportLine& line : lines) {
    csv += fmt::format("{},{},{},{},{:.6f},{},{},{},{:.4f},{:.2f}\n",
                       CsvField(line.objective.service), CsvField(line.objective.name),
                       CsvField(GroupText(line.labels)), GoFloat(line.objective.percent),
                       100 * line.budget.sli, line.budget.met ? "yes" : "no",
                       GoFloat(line.events.total), GoFloat(line.events.errors),
                       100 * line.budget.remaining, line.downtime_minutes);
  }
  return csv;
}

std::string ReportPdf(const std::vector<ReportLine>& lines, int64_t start_ms, int64_t end_ms) {
  constexpr size_t kRowsPerPage = 28;
  PdfWriter pdf;
  size_t at = 0;
  do {
    std::string page = fmt::format("BT /F2 16 Tf 40 550 Td (Service level report {} to {}) Tj ET\n",
                                   Day(start_ms), Day(end_ms - 1));
    page += PdfRow(
        525, "F2",
        {"Service", "Objective", "Target", "Reached", "Errors", "Events", "Budget left", "Met"});
    for (size_t row = 0; row < kRowsPerPage && at < lines.size(); ++row, ++at) {
      const ReportLine& line = lines[at];
      page += PdfRow(
          505 - 17 * static_cast<int>(row), "F1",
          {line.objective.service, line.objective.name + " " + GroupText(line.labels),
           GoFloat(line.objective.percent) + " %", fmt::format("{:.3f} %", 100 * line.budget.sli),
           fmt::format("{:.0f}", line.events.errors), fmt::format("{:.0f}", line.events.total),
           fmt::format("{:.1f} %", 100 * line.budget.remaining), line.budget.met ? "yes" : "NO"});
    }
    pdf.AddPage(page);
  } while (at < lines.size());
  return pdf.Finish();
}

}  // namespace sb::slo
