// The module "k6/websockets": the browser's WebSocket on the user's event loop.
import N from 'sb:native';
import { Socket } from 'sb:ws';
import { setTimeout } from 'sb:loop';

export class WebSocket {
  #socket = null;
  #listeners = {};
  static CONNECTING = 0; static OPEN = 1; static CLOSING = 2; static CLOSED = 3;
  constructor(url, protocols, params) {
    this.url = String(url);
    this.readyState = 0;
    this.bufferedAmount = 0;
    this.binaryType = 'blob';
    setTimeout(() => this.#open(params || {}), 0);
  }
  #open(params) {
    const headers = Object.entries(params.headers || {}).map(([k, v]) => `${k}: ${v}\r\n`).join('');
    const [handle, , error] = N.wsOpen(this.url, headers, params.tags);
    if (handle < 0) {
      this.readyState = 3;
      this.#emit('error', { error });
      this.#emit('close', { code: 1006 });
      return;
    }
    this.#socket = new Socket(handle, params.tags);
    this.#socket.on('message', (data) => this.#emit('message', { data }));
    this.#socket.on('binaryMessage', (data) => this.#emit('message', { data }));
    for (const name of ['ping', 'pong']) this.#socket.on(name, () => this.#emit(name, {}));
    this.#socket.on('error', (e) => this.#emit('error', { error: e.error() }));
    this.#socket.on('close', (code) => { this.readyState = 3; this.#emit('close', { code }); });
    this.readyState = 1;
    this.#emit('open', {});
  }
  #emit(type, event) {
    event.type = type;
    event.target = this;
    if (typeof this[`on${type}`] === 'function') this[`on${type}`](event);
    for (const fn of this.#listeners[type] || []) fn(event);
  }
  addEventListener(type, fn) { (this.#listeners[type] ||= []).push(fn); }
  removeEventListener(type, fn) { this.#listeners[type] = (this.#listeners[type] || []).filter((f) => f !== fn); }
  send(data) {
    if (this.readyState !== 1) throw new Error('the WebSocket is not open');
    if (typeof data === 'string') this.#socket.send(data); else this.#socket.sendBinary(data);
  }
  ping() { this.#socket?.ping(); }
  close(code) {
    if (this.readyState === 1) { this.readyState = 2; this.#socket.close(code === undefined ? 1000 : code); }
  }
}
export default { WebSocket };
