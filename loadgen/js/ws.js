// The module "k6/ws": connect() returns when the socket is closed.
import N from 'sb:native';
import { addSocket, removeSocket, turn } from 'sb:loop';

export class Socket {
  #events = {};
  #open = true;
  #tags;
  #begin = N.now();
  #pings = [];
  constructor(handle, tags) { this.handle = handle; this.#tags = tags; addSocket(this); }
  on(event, fn) { (this.#events[event] ||= []).push(fn); }
  emit(event, ...args) { for (const fn of this.#events[event] || []) fn(...args); }
  get isOpen() { return this.#open; }
  send(text) { N.wsSend(this.handle, 1, String(text), this.#tags); }
  sendBinary(data) { N.wsSend(this.handle, 2, data, this.#tags); }
  ping() { this.#pings.push(N.now()); N.wsSend(this.handle, 9, '', this.#tags); }
  setTimeout(fn, ms) { return globalThis.setTimeout(fn, ms); }
  setInterval(fn, ms) { return globalThis.setInterval(fn, ms); }
  close(code = 1000) {
    if (!this.#open) return;
    N.wsClose(this.handle, Number(code));
    this.#end(code);
  }
  abandon() { if (this.#open) { this.#open = false; N.wsDrop(this.handle); } }
  readable() {
    for (const [kind, data, code] of N.wsReceive(this.handle, this.#tags)) {
      if (kind === 1) this.emit('message', data);
      else if (kind === 2) this.emit('binaryMessage', data);
      else if (kind === 9) this.emit('ping');
      else if (kind === 10) {
        if (this.#pings.length > 0) N.wsPong(N.now() - this.#pings.shift(), this.#tags);
        this.emit('pong');
      } else if (kind === 8) { this.#end(code); return; }
      else { this.emit('error', { error: () => data, toString: () => data }); this.#end(1006); return; }
      if (!this.#open) return;
    }
  }
  #end(code) {
    this.#open = false;
    removeSocket(this);
    N.wsDrop(this.handle);
    N.wsEnd(N.now() - this.#begin, this.#tags);
    this.emit('close', code);
  }
}

export function connect(url, params, fn) {
  if (typeof params === 'function') { fn = params; params = {}; }
  const headers = Object.entries(params?.headers || {}).map(([k, v]) => `${k}: ${v}\r\n`).join('');
  const [handle, status, error] = N.wsOpen(String(url), headers, params?.tags);
  const result = { status, url: String(url), error, headers: {}, body: '' };
  if (handle < 0) {
    if (status === 0) throw new Error(error);
    return result;
  }
  const socket = new Socket(handle, params?.tags);
  fn(socket);
  socket.emit('open');
  while (socket.isOpen && turn());
  return result;
}
export default { connect };
