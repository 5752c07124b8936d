// SPDX-License-Identifier: Apache-2.0
// The unit identifiers, by how their values are written. Names are facts of Grafana's schema.

export interface ScaleStep {
  /** Used from this absolute value on. */
  from: number;
  factor: number;
  name: string;
}
export interface Scale {
  steps: ScaleStep[];
  /** The step whose name zero carries. */
  base: number;
  /** Turns the unit into the one the steps count in. */
  multiply?: number;
}

const siUp = ['', 'k', 'M', 'G', 'T', 'P', 'E', 'Z', 'Y'];
const siDown = ['m', 'µ', 'n', 'p', 'f'];
const iecUp = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];

function si(unit: string, offset = 0): Scale {
  const down = siDown.map((prefix, i): ScaleStep => ({
    from: 0,
    factor: 10 ** (-3 * (i + 1)),
    name: ` ${prefix}${unit}`,
  }));
  const up = siUp.map((prefix, i): ScaleStep => ({
    from: 10 ** (3 * i),
    factor: 10 ** (3 * i),
    name: prefix + unit ? ` ${prefix}${unit}` : '',
  }));
  const lower = down.reverse().map((step) => ({ ...step, from: step.factor }));
  return { steps: [...lower, ...up], base: lower.length, multiply: 10 ** (3 * offset) };
}

/** Only upwards: nobody reads millibytes. */
function counted(prefixes: readonly string[], base: number, unit: string, offset: number): Scale {
  return {
    steps: prefixes.map((prefix, i) => ({
      from: i === 0 ? 0 : base ** i,
      factor: base ** i,
      name: ` ${prefix}${unit}`,
    })),
    base: 0,
    multiply: base ** offset,
  };
}

const shortNames = ['', ' K', ' Mil', ' Bil', ' Tri', ' Quadr', ' Quint', ' Sext', ' Sept'];
const short: Scale = {
  steps: shortNames.map((name, i) => ({ from: i === 0 ? 0 : 1000 ** i, factor: 1000 ** i, name })),
  base: 0,
};

const minute = 60;
const hour = 3600;
const day = 86_400;
const time: Scale = {
  steps: [
    { from: 0, factor: 1e-9, name: ' ns' },
    { from: 1e-6, factor: 1e-6, name: ' µs' },
    { from: 1e-3, factor: 1e-3, name: ' ms' },
    { from: 1, factor: 1, name: ' s' },
    { from: minute, factor: minute, name: ' min' },
    { from: hour, factor: hour, name: ' hour' },
    { from: day, factor: day, name: ' day' },
    { from: 7 * day, factor: 7 * day, name: ' week' },
    { from: 365 * day, factor: 365 * day, name: ' year' },
  ],
  base: 3,
};

const timeIn = (seconds: number, base: number): Scale => ({ ...time, multiply: seconds, base });

const table: Record<string, Scale> = {
  short,
  sishort: si(''),
  ns: timeIn(1e-9, 0),
  µs: timeIn(1e-6, 1),
  us: timeIn(1e-6, 1),
  ms: timeIn(1e-3, 2),
  s: timeIn(1, 3),
  m: timeIn(minute, 4),
  h: timeIn(hour, 5),
  d: timeIn(day, 6),
  hertz: si('Hz'),
  rothz: si('Hz'),
  rotkhz: si('Hz', 1),
  rotmhz: si('Hz', 2),
  rotghz: si('Hz', 3),
};

function addData(): void {
  const sizes = ['', 'k', 'm', 'g', 't', 'p'];
  sizes.forEach((size, i) => {
    table[`${size}bytes`] = counted(iecUp, 1024, 'B', i);
    table[`dec${size}bytes`] = counted(siUp, 1000, 'B', i);
  });
  table['bits'] = counted(iecUp, 1024, 'b', 0);
  table['decbits'] = counted(siUp, 1000, 'b', 0);
  table['binBps'] = counted(iecUp, 1024, 'B/s', 0);
  table['Bps'] = counted(siUp, 1000, 'B/s', 0);
  table['binbps'] = counted(iecUp, 1024, 'b/s', 0);
  table['bps'] = counted(siUp, 1000, 'b/s', 0);
  table['pps'] = counted(siUp, 1000, 'p/s', 0);
  ['K', 'M', 'G', 'T', 'P'].forEach((prefix, i) => {
    table[`${prefix}iBs`] = counted(iecUp, 1024, 'B/s', i + 1);
    table[`${prefix}ibits`] = counted(iecUp, 1024, 'b/s', i + 1);
    table[`${prefix}Bs`] = counted(siUp, 1000, 'B/s', i + 1);
    table[`${prefix}bits`] = counted(siUp, 1000, 'b/s', i + 1);
  });
}

function addSi(): void {
  const rows: Record<string, [string, number]> = {
    watt: ['W', 0],
    kwatt: ['W', 1],
    megwatt: ['W', 2],
    gwatt: ['W', 3],
    mwatt: ['W', -1],
    voltamp: ['VA', 0],
    kvoltamp: ['VA', 1],
    voltampreact: ['VAr', 0],
    kvoltampreact: ['VAr', 1],
    watth: ['Wh', 0],
    kwatth: ['Wh', 1],
    mwatth: ['Wh', 2],
    amph: ['Ah', 0],
    kamph: ['Ah', 1],
    mamph: ['Ah', -1],
    joule: ['J', 0],
    ev: ['eV', 0],
    amp: ['A', 0],
    kamp: ['A', 1],
    mamp: ['A', -1],
    volt: ['V', 0],
    kvolt: ['V', 1],
    mvolt: ['V', -1],
    mohm: ['Ω', -1],
    ohm: ['Ω', 0],
    kohm: ['Ω', 1],
    Mohm: ['Ω', 2],
    farad: ['F', 0],
    µfarad: ['F', -2],
    nfarad: ['F', -3],
    pfarad: ['F', -4],
    ffarad: ['F', -5],
    henry: ['H', 0],
    mhenry: ['H', -1],
    µhenry: ['H', -2],
    massmg: ['g', -1],
    massg: ['g', 0],
    masskg: ['g', 1],
    masst: ['t', 0],
    lengthmm: ['m', -1],
    lengthm: ['m', 0],
    lengthkm: ['m', 1],
    forceNm: ['Nm', 0],
    forcekNm: ['Nm', 1],
    forceN: ['N', 0],
    forcekN: ['N', 1],
    pressurembar: ['bar', -1],
    pressurebar: ['bar', 0],
    pressurekbar: ['bar', 1],
    pressurepa: ['Pa', 0],
    pressurehpa: ['hPa', 0],
    pressurekpa: ['Pa', 1],
    radbq: ['Bq', 0],
    radci: ['Ci', 0],
    radgy: ['Gy', 0],
    radsv: ['Sv', 0],
    radmsv: ['Sv', -1],
    radusv: ['Sv', -2],
    radsvh: ['Sv/h', 0],
    radmsvh: ['Sv/h', -1],
    radusvh: ['Sv/h', -2],
    Hs: ['H/s', 0],
    KHs: ['H/s', 1],
    MHs: ['H/s', 2],
    GHs: ['H/s', 3],
    THs: ['H/s', 4],
    PHs: ['H/s', 5],
    EHs: ['H/s', 6],
    flops: ['FLOPS', 0],
    mflops: ['FLOPS', 2],
    gflops: ['FLOPS', 3],
    tflops: ['FLOPS', 4],
    pflops: ['FLOPS', 5],
    eflops: ['FLOPS', 6],
    zflops: ['FLOPS', 7],
    yflops: ['FLOPS', 8],
    litre: ['L', 0],
    mlitre: ['L', -1],
  };
  for (const [unit, [name, offset]] of Object.entries(rows)) table[unit] = si(name, offset);
}

addData();
addSi();

export const scales: Readonly<Record<string, Scale>> = table;

export interface Affix {
  prefix?: string;
  suffix?: string;
  /** The number is shortened: "1.2 K". */
  short?: boolean;
}

const suffixes =
  'humidity=%H|dB= dB|dBm= dBm|candela= cd|pixel= px|accMS2= m/sec²|accFS2= f/sec²|accG= g|degree=°|radian= rad|grad= grad|arcmin= arcmin|arcsec= arcsec|areaM2= m²|areaF2= ft²|areaMI2= mi²|acres= ac|hectares= ha|ppm= ppm|conppb= ppb|conngm3= ng/m³|conngNm3= ng/Nm³|conμgm3= μg/m³|conμgNm3= μg/Nm³|conmgm3= mg/m³|conmgNm3= mg/Nm³|congm3= g/m³|congNm3= g/Nm³|conmgdL= mg/dL|conmmolL= mmol/L|Wm2= W/m²|watthperkg= Wh/kg|kwattm= kWm|lumens= Lm|flowgpm= gpm|flowcms= cms|flowcfs= cfs|flowcfm= cfm|litreh= L/h|flowlpm= L/min|flowmlpm= mL/min|lux= lux|masslb= lb|lengthin= in|lengthft= ft|lengthmi= mi|pressurehg= "Hg|pressurepsi= psi|radrad= rad|radrem= rem|radexpckg= C/kg|radr= R|rotrpm= rpm|rotrads= rad/s|rotdegs= °/s|celsius= °C|fahrenheit= °F|kelvin= K|velocityms= m/s|velocitykmh= km/h|velocitymph= mph|velocityknot= kn|m3= m³|Nm3= Nm³|dm3= dm³|gallons= gal';
const rates =
  'cps= c/s|ops= ops/s|reqps= req/s|rps= rd/s|wps= wr/s|iops= io/s|eps= evt/s|mps= msg/s|recps= rec/s|rowsps= rows/s|cpm= c/m|opm= ops/m|reqpm= req/m|rpm= rd/m|wpm= wr/m|epm= evts/m|mpm= msgs/m|recpm= rec/m|rowspm= rows/m';
const currencies =
  'USD=$|GBP=£|EUR=€|JPY=¥|RUB=₽|UAH=₴|BRL=R$|INR=₹|KRW=₩|IDR=Rp|PHP=PHP|VND=đ|TRY=₺|MYR=RM|XPF=XPF|BGN=BGN|PYG=₲|UYU=UYU|ILS=₪|CHF=CHF|PLN=PLN|BTC=฿|mBTC=mBTC|μBTC=μBTC|ZAR=R|CZK=czk|DKK=kr|ISK=kr|NOK=kr|SEK=kr';

function pairs(list: string): [string, string][] {
  return list.split('|').map((pair) => {
    const at = pair.indexOf('=');
    return [pair.slice(0, at), pair.slice(at + 1)];
  });
}

export const byName: Readonly<Record<string, Affix>> = Object.fromEntries([
  ...pairs(suffixes).map(([unit, suffix]): [string, Affix] => [unit, { suffix }]),
  ...pairs(rates).map(([unit, suffix]): [string, Affix] => [unit, { suffix, short: true }]),
  ...pairs(currencies).map(([unit, prefix]): [string, Affix] => [
    `currency${unit}`,
    /^(DKK|ISK|NOK|SEK|CZK)$/.test(unit) ? { suffix: ` ${prefix}`, short: true } : { prefix, short: true },
  ]),
]);

/** `suffix:req`, `prefix:#`, `currency:Fr`, `count:items`, `si:mV`; other text is the unit itself. */
export function affix(unit: string): Affix {
  const colon = unit.indexOf(':');
  const kind = unit.slice(0, colon);
  const rest = unit.slice(colon + 1);
  if (colon < 0) return { suffix: ` ${unit}` };
  if (kind === 'suffix') return { suffix: rest };
  if (kind === 'prefix') return { prefix: rest };
  if (kind === 'currency') return { prefix: rest, short: true };
  if (kind === 'count' || kind === 'si') return { suffix: ` ${rest}`, short: true };
  return { suffix: ` ${unit}` };
}
