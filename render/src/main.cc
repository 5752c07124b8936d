// SPDX-License-Identifier: Apache-2.0
//
// signalbox-print: one job from standard input, one document to standard output.
//
//   in   {"server": "http://127.0.0.1:3000", "headers": "Authorization: …\r\n", "tz":
//   "Europe/Berlin",
//         "job": {"format": "pdf", "uid": "…", "query": "from=now-1h", "nowMs": 1764230400000}}
//   out  {"status": 200, "message": "", "bytes": 12345} and a line feed, then that many bytes
//
// The server starts it (src/api/print), with limits of time and of how many; the limits of CPU
// time, files and memory it sets itself. Exit code 0 when an answer was written, whatever its
// status; 2 for a job that cannot be read. What the script logs goes to standard error.
#include <fmt/format.h>
#include <rapidjson/document.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "engine.h"

namespace sb::print {
namespace {

constexpr size_t kJobBytesMax = 1U << 20;
constexpr rlim_t kCpuSecondsMax = 120;
constexpr rlim_t kOpenFilesMax = 64;

void Limit(int what, rlim_t value) {
  const rlimit limit{value, value};
  setrlimit(what, &limit);  // A limit that is lower already stays.
}

void LimitProcess() {
  std::signal(SIGPIPE, SIG_IGN);
  // Nobody waits for the document of a server that is gone.
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  Limit(RLIMIT_CPU, kCpuSecondsMax);
  Limit(RLIMIT_CORE, 0);
  struct stat output;
  if (fstat(STDOUT_FILENO, &output) == 0 && !S_ISREG(output.st_mode)) {
    Limit(RLIMIT_FSIZE, 0);  // A pipe is no file: nothing else is written.
  }
  Limit(RLIMIT_NOFILE, kOpenFilesMax);
}

bool ReadAll(std::string* text) {
  char buffer[65536];
  while (true) {
    const ssize_t got = read(STDIN_FILENO, buffer, sizeof buffer);
    if (got < 0)
      return false;
    if (got == 0)
      return true;
    text->append(buffer, static_cast<size_t>(got));
    if (text->size() > kJobBytesMax)
      return false;
  }
}

bool WriteAll(const std::string& bytes) {
  size_t at = 0;
  while (at < bytes.size()) {
    const ssize_t put = write(STDOUT_FILENO, bytes.data() + at, bytes.size() - at);
    if (put <= 0)
      return false;
    at += static_cast<size_t>(put);
  }
  return true;
}

std::string Text(const rapidjson::Value& object, const char* name) {
  const auto it = object.FindMember(name);
  return it != object.MemberEnd() && it->value.IsString()
             ? std::string(it->value.GetString(), it->value.GetStringLength())
             : "";
}

std::string Quoted(const std::string& text) {
  rapidjson::StringBuffer buffer;
  rapidjson::Writer<rapidjson::StringBuffer> writer(buffer);
  writer.String(text.data(), static_cast<rapidjson::SizeType>(text.size()));
  return buffer.GetString();
}

int Main() {
  LimitProcess();
  std::string input;
  rapidjson::Document order;
  if (!ReadAll(&input) || order.Parse(input.data(), input.size()).HasParseError() ||
      !order.IsObject() || !order.HasMember("job") || Text(order, "server").empty()) {
    std::fputs(
        "signalbox-print is started by the server (see docs/dashboards.md): standard input "
        "holds no job\n",
        stderr);
    return 2;
  }
  // Before the engine asks for the zone of the process.
  if (const std::string zone = Text(order, "tz"); !zone.empty()) {
    setenv("TZ", zone.c_str(), 1);
  }
  rapidjson::StringBuffer job;
  rapidjson::Writer<rapidjson::StringBuffer> writer(job);
  order["job"].Accept(writer);
  // The fetcher's threads end with the process.
  auto* fetcher = new Fetcher(Text(order, "server"), Text(order, "headers"));
  const PrintAnswer answer = RunPrint(job.GetString(), *fetcher);
  const bool written =
      WriteAll(fmt::format("{{\"status\":{},\"message\":{},\"bytes\":{}}}\n", answer.status,
                           Quoted(answer.message), answer.document.size()) +
               answer.document);
  std::fflush(stderr);
  _exit(written ? 0 : 1);
}

}  // namespace
}  // namespace sb::print

int main() {
  return sb::print::Main();
}
