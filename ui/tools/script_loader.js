// SPDX-License-Identifier: Apache-2.0
// Runs the application's files, which the build writes as classic scripts (classic_scripts.mjs): brings a
// file with what it needs, connects what it exports and imports, runs it. Stands before the first module.
// Circles are not brought: the build refuses them.
(() => {
  const files = new Map();
  const place = (name) => name.replace(/^\.\/(assets\/)?/, '/assets/');

  function fileOf(name) {
    let file = files.get(name);
    if (!file) {
      file = { name, exported: Object.create(null), importers: [], needs: [], isRun: false };
      file.there = new Promise((resolve, reject) => Object.assign(file, { resolve, reject }));
      files.set(name, file);
    }
    return file;
  }

  function bring(file) {
    if (!file.isAsked) {
      file.isAsked = true;
      const script = document.createElement('script');
      script.src = file.name;
      script.crossOrigin = '';
      script.onerror = () => {
        // Asked for again, it is tried again.
        files.delete(file.name);
        file.reject(new TypeError(`Failed to fetch dynamically imported module: ${file.name}`));
      };
      document.head.append(script);
    }
    return file.there;
  }

  async function connect(file) {
    const { needs, make } = await bring(file);
    const set = (name, value) => {
      if (typeof name === 'object') Object.assign(file.exported, name);
      else file.exported[name] = value;
      for (const importer of file.importers) importer(file.exported);
      return value;
    };
    const made = make(set, { import: (name) => load(place(name)), meta: { url: location.origin + file.name } });
    file.execute = made.execute;
    file.needs = needs.map((name) => fileOf(place(name)));
    file.needs.forEach((needed, i) => {
      const setter = made.setters[i];
      if (!setter) return;
      needed.importers.push(setter);
      setter(needed.exported);
    });
    await Promise.all(file.needs.map(connected));
  }

  const connected = (file) => (file.connected ??= connect(file));

  function run(file) {
    if (!file.isRun) {
      file.isRun = true;
      try {
        file.needs.forEach(run);
        file.execute();
      } catch (error) {
        file.failed = { error };
      }
    }
    if (file.failed) throw file.failed.error;
  }

  async function load(name) {
    const file = fileOf(name);
    await connected(file);
    run(file);
    return file.exported;
  }

  self.signalboxFile = (name, needs, make, isFirst) => {
    const file = fileOf(name);
    file.isAsked = true;
    file.resolve({ needs, make });
    if (isFirst) void load(name);
  };
})();
