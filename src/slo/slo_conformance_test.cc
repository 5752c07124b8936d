// SPDX-License-Identifier: Apache-2.0
//
// SLO files of other tools and the rules that those make of them (SIGNALBOX_CONFORMANCE_DIR), which
// are not part of this repository; without them the tests are skipped.
#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <cstdlib>

#include "base/env.h"
#include "config/duration.h"
#include "query/promql/parser.h"
#include "query/promql/printer.h"
#include "slo/openslo_spec.h"
#include "slo/pyrra_rules.h"
#include "slo/sloth_rules.h"
#include "slo/sloth_spec.h"

namespace sb::slo {
namespace {

using config::Node;
using config::NodePtr;

class SloConformanceTest : public testing::Test {
 protected:
  void SetUp() override {
    const char* folder = std::getenv("SIGNALBOX_CONFORMANCE_DIR");
    if (folder == nullptr) {
      GTEST_SKIP() << "SIGNALBOX_CONFORMANCE_DIR is not set";
    }
    folder_ = std::string(folder) + "/slo/";
  }

  std::vector<NodePtr> Documents(const std::string& name) {
    const auto text = base::Env::Real().files().ReadFile(folder_ + name);
    EXPECT_TRUE(text.ok()) << name;
    auto documents = ParseDocuments(*text, name);
    EXPECT_TRUE(documents.ok()) << documents.status().ToString();
    return documents.ok() ? *documents : std::vector<NodePtr>();
  }
  std::vector<std::string> Names(const std::string& folder) {
    const auto names = base::Env::Real().files().List(folder_ + folder);
    EXPECT_TRUE(names.ok());
    return names.ok() ? *names : std::vector<std::string>();
  }

  std::string folder_;
};

// Queries that mean the same have one text: blanks, line feeds, the place of `by` aside. What is no
// PromQL (Sloth has an example in MetricsQL) is compared to the letter.
std::string Normal(const std::string& expr) {
  promql::ParseError error;
  const promql::ExprPtr parsed = promql::ParseExpr(expr, &error);
  return parsed == nullptr ? expr : promql::Print(*parsed);
}

// As it is written, but for blanks at the ends.
std::string Trimmed(const std::string& expr) {
  const size_t first = expr.find_first_not_of(" \n\t");
  return first == std::string::npos
             ? ""
             : expr.substr(first, expr.find_last_not_of(" \n\t") - first + 1);
}

using Reading = std::string (*)(const std::string& expr);

// "record/alert | expr | labels | annotations | for" of every rule below `node`, in order; of each
// group its name and interval.
void Flatten(const Node& node, Reading reading, std::vector<std::string>* out) {
  if (node.Find("expr") != nullptr) {
    std::string line = TextAt(&node, {"record"}) + TextAt(&node, {"alert"}) + " | " +
                       reading(TextAt(&node, {"expr"})) + " | ";
    for (const char* part : {"labels", "annotations"}) {
      for (const auto& [name, value] : LabelsAt(&node, {part})) {
        line += name == "sloth_version" ? "" : name + "=" + value + ",";
      }
      line += " | ";
    }
    out->push_back(line + TextAt(&node, {"for"}));
    return;
  }
  if (node.Find("rules") != nullptr) {
    out->push_back("group " + TextAt(&node, {"name"}) + " " + TextAt(&node, {"interval"}));
  }
  for (const Node::Entry& entry : node.entries) {
    Flatten(*entry.value, reading, out);
  }
  for (const NodePtr& item : node.items) {
    Flatten(*item, reading, out);
  }
}

std::vector<std::string> Flat(const std::vector<NodePtr>& documents, Reading reading = &Normal) {
  std::vector<std::string> lines;
  for (const NodePtr& document : documents) {
    Flatten(*document, reading, &lines);
  }
  return lines;
}

// How many rules were compared, and how many of them are the same to the letter.
struct Compared {
  int rules = 0;
  int same_text = 0;

  void Add(const std::vector<std::string>& mine, const std::vector<std::string>& want) {
    for (size_t i = 0; i < want.size(); ++i) {
      const bool is_rule = !want[i].starts_with("group ");
      rules += is_rule;
      same_text += is_rule && i < mine.size() && mine[i] == want[i];
    }
  }
  void Print(const char* what, int good, int all) const {
    std::printf("conformance: slo/%s %d of %d (%d rules, %d of them to the letter)\n", what, good,
                all, rules, same_text);
  }
};

struct SlothRun {
  SlothOptions options;
  bool alerts = true;
};

base::Result<std::string> Generate(const std::vector<NodePtr>& documents, const std::string& file,
                                   const SlothRun& run) {
  std::vector<SlothSpec> specs;
  std::vector<Objective> all;
  for (const NodePtr& document : documents) {
    SB_ASSIGN_OR_RETURN(SlothSpec spec, ReadSloth(*document, file, run.options));
    all.insert(all.end(), spec.objectives.begin(), spec.objectives.end());
    specs.push_back(std::move(spec));
  }
  SB_RETURN_IF_ERROR(CheckUniqueIds(all));
  SlothRuleOptions options;
  options.alerts = run.alerts;
  return SlothFile(specs, options);
}

TEST_F(SloConformanceTest, SlothExamplesGiveSlothsRules) {
  int good = 0, all = 0;
  Compared compared;
  for (const std::string& name : Names("sloth/examples")) {
    if (!name.ends_with(".yml")) {
      continue;
    }
    ++all;
    SlothRun run;
    run.options.extra_labels = {{"cmd", "examplesgen.sh"}};
    const auto made = Generate(Documents("sloth/examples/" + name), name, run);
    ASSERT_TRUE(made.ok()) << name << ": " << made.status().ToString();
    const auto mine = ParseDocuments(*made, name);
    ASSERT_TRUE(mine.ok());
    const auto want = Flat(Documents("sloth/examples/_gen/" + name));
    EXPECT_EQ(Flat(*mine), want) << name;
    EXPECT_GT(want.size(), 1u) << name << ": nothing was compared";
    good += Flat(*mine) == want;
    compared.Add(Flat(*mine, &Trimmed), Flat(Documents("sloth/examples/_gen/" + name), &Trimmed));
  }
  compared.Print("sloth-examples", good, all);
}

TEST_F(SloConformanceTest, SlothIntegrationCasesGiveSlothsRules) {
  const auto cases = base::Env::Real().files().ReadFile(folder_ + "sloth/integration/cases.tsv");
  ASSERT_TRUE(cases.ok());
  int good = 0, all = 0;
  Compared compared;
  for (size_t at = 0; at < cases->size();) {
    const size_t end = std::min(cases->find('\n', at), cases->size());
    const std::string line = cases->substr(at, end - at);
    at = end + 1;
    const size_t tab = line.find('\t');
    if (line.empty() || line[0] == '#' || tab == std::string::npos) {
      continue;
    }
    const size_t tab2 = line.find('\t', tab + 1);
    const std::string in = line.substr(0, tab), out = line.substr(tab + 1, tab2 - tab - 1);
    SlothRun run;
    run.alerts = line.find("--disable-alerts") == std::string::npos;
    if (line.find("--default-slo-period=7d") != std::string::npos) {
      run.options.period = base::Hours(24 * 7);
      const auto windows =
          ReadAlertWindows(*Documents("sloth/integration/integration-7d.yaml")[0], "7d");
      ASSERT_TRUE(windows.ok()) << windows.status().ToString();
      run.options.windows[windows->period.Value()] = *windows;
    }
    ++all;
    const auto made = Generate(Documents("sloth/integration/" + in), in, run);
    ASSERT_TRUE(made.ok()) << line << ": " << made.status().ToString();
    const auto mine = ParseDocuments(*made, in);
    ASSERT_TRUE(mine.ok());
    const auto want = Flat(Documents("sloth/integration/" + out));
    EXPECT_EQ(Flat(*mine), want) << line;
    EXPECT_GT(want.size(), 1u) << line << ": nothing was compared";
    good += Flat(*mine) == want;
    compared.Add(Flat(*mine, &Trimmed), Flat(Documents("sloth/integration/" + out), &Trimmed));
  }
  compared.Print("sloth-integration", good, all);
}

TEST_F(SloConformanceTest, SlothValidation) {
  int good = 0, all = 0;
  for (const std::string& name : Names("sloth/validate")) {
    if (!name.ends_with(".yaml")) {
      continue;
    }
    ++all;
    const auto made = Generate(Documents("sloth/validate/" + name), name, {});
    EXPECT_EQ(made.ok(), name.starts_with("good")) << name << ": " << made.status().ToString();
    good += made.ok() == name.starts_with("good");
  }
  const std::vector<std::vector<std::string>> duplicates = {
      {"bad-openslo-1-original.yaml", "bad-openslo-1-duplicate.yaml"},
      {"bad-prom-multi-duplicates.yaml"}};
  for (const auto& files : duplicates) {
    ++all;
    std::vector<NodePtr> documents;
    for (const std::string& file : files) {
      for (const NodePtr& document : Documents("sloth/validate/duplicates/" + file)) {
        documents.push_back(document);
      }
    }
    const auto made = Generate(documents, files[0], {});
    EXPECT_FALSE(made.ok()) << files[0];
    good += !made.ok();
  }
  std::printf("conformance: slo/sloth-validate %d of %d\n", good, all);
}

TEST_F(SloConformanceTest, SlothWindowFilesLoad) {
  int good = 0, all = 0;
  for (const std::string& name : Names("sloth/windows")) {
    ++all;
    const auto windows = ReadAlertWindows(*Documents("sloth/windows/" + name)[0], name);
    EXPECT_TRUE(windows.ok()) << windows.status().ToString();
    good += windows.ok();
  }
  std::printf("conformance: slo/sloth-windows %d of %d\n", good, all);
}

std::vector<std::string> FlatGroup(const rules::RuleGroupSpec& group, Reading reading) {
  const auto documents = ParseDocuments(rules::PrintRuleGroup(group), "made");
  return Flat(*documents, reading);
}

TEST_F(SloConformanceTest, PyrraCasesGivePyrrasRules) {
  int good = 0, all = 0;
  Compared compared;
  for (const std::string& name : Names("pyrra/cases")) {
    const NodePtr document = Documents("pyrra/cases/" + name)[0];
    const auto spec = ReadPyrra(*document->Find("slo"), name);
    ASSERT_TRUE(spec.ok()) << spec.status().ToString();
    const auto check = [&](const char* part, const rules::RuleGroupSpec* maybe_group) {
      const Node* want = document->Find(part);
      if (want == nullptr) {
        return;
      }
      ++all;
      const auto lines = [&](Reading reading) {
        std::vector<std::string> flat;
        // A scalar says that nothing is generated.
        if (!want->IsScalar()) {
          Flatten(*want, reading, &flat);
          EXPECT_GT(flat.size(), 1u) << name << " " << part << ": nothing was compared";
        }
        return flat;
      };
      const auto mine = [&](Reading reading) {
        return maybe_group != nullptr ? FlatGroup(*maybe_group, reading)
                                      : std::vector<std::string>();
      };
      EXPECT_EQ(mine(&Normal), lines(&Normal)) << name << " " << part;
      good += mine(&Normal) == lines(&Normal);
      compared.Add(mine(&Trimmed), lines(&Trimmed));
    };
    const auto burn_rates = PyrraBurnRates(*spec, TextAt(document.get(), {"external_url"}));
    const auto increases = PyrraIncreases(*spec);
    const auto generic = PyrraGeneric(*spec);
    check("burnrates", &burn_rates);
    check("increase", &increases);
    check("generic", generic ? &*generic : nullptr);
  }
  compared.Print("pyrra-cases", good, all);
}

TEST(SloComparisonTest, SeesEveryKindOfDifference) {
  const std::string rule =
      "groups:\n- name: g\n  interval: 1m\n  rules:\n  - alert: A\n    expr: sum by (a, b) "
      "(rate(x{c=\"d\"}[5m])) > 0.5\n    for: 5m\n    labels: {e: f}\n    annotations: {h: i}\n";
  const auto flat = [](const std::string& text) { return Flat(*ParseDocuments(text, "t")); };
  const auto with = [&](const std::string& from, const std::string& to) {
    std::string text = rule;
    text.replace(text.find(from), from.size(), to);
    return flat(text);
  };
  EXPECT_EQ(flat(rule).size(), 2u);
  EXPECT_EQ(with("sum by (a, b) (rate(x{c=\"d\"}[5m]))", "sum(rate(x{c='d'}[5m])) by (a,b)"),
            flat(rule));
  for (const auto& [from, to] :
       std::vector<std::pair<std::string, std::string>>{{"name: g", "name: z"},
                                                        {"1m", "2m"},
                                                        {"alert: A", "alert: Z"},
                                                        {"sum by", "max by"},
                                                        {"(a, b)", "(a)"},
                                                        {"c=\"d\"", "c=\"z\""},
                                                        {"[5m]", "[6m]"},
                                                        {"> 0.5", "> 0.50000000000000011"},
                                                        {"for: 5m", "for: 6m"},
                                                        {"e: f", "e: z"},
                                                        {"h: i", "h: z"}}) {
    EXPECT_NE(with(from, to), flat(rule)) << to;
  }
}

TEST_F(SloConformanceTest, PyrraExamplesLoadAndTheirRulesParse) {
  int good = 0, all = 0;
  for (const std::string& name : Names("pyrra/examples")) {
    ++all;
    bool ok = true;
    for (const NodePtr& document : Documents("pyrra/examples/" + name)) {
      const auto spec = ReadPyrra(*document, name);
      EXPECT_TRUE(spec.ok()) << name << ": " << spec.status().ToString();
      ok = ok && spec.ok();
      for (const auto& group : {PyrraBurnRates(*spec, ""), PyrraIncreases(*spec)}) {
        for (const rules::RuleSpec& rule : group.rules) {
          promql::ParseError error;
          EXPECT_NE(promql::ParseExpr(rule.expr, &error), nullptr) << rule.expr;
        }
      }
    }
    good += ok;
  }
  std::printf("conformance: slo/pyrra-examples %d of %d\n", good, all);
}

TEST_F(SloConformanceTest, OpenSloExamplesLoad) {
  int good = 0, all = 0;
  for (const std::string& name : Names("openslo")) {
    ++all;
    const auto result = ReadOpenSloV1(Documents("openslo/" + name), name);
    EXPECT_TRUE(result.ok()) << result.status().ToString();
    good += result.ok() && !result->objectives.empty();
  }
  EXPECT_EQ(good, all);
  std::printf("conformance: slo/openslo %d of %d\n", good, all);
}

void ExpectClose(double got, const Node& row, const char* key, int* bad) {
  const double want = NumberAt(&row, {key}).value_or(NAN);
  const bool close = std::abs(got - want) <= 1e-9 * std::max(1.0, std::abs(want));
  EXPECT_TRUE(close) << key << " line " << row.position.line << ": " << got << " is not " << want;
  *bad += !close;
}

void CheckMultiwindow(const Node& row, int* bad) {
  const auto period = base::Hours(24 * static_cast<int64_t>(*NumberAt(&row, {"period_days"})));
  const double objective = *RatioOfPercent(TextAt(&row, {"objective_percent"}));
  const AlertWindows w = WorkbookWindows(period);
  const AlertWindow* all[] = {&w.page_quick, &w.page_slow, &w.ticket_quick, &w.ticket_slow};
  ExpectClose(1 - objective, row, "error_budget", bad);
  const auto& alerts = row.Find("alerts")->items;
  for (size_t i = 0; i < 4; ++i) {
    const double rate = all[i]->BurnRate(period);
    ExpectClose(all[i]->budget_percent, *alerts[i], "budget_percent", bad);
    ExpectClose(rate, *alerts[i], "burn_rate", bad);
    ExpectClose(all[i]->Threshold(period, objective), *alerts[i], "error_ratio_threshold", bad);
    ExpectClose(HoursToExhaustion(rate, period), *alerts[i], "hours_to_exhaustion_at_that_rate",
                bad);
  }
}

TEST_F(SloConformanceTest, Arithmetic) {
  int good = 0, all = 0;
  const NodePtr rows = Documents("math.yaml")[0];
  for (const NodePtr& row : rows->items) {
    ++all;
    int bad = 0;
    if (TextAt(row.get(), {"kind"}) == "multiwindow") {
      CheckMultiwindow(*row, &bad);
    } else {
      const BudgetState state =
          BudgetOf(*NumberAt(row.get(), {"good"}), *NumberAt(row.get(), {"total"}),
                   *RatioOfPercent(TextAt(row.get(), {"objective_percent"})));
      ExpectClose(state.sli, *row, "sli", &bad);
      ExpectClose(state.burn_rate, *row, "burn_rate", &bad);
      ExpectClose(state.remaining, *row, "budget_remaining", &bad);
      EXPECT_EQ(state.met, FlagAt(row.get(), {"met"}));
    }
    good += bad == 0;
  }
  std::printf("conformance: slo/math %d of %d\n", good, all);
}

}  // namespace
}  // namespace sb::slo
