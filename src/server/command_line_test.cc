// SPDX-License-Identifier: Apache-2.0
#include "server/command_line.h"

#include <gtest/gtest.h>

namespace sb::server {
namespace {

Command Sample() {
  Command serve;
  serve.name = "serve";
  serve.summary = "Serves.";
  serve.positional = "FILE";
  serve.flags = {{"data", "DIR", "Where.", false, true},
                 {"door", "NAME=ADDRESS", "A door.", true},
                 {"quiet", "", "Less."}};
  return serve;
}

TEST(ParseArgumentsTest, ReadsFlagsAndWords) {
  const auto arguments = ParseArguments(
      Sample(), {"--data", "d", "--door=a=1", "x", "--door", "b=2", "--quiet", "--", "--y"});
  ASSERT_TRUE(arguments.ok()) << arguments.status().ToString();
  EXPECT_EQ(arguments->Get("data"), "d");
  EXPECT_EQ(arguments->GetAll("door"), (std::vector<std::string>{"a=1", "b=2"}));
  EXPECT_TRUE(arguments->Has("quiet"));
  EXPECT_EQ(arguments->positional(), (std::vector<std::string>{"x", "--y"}));
  EXPECT_EQ(arguments->Get("absent", "f"), "f");
}

TEST(ParseArgumentsTest, ExplainsWhatIsWrong) {
  const auto message = [](const std::vector<std::string>& words) {
    return std::string(ParseArguments(Sample(), words).status().message());
  };
  EXPECT_EQ(message({"--data", "d", "--dor", "x"}), "unknown flag --dor; did you mean --door?");
  EXPECT_EQ(message({"--data"}), "flag --data needs a value: DIR");
  EXPECT_EQ(message({"--door", "x"}), "flag --data DIR is required");
  EXPECT_EQ(message({"--data", "a", "--data", "b"}), "flag --data is given twice");
  EXPECT_EQ(message({"--data", "a", "--quiet=1"}), "flag --quiet takes no value");
  EXPECT_EQ(message({"--data", "a", "-q"}), "flags are written with two dashes: -q");
}

TEST(RunCommandLineTest, PicksTheCommandAndItsExitCode) {
  Command root;
  root.name = "signalbox";
  Command serve = Sample();
  serve.run = [](const Arguments& arguments) { return arguments.Get("data") == "d" ? 7 : 8; };
  Command version;
  version.name = "version";
  version.run = [](const Arguments&) { return 9; };
  root.subcommands = {serve, version};
  EXPECT_EQ(RunCommandLine(root, {"--version"}), 9);
  EXPECT_EQ(RunCommandLine(root, {"--versions"}), kExitUsage);
  EXPECT_EQ(RunCommandLine(root, {"--version", "x"}), kExitUsage);
  EXPECT_EQ(RunCommandLine(root, {"serve", "--data", "d"}), 7);
  EXPECT_EQ(RunCommandLine(root, {"serve"}), kExitUsage);
  EXPECT_EQ(RunCommandLine(root, {"srve"}), kExitUsage);
  EXPECT_EQ(RunCommandLine(root, {}), kExitUsage);
  EXPECT_EQ(RunCommandLine(root, {"--help"}), kExitOk);
  EXPECT_EQ(RunCommandLine(root, {"serve", "--help"}), kExitOk);
}

TEST(HelpTextTest, ShowsCommandsFlagsAndExamples) {
  Command serve = Sample();
  serve.examples = {"signalbox serve --data d"};
  const std::string help = HelpText(serve, "signalbox serve");
  EXPECT_TRUE(help.starts_with("Usage: signalbox serve [FLAGS] FILE\n\nServes.\n"));
  EXPECT_NE(help.find("  --door NAME=ADDRESS  A door. Repeatable.\n"), std::string::npos) << help;
  EXPECT_NE(help.find("Examples:\n  signalbox serve --data d\n"), std::string::npos);
}

TEST(CompletionTest, KnowsEveryCommandAndFlag) {
  Command root;
  root.name = "signalbox";
  root.subcommands = {Sample()};
  for (const char* shell : {"bash", "zsh", "fish"}) {
    const auto script = CompletionScript(root, shell);
    ASSERT_TRUE(script.ok());
    EXPECT_NE(script->find("serve"), std::string::npos) << shell;
    EXPECT_NE(script->find("quiet"), std::string::npos) << shell;
  }
  EXPECT_FALSE(CompletionScript(root, "tcsh").ok());
}

}  // namespace
}  // namespace sb::server
