// SPDX-License-Identifier: Apache-2.0
#include "shop_page.h"

namespace techmart {

std::string_view ShopPage() {
  return R"HTML(<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>TechMart, a shop to be observed</title>
<style>
  body { font: 15px/1.5 system-ui, sans-serif; max-width: 900px; margin: 32px auto; padding: 0 16px; color: #1a2030; }
  h1 { font-size: 24px; } h2 { font-size: 17px; margin-top: 28px; }
  button { font: inherit; padding: 6px 12px; margin: 3px; border: 1px solid #b9c0d0; border-radius: 6px; background: #f4f6fa; cursor: pointer; }
  button[data-on="true"] { background: #c4232f; border-color: #c4232f; color: #fff; }
  pre { background: #f4f6fa; padding: 12px; border-radius: 8px; overflow: auto; max-height: 320px; }
  .note { color: #5a6478; }
</style></head><body>
<h1>TechMart</h1>
<p class="note">A shop to be observed. Customers are already shopping; press a button to be one, or break something.</p>
<h2>Journeys</h2><div id="journeys"></div><pre id="answer">The answer of a journey appears here.</pre>
<h2>Faults</h2><div id="faults"></div>
<h2>Alerts that reached this shop's webhook</h2><pre id="alerts">none yet</pre>
<script>
const journeys = ['browse','search','product-view','checkout','review','order-status','product-upload','job-status'];
const byId = (id) => document.getElementById(id);
const show = (id, text) => { byId(id).textContent = text; };
for (const name of journeys) {
  const button = document.createElement('button');
  button.textContent = name;
  button.onclick = async () => {
    const answer = await fetch(`/shop/${name}?product=${1 + Math.floor(Math.random() * 15)}`, { method: 'POST' });
    show('answer', `HTTP ${answer.status}\n${await answer.text()}`);
  };
  byId('journeys').append(button);
}
async function faults(path = '/faults', method = 'GET') {
  const state = await (await fetch(path, { method })).json();
  byId('faults').replaceChildren(...Object.entries(state).map(([name, on]) => {
    const button = document.createElement('button');
    button.textContent = name;
    button.dataset.on = on;
    button.onclick = () => faults(`/faults/${name}?on=${!on}`, 'POST');
    return button;
  }));
}
async function alerts() {
  const list = await (await fetch('/alerts')).json();
  if (list.length) show('alerts', list.map((one) =>
    `${one.status}: ${(one.alerts || []).map((a) => a.labels.alertname + ' ' + (a.annotations.summary || '')).join(', ')}`).join('\n'));
}
faults(); alerts(); setInterval(alerts, 5000);
</script></body></html>
)HTML";
}

}  // namespace techmart
