// The module "k6/http".
import N from 'sb:native';
import { parseHTML } from 'sb:html';

const S = N.state;  // what the native side shares: [0] iteration, [1…7] timings of the last exchange
const UA = `User-Agent: ${N.settings.userAgent}\r\n`;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);
let responseCallback;  // undefined: 200…399

export const file = (data, filename, contentType) => ({ __file: true, data, filename: filename || `${Date.now()}`, content_type: contentType || 'application/octet-stream' });
export const url = (parts, ...values) => {
  let text = parts[0];
  let name = parts[0];
  for (let i = 0; i < values.length; i++) { text += values[i] + parts[i + 1]; name += '${}' + parts[i + 1]; }
  return { url: text, name, toString() { return text; } };
};
export function expectedStatuses(...list) {
  const ranges = [];
  for (const item of list) {
    if (typeof item === 'number') ranges.push(item, item);
    else if (item && typeof item.min === 'number' && typeof item.max === 'number') ranges.push(item.min, item.max);
    else throw new TypeError('expectedStatuses() takes numbers and {min, max}');
  }
  return { ranges };
}
export function setResponseCallback(callback) {
  responseCallback = callback === null ? null : callback.ranges;
}

// --- Cookies -----------------------------------------------------------------------------------------
const pathOf = (u) => /^\w+:\/\/[^/?#]*([^?#]*)/.exec(u)?.[1] || '/';
const hostOf = (u) => (/^\w+:\/\/(?:[^@/]*@)?(\[[^\]]*\]|[^:/?#]*)/.exec(u)?.[1] || '').toLowerCase();

export class CookieJar {
  #all = [];
  get size() { return this.#all.length; }
  #matching(u) {
    if (this.#all.length === 0) return [];
    const host = hostOf(u);
    const path = pathOf(u);
    const now = Date.now();
    return this.#all.filter((c) => (c.expires === null || c.expires > now) && (!c.secure || u.startsWith('https:')) &&
      (host === c.domain || (!c.hostOnly && host.endsWith(`.${c.domain}`))) &&
      (c.path === '/' || path === c.path || path.startsWith(c.path.endsWith('/') ? c.path : `${c.path}/`)));
  }
  header(u) { return this.#matching(u).map((c) => `${c.name}=${c.value}`).join('; '); }
  cookiesForURL(u) {
    const out = {};
    for (const c of this.#matching(String(u))) (out[c.name] ||= []).push(c.value);
    return out;
  }
  set(u, name, value, options = {}) {
    const host = hostOf(String(u));
    const domain = (options.domain || host).replace(/^\./, '').toLowerCase();
    let expires = options.expires ? Date.parse(options.expires) : null;
    if (options.max_age !== undefined) expires = options.max_age > 0 ? Date.now() + options.max_age * 1000 : 0;
    const cookie = { name, value: String(value), domain, hostOnly: !options.domain, path: options.path || '/', expires, secure: Boolean(options.secure) };
    this.#all = this.#all.filter((c) => c.name !== name || c.domain !== domain || c.path !== cookie.path);
    if (expires === null || expires > Date.now()) this.#all.push(cookie);
    return true;
  }
  clear(u) { const gone = new Set(this.#matching(String(u))); this.#all = this.#all.filter((c) => !gone.has(c)); }
  delete(u, name) { const gone = new Set(this.#matching(String(u))); this.#all = this.#all.filter((c) => !(gone.has(c) && c.name === name)); }
}
let vuJar = null;
let vuJarIteration = -1;
export function cookieJar() {
  if (vuJar === null || (vuJarIteration !== S[0] && !N.settings.noCookiesReset)) vuJar = new CookieJar();
  vuJarIteration = S[0];
  return vuJar;
}

function setCookie(text) {
  const [pair, ...attributes] = text.split(';');
  const eq = pair.indexOf('=');
  const cookie = { name: pair.slice(0, eq).trim(), value: pair.slice(eq + 1).trim(), domain: '', path: '', http_only: false, secure: false, max_age: 0, expires: 0 };
  const options = {};
  for (const attribute of attributes) {
    const [key, ...rest] = attribute.trim().split('=');
    const value = rest.join('=');
    switch (key.toLowerCase()) {
      case 'domain': cookie.domain = options.domain = value; break;
      case 'path': cookie.path = options.path = value; break;
      case 'expires': cookie.expires = Date.parse(value); options.expires = value; break;
      case 'max-age': cookie.max_age = options.max_age = Number(value); break;
      case 'secure': cookie.secure = options.secure = true; break;
      case 'httponly': cookie.http_only = true; break;
    }
  }
  return { cookie, options };
}

// --- Responses -----------------------------------------------------------------------------------------
const canonical = (name) => name.toLowerCase().replace(/(^|-)([a-z])/g, (_, dash, c) => dash + c.toUpperCase());
function* fields(raw) {
  for (const line of raw.split('\r\n')) {
    const colon = line.indexOf(':');
    if (colon > 0) yield [line.slice(0, colon), line.slice(colon + 1).trim()];
  }
}
const rawHeader = (raw, name) => { for (const [k, v] of fields(raw)) if (k.toLowerCase() === name) return v; return undefined; };

function select(value, path) {
  const words = path.match(/(?:\\.|[^.])+/g) || [];
  for (let i = 0; i < words.length; i++) {
    const word = words[i].replace(/\\(.)/g, '$1');
    if (value === null || value === undefined) return undefined;
    if (word === '#') {
      if (!Array.isArray(value)) return undefined;
      if (i === words.length - 1) return value.length;
      const rest = words.slice(i + 1).join('.');
      return value.map((item) => select(item, rest)).filter((item) => item !== undefined);
    }
    value = value[word];
  }
  return value;
}

export class Response {
  #raw; #headers; #cookies; #json;
  constructor(result, requestUrl, request, timings) {
    this.#raw = result[2];
    this.url = requestUrl;
    this.status = result[0];
    this.body = result[1];
    this.error = result[3];
    this.error_code = result[4];
    this.proto = result[5];
    this.remote_ip = result[6];
    this.remote_port = result[7];
    this.tls_version = result[8];
    this.status_text = result[9];
    this.trace_id = result[10];
    this.request = request;
    this.timings = timings;
  }
  get headers() {
    if (this.#headers === undefined) {
      this.#headers = {};
      for (const [k, v] of fields(this.#raw)) {
        const name = canonical(k);
        this.#headers[name] = name in this.#headers ? `${this.#headers[name]}, ${v}` : v;
      }
    }
    return this.#headers;
  }
  get cookies() {
    if (this.#cookies === undefined) {
      this.#cookies = {};
      for (const [k, v] of fields(this.#raw)) {
        if (k.toLowerCase() !== 'set-cookie') continue;
        const { cookie } = setCookie(v);
        (this.#cookies[cookie.name] ||= []).push(cookie);
      }
    }
    return this.#cookies;
  }
  get ocsp() { return { status: 'unknown' }; }
  json(selector) {
    if (this.#json === undefined) {
      if (this.body === null) throw new TypeError('the body is null so we can\'t transform it to JSON - this likely was because of a request error getting the response');
      const text = typeof this.body === 'string' ? this.body : N.b64decode(N.b64encode(this.body, 'std'), 'std', true);
      this.#json = JSON.parse(text);
    }
    return selector === undefined ? this.#json : select(this.#json, String(selector));
  }
  html(selector) {
    if (this.body === null) throw new TypeError('the body is null so we can\'t transform it to HTML');
    const document = parseHTML(this.body);
    return selector === undefined ? document : document.find(selector);
  }
  clickLink(args = {}) {
    const link = this.html(args.selector || 'a[href]').first();
    if (link.length === 0) throw new Error(`no element found for selector '${args.selector || 'a[href]'}' in response '${this.url}'`);
    return request('GET', resolve(this.url, link.attr('href')), null, args.params);
  }
  submitForm(args = {}) {
    const form = this.html(args.formSelector || 'form').first();
    if (form.length === 0) throw new Error(`no form found for selector '${args.formSelector || 'form'}' in response '${this.url}'`);
    const data = {};
    form.find('input[name],textarea[name],select[name]').each((_, field) => { data[field.attr('name')] = field.val() ?? ''; });
    Object.assign(data, args.fields);
    const method = (form.attr('method') || 'GET').toUpperCase();
    const target = resolve(this.url, form.attr('action') || this.url);
    if (method !== 'GET') return request(method, target, data, args.params);
    return request('GET', `${target}${target.includes('?') ? '&' : '?'}${formOf(data)}`, null, args.params);
  }
}

function resolve(base, location) {
  if (/^\w+:\/\//.test(location)) return location;
  const [, scheme, origin] = /^((\w+:)\/\/[^/?#]*)/.exec(base) ? [null, /^(\w+:)/.exec(base)[1], /^(\w+:\/\/[^/?#]*)/.exec(base)[1]] : [null, '', ''];
  if (location.startsWith('//')) return scheme + location;
  if (location.startsWith('/')) return origin + location;
  if (location.startsWith('?')) return origin + pathOf(base) + location;
  const parts = (pathOf(base).replace(/[^/]*$/, '') + location).split('/');
  const out = [];
  for (const part of parts) if (part === '..') { if (out.length > 1) out.pop(); } else if (part !== '.') out.push(part);
  return origin + out.join('/');
}

// --- Requests --------------------------------------------------------------------------------------------
const formPart = (s) => encodeURIComponent(s).replace(/%20/g, '+').replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
const formOf = (data) => Object.entries(data).flatMap(([k, v]) => (Array.isArray(v) ? v : [v]).map((x) => `${formPart(k)}=${formPart(x)}`)).join('&');

function multipart(data) {
  const boundary = `----signalbox${Math.random().toString(36).slice(2)}${Math.random().toString(36).slice(2)}`;
  const parts = [];
  for (const [name, value] of Object.entries(data)) {
    if (value && value.__file) {
      parts.push(`--${boundary}\r\nContent-Disposition: form-data; name="${name}"; filename="${value.filename}"\r\nContent-Type: ${value.content_type}\r\n\r\n`, value.data, '\r\n');
    } else {
      parts.push(`--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`);
    }
  }
  parts.push(`--${boundary}--\r\n`);
  return { body: N.concat(parts), type: `multipart/form-data; boundary=${boundary}` };
}

function milliseconds(value) {
  if (value === undefined || value === null) return 60000;
  if (typeof value === 'number') return value;
  return N.duration(String(value));
}

const KEEP = { text: 0, binary: 1, none: 2 };
const DEFAULT_KEEP = N.settings.discardResponseBodies ? 2 : 0;

// What one exchange needs, from the arguments of the script.
function prepare(method, target, body, params) {
  let name;
  if (typeof target === 'object' && target !== null) { name = target.name; target = target.url ?? String(target); }
  let headers = '';
  let agent = true;
  let trace = true;
  let typed = false;
  let encoded = body;
  if (params !== undefined && params !== null && params.headers) {
    const given = params.headers;
    for (const key in given) {
      const lower = key.toLowerCase();
      if (lower === 'user-agent') agent = false;
      else if (lower === 'traceparent') trace = false;
      else if (lower === 'content-type') typed = true;
      else if (lower === 'content-length') continue;
      const value = String(given[key]);
      if (/[\r\n]/.test(value) || /[\r\n:\s]/.test(key)) throw new TypeError(`invalid header ${key}`);
      if (lower === 'host') headers = `Host: ${value}\r\n${headers}`;
      else headers += `${key}: ${value}\r\n`;
    }
  }
  if (agent) headers += UA;
  if (body !== undefined && body !== null && typeof body === 'object' && !(body instanceof ArrayBuffer) && !ArrayBuffer.isView(body)) {
    if (Object.values(body).some((v) => v && v.__file)) {
      const form = multipart(body);
      encoded = form.body;
      headers += `Content-Type: ${form.type}\r\n`;
    } else {
      encoded = formOf(body);
      if (!typed) headers += 'Content-Type: application/x-www-form-urlencoded\r\n';
    }
  } else if (body !== undefined && body !== null && typeof body !== 'object' && typeof body !== 'string') {
    encoded = String(body);
  }
  const out = { method, url: target, name, headers, body: encoded, timeout: 60000, keep: DEFAULT_KEEP, tags: undefined, expected: responseCallback, redirects: N.settings.maxRedirects, jar: null, cookies: undefined, trace, auth: undefined };
  if (params !== undefined && params !== null) {
    if (params.timeout !== undefined) out.timeout = milliseconds(params.timeout);
    if (params.responseType !== undefined) out.keep = KEEP[params.responseType] ?? 0;
    if (params.tags) { out.tags = params.tags; if (params.tags.name !== undefined) out.name = String(params.tags.name); }
    if (params.responseCallback !== undefined) out.expected = params.responseCallback === null ? null : params.responseCallback.ranges;
    if (params.redirects !== undefined) out.redirects = params.redirects;
    if (params.jar) out.jar = params.jar;
    out.cookies = params.cookies;
    out.auth = params.auth;
  }
  return out;
}

function cookieHeader(p) {
  const jar = p.jar || (vuJar !== null && vuJar.size > 0 ? cookieJar() : null);
  let text = jar === null ? '' : jar.header(p.url);
  if (p.cookies) {
    for (const [name, value] of Object.entries(p.cookies)) {
      const plain = typeof value === 'object' && value !== null ? value : { value, replace: false };
      if (plain.replace) text = text.split('; ').filter((c) => !c.startsWith(`${name}=`)).join('; ');
      text += `${text ? '; ' : ''}${name}=${plain.value}`;
    }
  }
  return text === '' ? '' : `Cookie: ${text}\r\n`;
}

function arguments_(p) {
  return [p.method, p.url, p.headers + cookieHeader(p), p.body, p.timeout, p.keep, p.name, p.tags, p.expected, p.trace];
}

function timingsNow() {
  return { blocked: S[1], looking_up: 0, connecting: S[2], tls_handshaking: S[3], sending: S[4], waiting: S[5], receiving: S[6], duration: S[7] };
}

function keepCookies(p, raw) {
  for (const [k, v] of fields(raw)) {
    if (k.toLowerCase() !== 'set-cookie') continue;
    const { cookie, options } = setCookie(v);
    (p.jar || cookieJar()).set(p.url, cookie.name, cookie.value, options);
  }
}

function digestHeader(p, challenge) {
  const user = /^\w+:\/\/([^@/]*)@/.exec(p.url)?.[1] || '';
  const [name, password] = user.split(':').map(decodeURIComponent);
  const given = {};
  for (const m of challenge.matchAll(/(\w+)=(?:"([^"]*)"|([^\s,]+))/g)) given[m[1].toLowerCase()] = m[2] ?? m[3];
  const algorithm = /sha-256/i.test(given.algorithm || '') ? 'sha256' : 'md5';
  const hash = (text) => N.digest(algorithm, undefined, [text], 'hex');
  const uri = /^\w+:\/\/[^/?#]*([^#]*)/.exec(p.url)[1] || '/';
  const cnonce = Math.random().toString(16).slice(2, 18);
  const qop = given.qop ? 'auth' : undefined;
  const a1 = hash(`${name}:${given.realm}:${password}`);
  const a2 = hash(`${p.method}:${uri}`);
  const response = qop ? hash(`${a1}:${given.nonce}:00000001:${cnonce}:auth:${a2}`) : hash(`${a1}:${given.nonce}:${a2}`);
  let text = `Digest username="${name}", realm="${given.realm}", nonce="${given.nonce}", uri="${uri}", response="${response}"`;
  if (given.algorithm) text += `, algorithm=${given.algorithm}`;
  if (qop) text += `, qop=auth, nc=00000001, cnonce="${cnonce}"`;
  if (given.opaque) text += `, opaque="${given.opaque}"`;
  return `Authorization: ${text}\r\n`;
}

// Follows what a response asks for: cookies, digest authentication, redirects.
function follow(p, result, timings) {
  const sent = { method: p.method, url: p.url, body: p.body ?? '', headers: p.headers };
  let left = p.redirects;
  for (;;) {
    const raw = result[2];
    if (raw.length > 0 && /set-cookie:/i.test(raw)) keepCookies(p, raw);
    let again = false;
    if (result[0] === 401 && p.auth === 'digest') {
      const challenge = rawHeader(raw, 'www-authenticate') || '';
      if (/^digest/i.test(challenge)) { p.headers += digestHeader(p, challenge); p.auth = undefined; again = true; }
    } else if (left > 0 && REDIRECTS.has(result[0])) {
      const location = rawHeader(raw, 'location');
      if (location !== undefined) {
        left--;
        p.url = resolve(p.url, location);
        if (p.name !== undefined && !(p.tags && p.tags.name)) p.name = undefined;
        if (result[0] === 303 || ((result[0] === 301 || result[0] === 302) && p.method !== 'GET' && p.method !== 'HEAD')) {
          p.method = p.method === 'HEAD' ? 'HEAD' : 'GET';
          p.body = undefined;
          p.headers = p.headers.replace(/^content-[\w-]+:.*\r\n/gim, '');
        }
        again = true;
      }
    }
    if (!again) return new Response(result, p.url, sent, timings || timingsNow());
    result = N.request(...arguments_(p));
    timings = undefined;
  }
}

export function request(method, target, body, params) {
  const p = prepare(String(method).toUpperCase(), typeof target === 'object' ? target : String(target), body, params);
  const result = N.request(p.method, p.url, p.headers + cookieHeader(p), p.body, p.timeout, p.keep, p.name, p.tags, p.expected, p.trace);
  if (result[4] >= 1000 && result[0] === 0 && N.settings.throw) throw new Error(result[3]);
  return follow(p, result, undefined);
}
export const get = (u, params) => request('GET', u, null, params);
export const head = (u, params) => request('HEAD', u, null, params);
export const post = (u, body, params) => request('POST', u, body, params);
export const put = (u, body, params) => request('PUT', u, body, params);
export const patch = (u, body, params) => request('PATCH', u, body, params);
export const del = (u, body, params) => request('DELETE', u, body, params);
export const options = (u, body, params) => request('OPTIONS', u, body, params);
export const asyncRequest = (method, u, body, params) => new Promise((done) => { done(request(method, u, body, params)); });

export function batch(requests) {
  const keys = Object.keys(requests);
  const prepared = keys.map((key) => {
    const item = requests[key];
    if (typeof item === 'string' || (item && item.name !== undefined && item.url !== undefined && !item.method && item.toString !== Object.prototype.toString)) return prepare('GET', item, null, undefined);
    if (Array.isArray(item)) return prepare(String(item[0]).toUpperCase(), item[1], item[2], item[3]);
    return prepare(String(item.method || 'GET').toUpperCase(), item.url, item.body, item.params);
  });
  const results = N.batch(prepared.map(arguments_));
  const out = Array.isArray(requests) ? [] : {};
  keys.forEach((key, i) => {
    const [blocked, connecting, tls_handshaking, sending, waiting, receiving] = results[i][11];
    const timings = { blocked, looking_up: 0, connecting, tls_handshaking, sending, waiting, receiving, duration: sending + waiting + receiving };
    out[key] = follow(prepared[i], results[i], timings);
  });
  return out;
}

const constants = {
  TLS_1_0: 'tls1.0', TLS_1_1: 'tls1.1', TLS_1_2: 'tls1.2', TLS_1_3: 'tls1.3',
  SSL_3_0: 'ssl3.0', OCSP_STATUS_GOOD: 'good', OCSP_STATUS_UNKNOWN: 'unknown', OCSP_STATUS_REVOKED: 'revoked',
};
export default { ...constants, request, get, head, post, put, patch, del, options, asyncRequest, batch, file, url, cookieJar, CookieJar, expectedStatuses, setResponseCallback, Response, FileData: Object };
