// SPDX-License-Identifier: Apache-2.0
//
// Templates: the built-in notification templates and those of the user's files, and the rendering
// of one text of a receiver's configuration.
//
//   SB_ASSIGN_OR_RETURN(auto templates, Templates::Load(env, {"/etc/alertmanager/*.tmpl"}));
//   templates->Text("{{ template \"slack.default.title\" . }}", data);
//
// kInvalidArgument as the template engine says it. Threads: immutable, safe for concurrent use.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "alert/notify/template_data.h"
#include "alert/notify/template_functions.h"
#include "base/env.h"
#include "base/status.h"
#include "template/template_set.h"

namespace sb::notify {

class Templates {
 public:
  // Files that a pattern names are read now; a pattern without files is no error.
  static base::Result<std::shared_ptr<const Templates>> Load(
      base::Env& env, const std::vector<std::string>& patterns);

  base::Result<std::string> Text(const std::string& text, const gotemplate::Value& data,
                                 const TextMap* route_labels = nullptr) const;
  base::Result<std::string> Html(const std::string& text, const gotemplate::Value& data,
                                 const TextMap* route_labels = nullptr) const;
  // Whether a text is a template at all.
  base::Status Check(const std::string& text) const;
  const gotemplate::TemplateSet& set() const { return set_; }

 private:
  explicit Templates(base::Env& env) : env_(env), set_(&TemplateFunctions()) {}
  base::Result<std::string> Render(const std::string& text, const gotemplate::Value& data,
                                   const TextMap* route_labels,
                                   gotemplate::Escaping escaping) const;

  base::Env& env_;
  gotemplate::TemplateSet set_;
};

}  // namespace sb::notify
