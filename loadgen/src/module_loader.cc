// SPDX-License-Identifier: Apache-2.0
#include "module_loader.h"

#include <algorithm>
#include <array>

#include "base/env.h"
#include "js_values.h"
#include "natives.h"
#include "user.h"

namespace sb::load {
namespace {

thread_local ModuleLoader* current_loader = nullptr;

struct Alias {
  std::string_view name;
  std::string_view module;
};
constexpr std::array kAliases = {
    Alias{"k6", "sb:k6"},
    Alias{"k6/http", "sb:http"},
    Alias{"k6/metrics", "sb:metrics"},
    Alias{"k6/data", "sb:data"},
    Alias{"k6/execution", "sb:execution"},
    Alias{"k6/encoding", "sb:encoding"},
    Alias{"k6/crypto", "sb:crypto"},
    Alias{"k6/html", "sb:html"},
    Alias{"k6/ws", "sb:ws"},
    Alias{"k6/websockets", "sb:websockets"},
    Alias{"k6/experimental/websockets", "sb:websockets"},
    Alias{"k6/timers", "sb:timers"},
    Alias{"k6/experimental/timers", "sb:timers"},
};

std::string ResolveAlias(std::string_view name) {
  for (const Alias& alias : kAliases) {
    if (alias.name == name) return std::string(alias.module);
  }
  return "";
}

}  // namespace

std::string NormalPath(std::string_view path) {
  std::vector<std::string_view> parts;
  const bool absolute = path.starts_with('/');
  while (!path.empty()) {
    const size_t slash = std::min(path.find('/'), path.size());
    const std::string_view part = path.substr(0, slash);
    path.remove_prefix(std::min(slash + 1, path.size()));
    if (part.empty() || part == ".") continue;
    if (part == ".." && !parts.empty() && parts.back() != "..") {
      parts.pop_back();
    } else if (part != ".." || !absolute) {
      parts.push_back(part);
    }
  }
  std::string out = absolute ? "/" : "";
  for (size_t i = 0; i < parts.size(); i++) {
    if (i > 0) out += '/';
    out += parts[i];
  }
  return out.empty() ? "." : out;
}

base::Result<std::string> ModuleLoader::Locate(const std::string& specifier,
                                               const std::string& from) const {
  if (BuiltinSource(specifier) != nullptr || specifier == "sb:native") {
    if (from.starts_with("sb:")) return specifier;
  }
  if (std::string alias = ResolveAlias(specifier); !alias.empty()) return alias;
  if (specifier.starts_with("k6/browser") || specifier.starts_with("k6/experimental/browser")) {
    return base::Unimplemented(
        "k6/browser drives a real browser; Signalbox runs HTTP and WebSocket scripts only. Run "
        "browser scripts with k6 and its remote write to Signalbox");
  }
  if (specifier == "k6" || specifier.starts_with("k6/")) {
    return base::Unimplemented("the module is not among those that Signalbox has "
                               "(docs/load-testing.md lists them): " + specifier);
  }
  if (specifier.find("://") != std::string::npos) {
    if (specifier.find("/k6-utils/") != std::string::npos) return std::string("sb:utils");
    if (specifier.find("/k6-summary/") != std::string::npos) return std::string("sb:summary");
    return base::Unimplemented(
        "modules are not fetched from the network; save the file beside the script and import "
        "it by its path: " + specifier);
  }
  const std::string path = specifier.starts_with("file://") ? specifier.substr(7) : specifier;
  return NormalPath(base::JoinPath(base::ParentPath(from), path));
}

v8::MaybeLocal<v8::Module> ModuleLoader::Compile(const std::string& name,
                                                 const std::string& source) {
  v8::Isolate* isolate = user_.isolate();
  v8::ScriptOrigin origin(isolate, JsString(isolate, name), 0, 0, false, -1, {}, false, false,
                          /*is_module=*/true);
  v8::ScriptCompiler::Source text(JsString(isolate, source), origin);
  return v8::ScriptCompiler::CompileModule(isolate, &text);
}

v8::MaybeLocal<v8::Module> ModuleLoader::Get(const std::string& name) {
  v8::Isolate* isolate = user_.isolate();
  if (const auto it = modules_.find(name); it != modules_.end()) return it->second.Get(isolate);
  v8::Local<v8::Module> module;
  if (name == "sb:native") {
    module = v8::Module::CreateSyntheticModule(
        isolate, JsString(isolate, name), {JsString(isolate, "default")},
        [](v8::Local<v8::Context> context,
           v8::Local<v8::Module> self) -> v8::MaybeLocal<v8::Value> {
          v8::Isolate* here = context->GetIsolate();
          if (self->SetSyntheticModuleExport(here, JsString(here, "default"),
                                             MakeNatives(*User::Current()))
                  .IsNothing()) {
            return {};
          }
          v8::Local<v8::Promise::Resolver> done;
          if (!v8::Promise::Resolver::New(context).ToLocal(&done)) return {};
          done->Resolve(context, v8::Undefined(here)).Check();
          return done->GetPromise();
        });
  } else if (const char* builtin = BuiltinSource(name); builtin != nullptr) {
    if (!Compile(name, builtin).ToLocal(&module)) return {};
  } else {
    const auto content = user_.test().files.Read(name);
    if (!content.ok()) {
      ThrowError(isolate, "cannot import: " + std::string(content.status().message()));
      return {};
    }
    const bool json = name.ends_with(".json");
    if (!Compile(name, json ? "export default " + **content : **content).ToLocal(&module)) {
      return {};
    }
  }
  modules_[name].Reset(isolate, module);
  names_.emplace_back(module->GetIdentityHash(), name);
  return module;
}

v8::MaybeLocal<v8::Module> ModuleLoader::Resolve(v8::Local<v8::Context> context,
                                                 v8::Local<v8::String> specifier,
                                                 v8::Local<v8::FixedArray> /*assertions*/,
                                                 v8::Local<v8::Module> referrer) {
  v8::Isolate* isolate = context->GetIsolate();
  ModuleLoader& self = *current_loader;
  std::string from;
  for (const auto& [hash, name] : self.names_) {
    if (hash == referrer->GetIdentityHash() && self.modules_[name].Get(isolate) == referrer) {
      from = name;
    }
  }
  const auto name = self.Locate(Utf8(isolate, specifier), from);
  if (!name.ok()) {
    ThrowError(isolate, std::string(name.status().message()));
    return {};
  }
  return self.Get(*name);
}

base::Status ModuleLoader::Load(const std::string& name, v8::Local<v8::Object>* exports) {
  v8::Isolate* isolate = user_.isolate();
  v8::Local<v8::Context> context = isolate->GetCurrentContext();
  v8::TryCatch caught(isolate);
  current_loader = this;
  v8::Local<v8::Module> module;
  v8::Local<v8::Value> result;
  const bool evaluated =
      Get(name).ToLocal(&module) &&
      (module->GetStatus() >= v8::Module::kInstantiated ||
       module->InstantiateModule(context, &Resolve).FromMaybe(false)) &&
      module->Evaluate(context).ToLocal(&result);
  current_loader = nullptr;
  if (!evaluated) return base::InvalidArgument(ErrorText(isolate, caught));
  if (result->IsPromise()) {
    v8::MicrotasksScope::PerformCheckpoint(isolate);
    context->GetMicrotaskQueue()->PerformCheckpoint(isolate);
    v8::Local<v8::Promise> promise = result.As<v8::Promise>();
    if (promise->State() == v8::Promise::kRejected) {
      return base::InvalidArgument(ErrorText(isolate, promise->Result()));
    }
  }
  *exports = module->GetModuleNamespace().As<v8::Object>();
  return base::OkStatus();
}

}  // namespace sb::load
