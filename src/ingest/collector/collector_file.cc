// SPDX-License-Identifier: Apache-2.0
#include "ingest/collector/collector_file.h"

#include <algorithm>
#include <utility>

#include "config/error_list.h"
#include "config/yaml_reader.h"

namespace sb::ingest {

using config::ErrorList;
using config::Node;

namespace {

struct KindRow {
  std::string_view section;
  ComponentKind kind;
  std::string_view name;
};
constexpr KindRow kKinds[] = {{"receivers", ComponentKind::kReceiver, "receiver"},
                              {"processors", ComponentKind::kProcessor, "processor"},
                              {"exporters", ComponentKind::kExporter, "exporter"},
                              {"connectors", ComponentKind::kConnector, "connector"},
                              {"extensions", ComponentKind::kExtension, "extension"}};

// What stands between "${" and "}".
base::Result<std::string> ExpandOne(std::string_view name, const EnvironmentLookup& environment) {
  if (name.starts_with("env:")) {
    name.remove_prefix(4);
  } else if (name.find(':') != std::string_view::npos) {
    return base::InvalidArgument("only ${env:NAME} is expanded, not ${" + std::string(name) + "}");
  }
  const size_t fallback = name.find(":-");
  const std::string variable(name.substr(0, fallback));
  const std::optional<std::string> value = environment(variable);
  if (value.has_value() && !value->empty()) {
    return *value;
  }
  return fallback == std::string_view::npos ? "" : std::string(name.substr(fallback + 2));
}

base::Result<std::string> Expand(std::string_view text, const EnvironmentLookup& environment) {
  std::string out;
  for (size_t at = 0; at < text.size();) {
    const size_t dollar = std::min(text.find('$', at), text.size());
    out.append(text.substr(at, dollar - at));
    at = dollar;
    if (text.substr(at).starts_with("$$")) {
      out.push_back('$');
      at += 2;
    } else if (const size_t end = text.find('}', at);
               text.substr(at).starts_with("${") && end != std::string_view::npos) {
      SB_ASSIGN_OR_RETURN(const std::string value,
                          ExpandOne(text.substr(at + 2, end - at - 2), environment));
      out.append(value);
      at = end + 1;
    } else if (at < text.size()) {
      out.push_back(text[at++]);
    }
  }
  return out;
}

void ReadComponents(const Node& section, const KindRow& row, CollectorFile* file,
                    ErrorList& errors) {
  if (!section.IsMapping()) {
    if (!section.IsNull()) {
      errors.Add(section, "expected a mapping of components");
    }
    return;
  }
  for (const Node::Entry& entry : section.entries) {
    const std::string& id = entry.key->text;
    if (file->Find(row.kind, id) != nullptr) {
      errors.Add(*entry.key, "the component is there twice: " + id);
    }
    file->components.push_back(
        {row.kind, id, id.substr(0, id.find('/')), entry.value, entry.key->position});
  }
}

std::vector<std::string> ReadNames(const Node& pipeline, std::string_view key) {
  std::vector<std::string> names;
  if (const Node* list = pipeline.Find(key)) {
    for (const config::NodePtr& item : list->items) {
      names.push_back(item->text);
    }
  }
  return names;
}

// A connector is an exporter of one pipeline and a receiver of another.
void CheckNames(const Node& at, const CollectorFile& file, ComponentKind kind,
                const std::vector<std::string>& names, ErrorList& errors) {
  for (const std::string& name : names) {
    if (file.Find(kind, name) == nullptr &&
        (kind == ComponentKind::kProcessor ||
         file.Find(ComponentKind::kConnector, name) == nullptr)) {
      errors.Add(at, "the pipeline names a " + std::string(ComponentKindName(kind)) +
                         " that is not there: " + name);
    }
  }
}

void ReadPipeline(const Node::Entry& entry, CollectorFile* file, ErrorList& errors) {
  CollectorPipeline pipeline;
  pipeline.id = entry.key->text;
  pipeline.signal = pipeline.id.substr(0, pipeline.id.find('/'));
  pipeline.position = entry.key->position;
  pipeline.receivers = ReadNames(*entry.value, "receivers");
  pipeline.processors = ReadNames(*entry.value, "processors");
  pipeline.exporters = ReadNames(*entry.value, "exporters");
  static constexpr std::string_view kSignals[] = {"traces", "metrics", "logs", "profiles"};
  if (std::find(std::begin(kSignals), std::end(kSignals), pipeline.signal) == std::end(kSignals)) {
    errors.Add(*entry.key, "unknown signal (traces, metrics, logs, profiles): " + pipeline.signal);
  }
  if (pipeline.receivers.empty() || pipeline.exporters.empty()) {
    errors.Add(*entry.key, "a pipeline needs receivers and exporters: " + pipeline.id);
  }
  CheckNames(*entry.key, *file, ComponentKind::kReceiver, pipeline.receivers, errors);
  CheckNames(*entry.key, *file, ComponentKind::kProcessor, pipeline.processors, errors);
  CheckNames(*entry.key, *file, ComponentKind::kExporter, pipeline.exporters, errors);
  file->pipelines.push_back(std::move(pipeline));
}

void ReadSections(const Node& root, CollectorFile* file, ErrorList& errors) {
  for (const Node::Entry& entry : root.entries) {
    const auto* row = std::find_if(std::begin(kKinds), std::end(kKinds),
                                   [&](const KindRow& r) { return r.section == entry.key->text; });
    if (row != std::end(kKinds)) {
      ReadComponents(*entry.value, *row, file, errors);
    } else if (entry.key->text != "service") {
      errors.Add(*entry.key, "unknown section: " + entry.key->text);
    }
  }
}

}  // namespace

std::string_view ComponentKindName(ComponentKind kind) {
  return kKinds[static_cast<size_t>(kind)].name;
}

const CollectorComponent* CollectorFile::Find(ComponentKind kind, std::string_view id) const {
  for (const CollectorComponent& component : components) {
    if (component.kind == kind && component.id == id) {
      return &component;
    }
  }
  return nullptr;
}

base::Result<CollectorFile> ParseCollectorFile(std::string_view text, const std::string& path,
                                               const EnvironmentLookup& environment) {
  auto expanded = Expand(text, environment);
  if (!expanded.ok()) {
    return expanded.status().WithPrefix(path);
  }
  CollectorFile file;
  file.path = path;
  SB_ASSIGN_OR_RETURN(file.root, config::ParseYaml(*expanded, path));
  ErrorList errors(path);
  if (!file.root->IsMapping()) {
    errors.Add(*file.root, "a Collector file is a mapping of sections");
    return errors.ToStatus();
  }
  ReadSections(*file.root, &file, errors);
  const Node* service = file.root->Find("service");
  const Node* pipelines = service == nullptr ? nullptr : service->Find("pipelines");
  if (pipelines == nullptr || pipelines->entries.empty()) {
    errors.Add(service == nullptr ? *file.root : *service, "service needs pipelines");
  } else {
    for (const Node::Entry& entry : pipelines->entries) {
      ReadPipeline(entry, &file, errors);
    }
  }
  SB_RETURN_IF_ERROR(errors.ToStatus());
  return file;
}

}  // namespace sb::ingest
