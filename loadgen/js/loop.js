// The event loop of one user: timers and sockets, run after the function of an iteration has returned.
import N from 'sb:native';

let timers = [];
let nextId = 1;
const sockets = new Set();

function add(fn, delay, every, args) {
  const ms = Math.max(0, Number(delay) || 0);
  const timer = { id: nextId++, at: N.now() + ms, every: every ? Math.max(ms, 1) : 0, fn, args };
  timers.push(timer);
  return timer.id;
}
const clear = (id) => { timers = timers.filter((t) => t.id !== id); };

export const setTimeout = (fn, delay, ...args) => add(fn, delay, false, args);
export const setInterval = (fn, delay, ...args) => add(fn, delay, true, args);
export const clearTimeout = clear;
export const clearInterval = clear;
export const addSocket = (socket) => sockets.add(socket);
export const removeSocket = (socket) => sockets.delete(socket);

// One turn: waits for the next timer or socket and serves it. False: nothing is left to wait for.
export function turn() {
  if (timers.length === 0 && sockets.size === 0) return false;
  const now = N.now();
  let due = null;
  for (const timer of timers) if (due === null || timer.at < due.at) due = timer;
  if (due !== null && due.at <= now) {
    if (due.every > 0) due.at = now + due.every; else clear(due.id);
    due.fn(...due.args);
    return true;
  }
  const wait = due === null ? 1000 : due.at - now;
  if (sockets.size === 0) {
    N.sleep(wait / 1000);
    return true;
  }
  const list = [...sockets];
  const ready = N.wsWait(list.map((s) => s.handle), wait);
  if (ready >= 0) list[ready].readable();
  return true;
}

// Entered by the native side so that V8 looks at a pending termination.
export function nothing() {}

// What an iteration leaves behind ends with it.
export function reset() {
  timers = [];
  for (const socket of [...sockets]) socket.abandon();
  sockets.clear();
}

Object.assign(globalThis, { setTimeout, setInterval, clearTimeout, clearInterval });
export default { setTimeout, setInterval, clearTimeout, clearInterval };
