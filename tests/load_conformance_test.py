#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs the k6 scripts of the conformance data with signalbox-load against a small server and compares exit
codes, counts, groups, sub-metrics, files and texts with expected.yaml. Prints `conformance: k6 X of Y`."""
import http.server
import json
import os
import re
import socket
import subprocess
import sys
import tempfile
import threading
import time
import unittest

SKIPPED = 77
USERS = {"1": "ann", "2": "bob", "3": "cyd"}


class Server(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def setup(self):
        super().setup()
        self.connection.setsockopt(6, 1, 1)  # TCP_NODELAY: a reply is two writes

    def log_message(self, *args):
        pass

    def reply(self, status, body=b"", **headers):
        if not isinstance(body, bytes):
            body = json.dumps(body).encode()
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        if status != 204:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if status != 204 and self.command != "HEAD":
            self.wfile.write(body)

    def answer(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        path = self.path.split("?")[0]
        user = re.fullmatch(r"/users/(\d)", path)
        if path == "/":
            self.reply(200, b"hello")
        elif path == "/api/items":
            self.reply(200, [1, 2, 3])
        elif path == "/login":
            self.reply(200, {"token": "t0k"}, Set_Cookie="sid=abc; Path=/")
        elif path == "/api/orders":
            self.reply(201, {})
        elif path == "/session":
            self.reply(204)
        elif user:
            self.reply(200, {"id": int(user[1]), "name": USERS[user[1]]})
        elif path == "/fail":
            self.reply(500)
        elif path == "/redirect":
            self.reply(302, Location="/")
        elif path == "/basic":
            ok = self.headers.get("Authorization") == "Basic dTpw"
            self.reply(200 if ok else 401)
        elif path == "/slow":
            time.sleep(5)
            self.reply(200)
        elif path == "/page":
            self.reply(200, b"<html><body><h1 id=t class='a b'>Shop &amp; co</h1><a href='/'>x</a></body></html>")
        elif path == "/echo":
            headers = {name.lower(): value for name, value in self.headers.items()}
            self.reply(200, {"method": self.command, "url": self.path, "headers": headers,
                             "body": body.decode("utf-8", "replace")})
        else:
            self.reply(404)

    do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = do_HEAD = do_OPTIONS = answer


class QuietServer(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, request, client_address):
        pass


def program():
    path = os.environ.get("SIGNALBOX_LOAD_BINARY", "")
    if not path:
        path = os.path.join(os.path.dirname(os.environ.get("SIGNALBOX_BINARY", "")), "signalbox-load")
    if not os.access(path, os.X_OK):
        print("skipped: no signalbox-load beside SIGNALBOX_BINARY (nor in SIGNALBOX_LOAD_BINARY)")
        sys.exit(SKIPPED)
    return path


class Run:
    """One run of a script, its output and its exported summary."""

    def __init__(self, script, *flags, env=None, timeout=60):
        self.folder = tempfile.mkdtemp(prefix="signalbox-load-")
        export = os.path.join(self.folder, "export.json")
        begin = time.monotonic()
        done = subprocess.run([program(), "run", "-q", "--summary-export", export, *flags, script],
                              cwd=self.folder, capture_output=True, text=True, timeout=timeout,
                              env={**os.environ, **(env or {})})
        self.seconds = time.monotonic() - begin
        self.exit, self.stdout, self.stderr = done.returncode, done.stdout, done.stderr
        self.summary = read_json(export) if os.path.exists(export) else {"metrics": {}}

    def value(self, metric, key="count"):
        found = self.summary["metrics"].get(metric)
        return None if found is None else found["values"].get(key)


class LoadTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = QuietServer(("127.0.0.1", 0), Server)
        threading.Thread(target=cls.server.serve_forever, daemon=True).start()
        cls.base = f"http://127.0.0.1:{cls.server.server_port}"

    @classmethod
    def tearDownClass(cls):
        cls.server.shutdown()
        cls.server.server_close()

    def run_text(self, text, *flags, **more):
        with tempfile.NamedTemporaryFile("w", suffix=".js", delete=False) as file:
            file.write(text)
        try:
            return Run(file.name, "-e", f"BASE_URL={self.base}", *flags, **more)
        finally:
            os.unlink(file.name)

    # --- the conformance data ---

    def compare(self, name, want, run):
        """What differs from expected.yaml, as texts."""
        wrong = []
        if run.exit != want["exit"]:
            wrong.append(f"exit {run.exit}, expected {want['exit']}: {run.stderr[-300:]}")
        if run.seconds > want.get("max_seconds", 60) + 2:
            wrong.append(f"took {run.seconds:.1f} s")
        for metric, expected in want.get("metrics", {}).items():
            base, _, part = metric.partition(" ")
            key = part or {"vus_max": "value", "cart_size": "value"}.get(base, "count")
            value = run.value(base, key)
            if base == "dropped_iterations" and value is None:
                value = 0
            if expected == "about 100":
                if not 80 <= (value or 0) <= 160:
                    wrong.append(f"{metric} is {value}")
            elif value != expected:
                wrong.append(f"{metric} is {value}, expected {expected}")
        groups = [g["path"] for g in run.summary.get("root_group", {}).get("groups", [])]
        wrong += [f"no group {g}" for g in want.get("groups", []) if g not in groups]
        wrong += [f"no {m}" for m in want.get("submetrics", []) if m not in run.summary["metrics"]]
        wrong += [f"no '{t}' in the summary" for t in want.get("summary_contains", []) if t not in run.stdout]
        if "stdout" in want and run.stdout != want["stdout"]:
            wrong.append(f"stdout is {run.stdout!r}")
        if "files" in want:
            written = read_json(os.path.join(run.folder, "summary.json"))
            if not {"root_group", "options", "state", "metrics"} <= set(written):
                wrong.append(f"summary.json has {sorted(written)}")
            checks = written["metrics"]["checks"]["values"]
            if checks != {"rate": 1, "passes": 3, "fails": 0} or \
                    written["metrics"]["http_reqs"]["values"]["count"] != 3:
                wrong.append("summary.json has other figures")
        return wrong

    def test_conformance(self):
        folder = os.environ.get("SIGNALBOX_CONFORMANCE_DIR", "")
        if not os.path.isdir(os.path.join(folder, "k6")):
            self.skipTest("SIGNALBOX_CONFORMANCE_DIR is not set")
        folder = os.path.join(folder, "k6")
        passed, all_wrong, expected = 0, {}, read_expected(os.path.join(folder, "expected.yaml"))
        for name, want in expected.items():
            run = Run(os.path.join(folder, name), "-e", f"BASE_URL={self.base}")
            wrong = self.compare(name, want, run)
            passed += not wrong
            if wrong:
                all_wrong[name] = wrong
        print(f"conformance: k6 {passed} of {len(expected)}", flush=True)
        self.assertEqual(all_wrong, {})

    # --- the interface of scripts, beyond the data ---

    def test_requests(self):
        run = self.run_text("""
import http from 'k6/http';
import { check } from 'k6';
import { randomIntBetween, uuidv4 } from 'https://jslib.k6.io/k6-utils/1.4.0/index.js';
export const options = { thresholds: { checks: ['rate==1'] } };
const B = __ENV.BASE_URL;
export default function () {
  const echo = http.post(`${B}/echo?a=1`, JSON.stringify({ x: 1 }), { headers: { 'Content-Type': 'application/json', 'X-A': 'b' } });
  const form = http.put(`${B}/echo`, { a: 'b c', d: ['1', '2'] });
  const basic = http.get(B.replace('http://', 'http://u:p@') + '/basic');
  const digest = http.get(`${B}/basic`);
  const many = http.batch([['GET', `${B}/`], { method: 'POST', url: `${B}/api/orders`, body: { a: 1 } }, `${B}/api/items`]);
  const named = http.batch({ one: `${B}/`, two: ['GET', `${B}/missing`] });
  const binary = http.get(`${B}/`, { responseType: 'binary' });
  const none = http.get(`${B}/`, { responseType: 'none' });
  http.post(`${B}/login`);
  const cookie = http.get(`${B}/echo`, { cookies: { own: 'x' } });
  const page = http.get(`${B}/page`);
  const stay = http.get(`${B}/redirect`, { redirects: 0 });
  const go = http.get(`${B}/redirect`);
  const late = http.get(`${B}/slow`, { timeout: 50 });
  check(null, {
    json: () => JSON.parse(echo.json('body')).x === 1 && echo.json().headers['x-a'] === 'b' && echo.json('url') === '/echo?a=1',
    'trace context': () => /^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/.test(echo.json('headers.traceparent')) && echo.json('headers.traceparent').includes(echo.trace_id),
    form: () => form.json('body') === 'a=b+c&d=1&d=2' && form.json('headers')['content-type'] === 'application/x-www-form-urlencoded',
    auth: () => basic.status === 200 && digest.status === 401,
    batch: () => many.length === 3 && many[1].status === 201 && many[2].json('#') === 3 && named.one.body === 'hello' && named.two.status === 404,
    bodies: () => binary.body.byteLength === 5 && none.body === null,
    cookies: () => /sid=abc/.test(cookie.json('headers.cookie')) && /own=x/.test(cookie.json('headers.cookie')) && http.cookieJar().cookiesForURL(B).sid[0] === 'abc',
    html: () => page.html('h1.a').text() === 'Shop & co' && page.html().find('#t').attr('class') === 'a b' && page.html('a').attr('href') === '/',
    redirects: () => stay.status === 302 && stay.headers.Location === '/' && go.status === 200 && go.url === `${B}/`,
    timeout: () => late.status === 0 && late.error_code === 1050 && late.error !== '',
    headers: () => 'Content-Length' in echo.headers && echo.timings.duration > 0 && echo.proto === 'HTTP/1.1',
    utils: () => randomIntBetween(3, 3) === 3 && uuidv4().length === 36,
  });
}""")
        self.assertEqual(run.exit, 0, run.stdout + run.stderr)

    def test_exit_codes(self):
        cases = {
            "export default function () { throw new Error('seen'); }": 0,
            "throw new Error('top'); export default () => {};": 107,
            "export default () => { oops": 107,
            "export const options = { scenarios: { a: { executor: 'none' } } }; export default () => {};": 104,
            "export const options = { thresholds: { nothing: ['count>1'] } }; export default () => {};": 104,
            "export const notDefault = () => {};": 104,
            "import x from 'k6/browser'; export default () => {};": 107,
            "import exec from 'k6/execution'; export default () => { exec.test.abort('why'); };": 108,
            "export function setup() { throw new Error('s'); } export default () => {};": 107,
            "export const options = { setupTimeout: '200ms' }; import { sleep } from 'k6';"
            "export function setup() { sleep(9); } export default () => {};": 100,
            "export const options = { thresholds: { iterations: ['count>5'] } }; export default () => {};": 99,
        }
        for script, code in cases.items():
            run = self.run_text(script)
            self.assertEqual(run.exit, code, f"{script}\n{run.stderr}")

    def test_interrupts_what_does_not_end(self):
        for body in ("for (;;) {}", "sleep(60);", "http.get(`${__ENV.BASE_URL}/slow`);"):
            run = self.run_text("import { sleep } from 'k6'; import http from 'k6/http'; export const options = "
                                "{ scenarios: { a: { executor: 'constant-vus', vus: 2, duration: '500ms', "
                                "gracefulStop: '200ms' } } }; export default function () { " + body + " }")
            self.assertEqual(run.exit, 0, run.stderr)
            self.assertLess(run.seconds, 4.5, body)
            self.assertIsNone(run.value("iterations"), body)

    def test_many_users_and_setup_data(self):
        run = self.run_text("""
import { Counter } from 'k6/metrics';
import exec from 'k6/execution';
import { check, sleep } from 'k6';
const seen = new Counter('seen');
let own = 0;
export const options = { scenarios: { a: { executor: 'per-vu-iterations', vus: 120, iterations: 3, maxDuration: '60s' } } };
export function setup() { return { word: 'x' }; }
export default function (data) {
  own++;
  check(data, { data: (d) => d.word === 'x', 'own globals': () => own === exec.vu.iterationInScenario + 1 && own === __ITER + 1 });
  seen.add(1);
  sleep(0.01);
}""")
        self.assertEqual(run.exit, 0, run.stderr)
        self.assertEqual(run.value("seen"), 360)
        self.assertEqual(run.value("checks", "fails"), 0, run.stdout)

    def test_web_sockets(self):
        listener = socket.create_server(("127.0.0.1", 0))
        self.addCleanup(listener.close)
        threading.Thread(target=echo_frames, args=(listener,), daemon=True).start()
        run = self.run_text("""
import ws from 'k6/ws';
import { WebSocket } from 'k6/websockets';
import { check } from 'k6';
export const options = { thresholds: { checks: ['rate==1'] } };
export default function () {
  const got = [];
  const result = ws.connect(__ENV.WS_URL, {}, (socket) => {
    socket.on('open', () => { socket.send('hello'); socket.setTimeout(() => socket.close(), 3000); });
    socket.on('message', (text) => { got.push(text); if (got.length === 2) socket.close(); else socket.send('x'.repeat(70000)); });
  });
  check(result, { upgraded: (r) => r.status === 101, echoed: () => got[0] === 'hello' && got[1].length === 70000 });
  const other = new WebSocket(__ENV.WS_URL);
  other.onopen = () => other.send('again');
  other.onmessage = (event) => { check(event, { event: (e) => e.data === 'again' }); other.close(); };
}""", "-e", f"WS_URL=ws://127.0.0.1:{listener.getsockname()[1]}/ws")
        self.assertEqual(run.exit, 0, run.stdout + run.stderr)
        self.assertEqual(run.value("checks", "passes"), 3, run.stdout + run.stderr)
        self.assertEqual((run.value("ws_sessions"), run.value("ws_msgs_sent"), run.value("ws_msgs_received")), (2, 3, 3))

    def test_timers_and_promises(self):
        run = self.run_text("""
import { check } from 'k6';
import http from 'k6/http';
export const options = { thresholds: { checks: ['rate==1', ] , 'checks{late:yes}': ['rate==1'] } };
export default async function () {
  const begin = Date.now();
  await new Promise((done) => setTimeout(done, 80));
  check(Date.now() - begin, { waited: (ms) => ms >= 75 });
  const r = await http.asyncRequest('GET', `${__ENV.BASE_URL}/`);
  check(r, { async: (x) => x.body === 'hello' });
  setTimeout(() => check(1, { later: true }, { late: 'yes' }), 20);
}""")
        self.assertEqual(run.exit, 0, run.stdout + run.stderr)
        self.assertEqual(run.value("checks", "passes"), 3)


def echo_frames(listener):
    """A WebSocket server that sends every text back, one connection after the other."""
    while True:
        try:
            connection, _ = listener.accept()
        except OSError:
            return
        file = connection.makefile("rwb")
        while file.readline().strip():
            pass
        file.write(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n")
        file.flush()
        while True:
            head = file.read(2)
            if len(head) < 2 or head[0] & 15 == 8:
                break
            length = head[1] & 127
            extended = file.read({126: 2, 127: 8}.get(length, 0))
            length = int.from_bytes(extended, "big") if extended else length
            mask = file.read(4)
            data = bytes(byte ^ mask[i % 4] for i, byte in enumerate(file.read(length)))
            file.write(bytes([head[0], min(head[1] & 127, 127)]) + extended + data)
            file.flush()
        file.close()
        connection.close()


def read_json(path):
    with open(path) as file:
        return json.load(file)


def read_expected(path):
    """expected.yaml: one flow mapping a line; values are numbers, texts, lists and flat mappings."""
    out = {}
    with open(path) as file:
        lines = file.readlines()
    for line in lines:
        if line.strip() and not line.startswith("#"):
            name, _, text = line.partition(": ")
            text = re.sub(r'"(?:[^"\\]|\\.)*"|[A-Za-z_][\w.]*(?=:)',
                          lambda m: m[0] if m[0][0] == '"' else f'"{m[0]}"', text)
            out[name] = json.loads(text)
    return out


if __name__ == "__main__":
    program()
    unittest.main(verbosity=1)
