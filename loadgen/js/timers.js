// The module "k6/timers".
export { setTimeout, setInterval, clearTimeout, clearInterval, default } from 'sb:loop';
