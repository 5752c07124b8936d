// SPDX-License-Identifier: Apache-2.0
//
// query and what one does with its result: first, label, value, strvalue, sortByLabel; args, tmpl.
#include <algorithm>
#include <utility>

#include "alert/rules/rule_functions.h"
#include "template/containers.h"

namespace sb::rules {
namespace {

using gotemplate::Call;
using gotemplate::FunctionTable;
using gotemplate::ListObject;
using gotemplate::MapObject;
using gotemplate::Object;
using gotemplate::Param;
using gotemplate::StructObject;
using gotemplate::Value;
using ValueResult = base::Result<Value>;

Value SampleValue(const query::VectorElement& element) {
  std::map<std::string, std::string> labels;
  for (const model::Label& label : element.labels) {
    labels.emplace(label.name, label.value);
  }
  StructObject::Fields fields;
  fields.emplace_back("Labels", MapObject::Strings(labels));
  fields.emplace_back("Value", Value(element.value));
  return Value(std::make_shared<StructObject>("*template.sample", std::move(fields)));
}

Value ListValue(std::vector<Value> items) {
  return Value(std::make_shared<ListObject>(std::move(items), "template.queryResult"));
}

ValueResult Query(Call& call) {
  const auto& state = *static_cast<const FunctionState*>(call.user);
  std::vector<Value> items;
  if (state.environment.query != nullptr) {
    SB_ASSIGN_OR_RETURN(const query::InstantVector rows,
                        state.environment.query(call.args[0].AsString(), state.time_ms));
    for (const query::VectorElement& row : rows) {
      items.push_back(SampleValue(row));
    }
  }
  return ListValue(std::move(items));
}

base::Result<const Object*> AsSamples(const Value& value) {
  if (!value.IsObject() || value.AsObject().TypeName() != "template.queryResult") {
    return base::InvalidArgument("wrong type for value; expected template.queryResult; got " +
                                 value.TypeName());
  }
  return &value.AsObject();
}

base::Result<const Object*> AsSample(const Value& value) {
  if (!value.IsObject() || value.AsObject().TypeName() != "*template.sample") {
    return base::InvalidArgument("wrong type for value; expected *template.sample; got " +
                                 value.TypeName());
  }
  return &value.AsObject();
}

std::string LabelOf(const Object& sample, std::string_view name) {
  const auto labels = sample.Field("Labels");
  const auto value = labels->AsObject().Field(name);
  return value ? value->AsString() : "";
}

ValueResult First(Call& call) {
  SB_ASSIGN_OR_RETURN(const Object* samples, AsSamples(call.args[0]));
  if (samples->Size() == 0) {
    return base::InvalidArgument(std::string(kNoElements));
  }
  return samples->At(0);
}

ValueResult Label(Call& call) {
  SB_ASSIGN_OR_RETURN(const Object* sample, AsSample(call.args[1]));
  return Value(LabelOf(*sample, call.args[0].AsString()));
}

ValueResult ValueOf(Call& call) {
  SB_ASSIGN_OR_RETURN(const Object* sample, AsSample(call.args[0]));
  return *sample->Field("Value");
}

ValueResult StringValueOf(Call& call) {
  SB_ASSIGN_OR_RETURN(const Object* sample, AsSample(call.args[0]));
  return Value(LabelOf(*sample, "__value__"));
}

ValueResult SortByLabel(Call& call) {
  SB_ASSIGN_OR_RETURN(const Object* samples, AsSamples(call.args[1]));
  const std::string& name = call.args[0].AsString();
  std::vector<Value> items;
  for (size_t i = 0; i < samples->Size(); ++i) {
    items.push_back(samples->At(i));
  }
  std::stable_sort(items.begin(), items.end(), [&name](const Value& a, const Value& b) {
    return LabelOf(a.AsObject(), name) < LabelOf(b.AsObject(), name);
  });
  return ListValue(std::move(items));
}

ValueResult Args(Call& call) {
  MapObject::Entries entries;
  for (size_t i = 0; i < call.args.size(); ++i) {
    entries.emplace("arg" + std::to_string(i), call.args[i]);
  }
  return MapObject::Any(std::move(entries));
}

ValueResult RunTemplate(Call& call) {
  const auto& state = *static_cast<const FunctionState*>(call.user);
  gotemplate::ExecuteOptions options;
  options.missing_key = gotemplate::MissingKey::kZero;
  options.user = call.user;
  std::string out;
  SB_RETURN_IF_ERROR(state.set.Execute(call.args[0].AsString(), call.args[1], options, &out));
  return Value::Trusted(std::move(out), gotemplate::Trust::kHtml);
}

}  // namespace

void AddQueryFunctions(FunctionTable* table) {
  table->Add("query", {{Param::kString}, false}, &Query);
  table->Add("first", {{Param::kAny}, false}, &First);
  table->Add("label", {{Param::kString, Param::kAny}, false}, &Label);
  table->Add("value", {{Param::kAny}, false}, &ValueOf);
  table->Add("strvalue", {{Param::kAny}, false}, &StringValueOf);
  table->Add("sortByLabel", {{Param::kString, Param::kAny}, false}, &SortByLabel);
  table->Add("args", {{Param::kAny}, true}, &Args);
  table->Add("tmpl", {{Param::kString, Param::kAny}, false}, &RunTemplate);
}

}  // namespace sb::rules
