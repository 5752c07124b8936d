// SPDX-License-Identifier: Apache-2.0
#include "shop_page.h"

#include <string>

namespace techmart {

namespace {

constexpr const char* kStyle = R"HTML(<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><title>TechMart, a shop to be observed</title>
<link rel="icon" href="data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32'><circle cx='16' cy='16' r='14' fill='%231f7a5c'/></svg>">
<style>
  :root { --page: #f6f5f1; --card: #fff; --text: #1d2422; --soft: #63706c; --line: #e2e0d8; --brand: #1f7a5c; --on-brand: #fff;
    --warm: #b4541a; --bad: #b3261e; --bad-soft: #fbe9e7; --art: #e9efe9; --shadow: 0 1px 2px #0000000d, 0 4px 14px #0000000a; }
  @media (prefers-color-scheme: dark) { :root:not([data-theme="light"]) { --page: #131716; --card: #1c2220; --text: #e8ece9; --soft: #9aa8a2;
    --line: #2d3633; --brand: #4fc09a; --on-brand: #0c1a15; --warm: #f0a06a; --bad: #ff8a80; --bad-soft: #3a2220; --art: #243029; --shadow: none; } }
  :root[data-theme="dark"] { color-scheme: dark; --page: #131716; --card: #1c2220; --text: #e8ece9; --soft: #9aa8a2;
    --line: #2d3633; --brand: #4fc09a; --on-brand: #0c1a15; --warm: #f0a06a; --bad: #ff8a80; --bad-soft: #3a2220; --art: #243029; --shadow: none; }
  :root[data-theme="light"] { color-scheme: light; }
  * { box-sizing: border-box; }
  body { margin: 0; background: var(--page); color: var(--text); font: 15px/1.5 system-ui, "Segoe UI", sans-serif; }
  a { color: var(--brand); } button, input, select, textarea { font: inherit; color: inherit; }
  :focus-visible { outline: 2px solid var(--brand); outline-offset: 2px; }
  header { position: sticky; top: 0; z-index: 2; background: var(--card); border-bottom: 1px solid var(--line); }
  .bar { max-width: 1180px; margin: auto; padding: 10px 20px; display: flex; gap: 14px; align-items: center; flex-wrap: wrap; }
  .logo { font-weight: 700; font-size: 18px; letter-spacing: -.01em; display: flex; gap: 8px; align-items: center; }
  .lamp { width: 14px; height: 14px; border-radius: 50%; background: var(--brand); }
  .lamp.red { background: var(--bad); }
  #search { flex: 1 1 220px; min-width: 0; padding: 8px 12px; border: 1px solid var(--line); border-radius: 8px; background: var(--page); }
  .button { padding: 8px 14px; border: 1px solid var(--line); border-radius: 8px; background: var(--card); cursor: pointer; min-height: 38px; }
  .button:hover { border-color: var(--brand); } .button:disabled { opacity: .55; cursor: default; }
  .button.main { background: var(--brand); border-color: var(--brand); color: var(--on-brand); font-weight: 600; }
  main { max-width: 1180px; margin: auto; padding: 20px; display: grid; grid-template-columns: minmax(0, 1fr) 340px; gap: 24px; }
  @media (max-width: 900px) { main { grid-template-columns: minmax(0, 1fr); padding: 14px; } }
  h1 { font-size: 24px; margin: 4px 0; letter-spacing: -.02em; } h2 { font-size: 16px; margin: 0 0 8px; }
  .soft { color: var(--soft); } .small { font-size: 13px; }
  #goods { display: grid; grid-template-columns: repeat(auto-fill, minmax(190px, 1fr)); gap: 14px; margin-top: 14px; }
  @media (max-width: 460px) { #goods { grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 10px; } }
  .card { background: var(--card); border: 1px solid var(--line); border-radius: 12px; box-shadow: var(--shadow); }
  .good { overflow: hidden; display: flex; flex-direction: column; }
  .art { display: block; width: 100%; height: 104px; border: 0; background: var(--art); cursor: pointer; padding: 0; }
  .art svg { width: 52px; height: 52px; stroke: var(--brand); fill: none; stroke-width: 2.2; stroke-linecap: round; stroke-linejoin: round; }
  .good .text { padding: 10px 12px 12px; display: flex; flex-direction: column; gap: 8px; flex: 1; }
  .row { display: flex; justify-content: space-between; align-items: center; gap: 8px; }
  aside { display: grid; gap: 16px; align-content: start; } .box { padding: 14px 16px; }
  .item { display: flex; justify-content: space-between; gap: 8px; padding: 5px 0; border-bottom: 1px solid var(--line); }
  .fault { display: grid; grid-template-columns: 1fr auto; gap: 2px 10px; padding: 9px 0; border-top: 1px solid var(--line); }
  .fault:first-child { border-top: 0; } .fault p { margin: 0; } .fault .links { grid-column: 1 / -1; }
  .switch { appearance: none; width: 42px; height: 24px; border-radius: 12px; background: var(--line); position: relative; cursor: pointer; margin: 0; transition: background .15s; }
  .switch::after { content: ""; position: absolute; left: 3px; top: 3px; width: 18px; height: 18px; border-radius: 50%; background: #fff; transition: left .15s; box-shadow: 0 1px 2px #0004; }
  .switch:checked { background: var(--bad); } .switch:checked::after { left: 21px; }
  .alert { border-left: 3px solid var(--bad); background: var(--bad-soft); padding: 6px 10px; border-radius: 4px; margin: 6px 0; }
  .alert.resolved { border-color: var(--brand); background: none; }
  #toast { position: fixed; left: 50%; bottom: 18px; transform: translateX(-50%); background: var(--text); color: var(--page); padding: 10px 16px; border-radius: 10px;
    opacity: 0; pointer-events: none; transition: opacity .2s; max-width: calc(100vw - 24px); } #toast.shown { opacity: 1; pointer-events: auto; } #toast a { color: inherit; font-weight: 600; }
  dialog { border: 1px solid var(--line); border-radius: 14px; background: var(--card); color: inherit; width: min(460px, calc(100vw - 24px)); padding: 18px; }
  dialog::backdrop { background: #0007; } .stars button { border: 0; background: none; font-size: 22px; cursor: pointer; color: var(--warm); padding: 0 2px; }
  #talk { max-height: 160px; overflow: auto; } #talk p { margin: 4px 0; } .field { width: 100%; padding: 8px 10px; border: 1px solid var(--line); border-radius: 8px; background: var(--page); }
</style></head>
)HTML";

constexpr const char* kBody = R"HTML(<body>
<header><div class="bar">
  <span class="logo"><span class="lamp" id="lamp"></span>TechMart</span>
  <input id="search" type="search" placeholder="Search lamps, levers, bells" aria-label="Search">
  <a class="button" id="signalbox" target="_blank" rel="noopener" style="text-decoration:none">Open Signalbox</a>
  <button class="button" id="theme" aria-label="Light or dark">◐</button>
</div></header>
<main>
  <section>
    <h1>Everything for your signal box</h1>
    <div class="soft">Customers are already shopping. Be one of them, or break something and see who notices.</div>
    <div id="goods" aria-live="polite"></div>
  </section>
  <aside>
    <div class="card box"><h2>Cart</h2><div id="cart" class="soft">Empty.</div>
      <button class="button main" id="buy" style="width:100%;margin-top:10px" disabled>Check out</button></div>
    <div class="card box"><h2>Break something</h2><div id="faults"></div></div>
    <div class="card box"><h2>Alerts that reached this shop</h2><div id="alerts" class="soft small">None yet.</div></div>
    <div class="card box"><h2>Ask the shop</h2><div id="talk" class="small soft">A person answers in nine steps, each a span.</div>
      <form id="ask" class="row" style="margin-top:8px"><input class="field" id="name" placeholder="Your name" aria-label="Your name" maxlength="40" required>
      <button class="button">Ask</button></form></div>
    <div class="card box small"><h2>For the shopkeeper</h2>
      <div class="row"><button class="button" id="upload">Upload 50 products</button><span id="job" class="soft"></span></div></div>
  </aside>
</main>
<dialog id="detail"></dialog><div id="toast" role="status"></div>
)HTML";

constexpr const char* kScript = R"HTML(<script>
'use strict';
const box = `${location.protocol}//${location.hostname}:3000`;
const byId = (id) => document.getElementById(id);
// Text only: nothing that a server says becomes markup.
function make(tag, properties = {}, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
}
const link = (text, path) => make('a', { href: box + path, target: '_blank', rel: 'noopener', textContent: text });
const explore = (query, what = 'metrics') => what === 'traces' ? `/traces?${new URLSearchParams({ q: query })}`
  : what === 'logs' ? `/logs?${new URLSearchParams({ query })}` : `/explore?${new URLSearchParams({ 'g0.expr': query, 'g0.tab': 'graph' })}`;
const icons = {
  Lamp: 'M18 8h12l4 18H14zM20 26v6h8v-6M24 4v4M12 40h24', Lever: 'M14 40h20M24 40 32 10M30 8a3 3 0 1 0 5 2',
  Bell: 'M14 32h20l-3-6v-8a7 7 0 0 0-14 0v8zM22 36a2 2 0 0 0 4 0', Oil: 'M24 6s10 12 10 20a10 10 0 0 1-20 0C14 18 24 6 24 6z',
  Arm: 'M14 42V8M14 10h26l-4 8H14', Motor: 'M8 18h24v16H8zM32 22h8v8h-8M14 18v-6h10v6', Wire: 'M6 24c6-14 12 14 18 0s12 14 18 0',
  Register: 'M12 8h24v32H12zM18 16h12M18 23h12M18 30h8', Frame: 'M10 40V14h28v26M18 14V8M24 14V8M30 14V8M10 28h28',
};
const plain = 'M8 18 24 9l16 9v16l-16 8-16-8zM8 18l16 8 16-8M24 26v16';
function art(name) {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  svg.setAttribute('viewBox', '0 0 48 48'); svg.setAttribute('aria-hidden', 'true');
  const path = document.createElementNS('http://www.w3.org/2000/svg', 'path');
  path.setAttribute('d', icons[Object.keys(icons).find((word) => name.includes(word))] || plain);
  svg.append(path); return svg;
}
let hide;
function toast(text, where) {
  byId('toast').replaceChildren(text, ...(where ? [' ', where] : []));
  byId('toast').classList.add('shown'); clearTimeout(hide);
  hide = setTimeout(() => byId('toast').classList.remove('shown'), 6000);
}
async function journey(name, parameters = {}) {
  const answer = await fetch(`/shop/${name}?${new URLSearchParams(parameters)}`, { method: 'POST' });
  const body = await answer.json().catch(() => ({}));
  if (!answer.ok) {
    toast(`${name} failed (${answer.status}): ${body.error || 'no reason given'}.`,
      link('See it in Signalbox', explore(`{ name = "cuj.${name}" && status = error }`, 'traces')));
    throw new Error(name);
  }
  return body;
}
const euro = (n) => Number(n).toLocaleString(undefined, { style: 'currency', currency: 'EUR' });
const cart = new Map();
function showCart() {
  const lines = [...cart.values()];
  byId('buy').disabled = !lines.length;
  byId('buy').textContent = lines.length ? `Check out, ${euro(lines.reduce((sum, l) => sum + l.n * l.good.price, 0))}` : 'Check out';
  byId('cart').replaceChildren(...(lines.length ? lines.map((l) => make('div', { className: 'item' },
    `${l.n} × ${l.good.name}`, make('button', { className: 'button small', textContent: '−', ariaLabel: `One ${l.good.name} less`,
      onclick: () => { if (--l.n === 0) cart.delete(l.good.id); showCart(); } }))) : ['Empty.']));
}
function add(good) {
  const line = cart.get(good.id) || { good, n: 0 };
  line.n += 1; cart.set(good.id, line); showCart(); toast(`${good.name} is in the cart.`);
}
function showGoods(goods) {
  byId('goods').replaceChildren(...(goods.length ? goods.map((good) => make('article', { className: 'card good' },
    make('button', { className: 'art', ariaLabel: `About ${good.name}`, onclick: () => detail(good) }, art(good.name)),
    make('div', { className: 'text' }, make('strong', { textContent: good.name }),
      make('div', { className: 'row', style: 'margin-top:auto' }, euro(good.price),
        make('button', { className: 'button', textContent: 'Add', ariaLabel: `Add ${good.name}`, onclick: () => add(good) })))))
    : [make('p', { className: 'soft', textContent: 'Nothing is called so. Try lamp or signal.' })]));
}
async function detail(good) {
  const reviews = await journey('product-view', { product: good.id }).catch(() => null);
  const dialog = byId('detail');
  const stars = make('span', { className: 'stars' }, ...[1, 2, 3, 4, 5].map((n) => make('button', { textContent: '★', ariaLabel: `${n} stars`,
    onclick: async () => { await journey('review', { product: good.id, stars: n }); dialog.close(); toast('Thank you for the review.'); } })));
  dialog.replaceChildren(make('h2', { textContent: good.name }), make('div', { className: 'soft', textContent: `${good.category}, ${euro(good.price)}` }),
    make('p', { textContent: reviews && reviews.count ? `${Number(reviews.stars).toFixed(1)} of 5 stars in ${reviews.count} reviews.` : 'No reviews yet.' }),
    make('div', { className: 'row' }, stars, make('span', {}, make('button', { className: 'button', textContent: 'Close', onclick: () => dialog.close() }), ' ',
      make('button', { className: 'button main', textContent: 'Add', onclick: () => { add(good); dialog.close(); } }))));
  dialog.showModal();
}
byId('buy').onclick = async () => {
  byId('buy').disabled = true;
  try {
    let last;
    for (const [id, line] of [...cart]) { last = await journey('checkout', { product: id, quantity: line.n }); cart.delete(id); }
    toast(`Order ${last.order} is placed.`, link('See its trace', explore('{ name = "cuj.checkout" }', 'traces')));
  } finally { showCart(); }
};
let typed;
byId('search').oninput = () => { clearTimeout(typed); typed = setTimeout(async () => {
  const words = byId('search').value.trim();
  showGoods(words ? await journey('search', { q: words }) : await journey('browse'));
}, 250); };
const faultLinks = {
  'payment-failure': ['PaymentsDeclined', ['Failed payments', explore('{ name = "charge payment" && status = error }', 'traces')]],
  'slow-inventory': ['CheckoutSlow', ['Slow checkouts', explore('{ name = "cuj.checkout" && duration > 1s }', 'traces')]],
  'cache-failure': ['CacheMisses', ['Misses', explore('{ span.cache.hit = false }', 'traces')]],
  'consumer-lag': ['WorkerBehind', ['Messages that wait', explore('worker_lag')]],
  'memory-leak': ['MemoryHeld', ['Memory held', explore('techmart_memory_held_bytes')]],
  'cpu-burn': ['SearchSlow', ['Slow searches', explore('{ span.http.route = "/api/search" && duration > 100ms }', 'traces')]],
  'error-burst': ['ProductPagesFail', ['Error lines', explore('{service_name="api"} |= "broken"', 'logs')]],
  'dependency-down': ['WarehouseDown', ['Its log lines', explore('{service_name="inventory-svc"} |= "warehouse"', 'logs')]],
};
async function faults(path = '/faults', method = 'GET') {
  const state = await (await fetch(path, { method })).json();
  byId('lamp').classList.toggle('red', state.some((fault) => fault.on));
  byId('faults').replaceChildren(...state.map(({ name, sentence, on }) => {
    const [alert, [text, path]] = faultLinks[name];
    return make('div', { className: 'fault' }, make('strong', { textContent: name.replace('-', ' ') }),
      make('input', { type: 'checkbox', className: 'switch', checked: on, ariaLabel: name, onchange: (e) => faults(`/faults/${name}?on=${e.target.checked}`, 'POST') }),
      make('p', { className: 'soft small', textContent: sentence }),
      make('p', { className: 'small links' }, `Alert ${alert}: `, link('see it in Signalbox', '/alerts'), ' · ', link(text, path)));
  }));
}
async function alerts() {
  const list = await (await fetch('/alerts')).json();
  const all = list.flatMap((one) => one.alerts || []).slice(0, 8);
  if (all.length) byId('alerts').replaceChildren(...all.map((a) => make('div', { className: `alert ${a.status}` },
    make('strong', { textContent: `${a.labels.alertname} ${a.status}` }), make('div', { textContent: (a.annotations || {}).summary || '' }))));
}
byId('ask').onsubmit = async (event) => {
  event.preventDefault();
  const answer = await fetch(`/ask?${new URLSearchParams({ name: byId('name').value })}`, { method: 'POST' });
  byId('talk').append(make('p', { textContent: (await answer.json()).reply || 'Nobody answers.' }), link('Nine steps', explore('{ resource.service.name = "chat" }', 'traces')));
};
byId('upload').onclick = async () => {
  const { job } = await journey('product-upload', { items: 50 });
  for (let i = 0; i < 20; i += 1) {
    const now = await journey('job-status', { job });
    byId('job').textContent = `job ${job}: ${now.state}`;
    if (now.state === 'done') break;
    await new Promise((done) => { setTimeout(done, 700); });
  }
};
byId('signalbox').href = box;
const root = document.documentElement;
if (localStorage.theme) root.dataset.theme = localStorage.theme;
byId('theme').onclick = () => {
  const dark = root.dataset.theme ? root.dataset.theme === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
  localStorage.theme = root.dataset.theme = dark ? 'light' : 'dark';
};
journey('browse').then(showGoods); faults(); alerts(); setInterval(alerts, 5000);
</script></body></html>
)HTML";

}  // namespace

std::string_view ShopPage() {
  static const std::string page = std::string(kStyle) + kBody + kScript;
  return page;
}

}  // namespace techmart
