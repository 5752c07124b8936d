// SPDX-License-Identifier: Apache-2.0
//
// Files as they stand under /var/log/containers, Docker's and CRI's, and the lines that they hold.
// They are reached through SIGNALBOX_CONFORMANCE_DIR and not part of this repository; without it
// the test is skipped.
#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <map>

#include "base/env.h"
#include "base/testing/simulated_env.h"
#include "collect/tail/kubernetes_path.h"
#include "collect/tail/tailer.h"
#include "collect/tail/testing/captured_tail.h"
#include "config/json_reader.h"

namespace sb::collect {
namespace {

using config::Node;
using config::NodePtr;

std::string Text(const Node& node, std::string_view key) {
  const Node* found = node.Find(key);
  return found == nullptr ? "" : found->text;
}

std::string StreamName(OutputStream stream) {
  return stream == OutputStream::kStdout ? "stdout" : "stderr";
}

bool Matches(const Node& wanted, const TailLine& line) {
  if (Text(wanted, "stream") != StreamName(line.stream) ||
      Text(wanted, "first_part_ts_ns") != std::to_string(line.time_ns) ||
      Text(wanted, "parts") != std::to_string(line.parts)) {
    return false;
  }
  return wanted.Find("line") != nullptr
             ? Text(wanted, "line") == line.text
             : Text(wanted, "line_bytes") == std::to_string(line.text.size());
}

TEST(TailConformanceTest, ReadsKubernetesFiles) {
  const char* env_folder = std::getenv("SIGNALBOX_CONFORMANCE_DIR");
  if (env_folder == nullptr) {
    GTEST_SKIP() << "SIGNALBOX_CONFORMANCE_DIR is not set";
  }
  const std::string folder = std::string(env_folder) + "/logs/kubernetes/";
  base::FileSystem& files = base::Env::Real().files();
  const auto list_text = files.ReadFile(folder + "files.json");
  ASSERT_TRUE(list_text.ok());
  const auto list = config::ParseJson(*list_text, "files.json");
  ASSERT_TRUE(list.ok());
  std::map<std::string, std::vector<TailLine>> found;
  for (const NodePtr& file : (*list)->items) {
    const std::string name = Text(*file, "file");
    const auto names = ParseKubernetesPath("/var/log/containers/" + name);
    ASSERT_TRUE(names.has_value()) << name;
    EXPECT_EQ(names->ns, Text(*file, "namespace"));
    EXPECT_EQ(names->pod, Text(*file, "pod"));
    EXPECT_EQ(names->container, Text(*file, "container"));
    EXPECT_EQ(names->container_id, Text(*file, "container_id"));
    base::SimulatedEnv env(1);
    CapturedTail sink;
    TailSource source;
    source.paths = {folder + "containers/" + name};
    ASSERT_TRUE(env.files().CreateFolders(folder + "containers").ok());
    ASSERT_TRUE(
        base::WriteFileAtomically(env.files(), source.paths[0], *files.ReadFile(source.paths[0]))
            .ok());
    auto tailer = Tailer::Open(env, "/tail", {source}, &sink);
    ASSERT_TRUE(tailer.ok()) << tailer.status().ToString();
    while ((*tailer)->Poll()) {
    }
    found[name] = sink.lines;
  }
  const auto expected = files.ReadFile(folder + "expected.jsonl");
  ASSERT_TRUE(expected.ok());
  std::map<std::string, size_t> next;
  size_t pass = 0;
  size_t total = 0;
  for (size_t at = 0; at < expected->size();) {
    const size_t end = std::min(expected->find('\n', at), expected->size());
    const auto wanted =
        config::ParseJson(std::string_view(*expected).substr(at, end - at), "expected.jsonl");
    at = end + 1;
    ASSERT_TRUE(wanted.ok());
    ++total;
    const std::string name =
        Text(*(*list)->items[static_cast<size_t>(std::stoi(Text(**wanted, "f")))], "file");
    const size_t i = next[name]++;
    const bool same = i < found[name].size() && Matches(**wanted, found[name][i]);
    EXPECT_TRUE(same) << name << " line " << i;
    pass += same ? 1 : 0;
  }
  for (const auto& [name, lines] : found) {
    EXPECT_EQ(lines.size(), next[name]) << name;
  }
  std::printf("conformance: kubernetes log lines %zu of %zu\n", pass, total);
}

}  // namespace
}  // namespace sb::collect
