// SPDX-License-Identifier: Apache-2.0
// What an override can set: the properties that panels here heed, with what edits each.
import { isObject, type Json, type JsonObject } from '../json';

export interface Option {
  value: Json;
  name: string;
}

interface Base {
  name: string;
  help: string;
}
type Plain =
  | { kind: 'unit' | 'text' | 'color' | 'thresholds' | 'mappings' | 'links' | 'field' | 'flag' }
  | { kind: 'number'; min?: number; max?: number; after?: string }
  | { kind: 'choice'; options: readonly Option[] };

/** One member of a property that is an object. */
export type Part = { key: string; name: string; initial: Json } & Plain & {
    when?: { key: string; is: readonly Json[] };
  };

export type PropertySpec = Base & { id: string; group: string; initial: Json; panels?: readonly string[] } & (
    Plain | { kind: 'parts'; parts: readonly Part[] }
  );

const option = (value: Json, name: string): Option => ({ value, name });
const series = ['timeseries', 'trend'];
const table = ['table'];

export const cellTypes: readonly Option[] = [
  option('auto', 'As the value is'),
  option('color-text', 'Coloured text'),
  option('color-background', 'Coloured background'),
  option('gauge', 'Gauge'),
  option('sparkline', 'Sparkline'),
  option('pill', 'Pill'),
  option('data-links', 'Data links'),
  option('json-view', 'JSON'),
  option('image', 'Picture'),
];

export const propertySpecs: readonly PropertySpec[] = [
  {
    id: 'unit',
    name: 'Unit',
    group: 'Values',
    help: 'Bytes, seconds, percent, requests a second, …',
    kind: 'unit',
    initial: 'short',
  },
  {
    id: 'decimals',
    name: 'Decimals',
    group: 'Values',
    help: 'How many digits stand behind the point',
    kind: 'number',
    min: 0,
    max: 15,
    initial: 2,
  },
  {
    id: 'min',
    name: 'Min',
    group: 'Values',
    help: 'Where the axis, the gauge or the colour scale begins',
    kind: 'number',
    initial: 0,
  },
  {
    id: 'max',
    name: 'Max',
    group: 'Values',
    help: 'Where the axis, the gauge or the colour scale ends',
    kind: 'number',
    initial: 100,
  },
  {
    id: 'displayName',
    name: 'Display name',
    group: 'Values',
    help: 'What the field is called; ${__field.labels.NAME} is a label of it',
    kind: 'text',
    initial: '',
  },
  {
    id: 'noValue',
    name: 'No value',
    group: 'Values',
    help: 'What stands where there is no value',
    kind: 'text',
    initial: '–',
  },
  {
    id: 'mappings',
    name: 'Value mappings',
    group: 'Values',
    help: 'Texts and colours for single values, ranges and patterns',
    kind: 'mappings',
    initial: [],
  },
  {
    id: 'links',
    name: 'Data links',
    group: 'Values',
    help: 'Where a click on a value leads',
    kind: 'links',
    initial: [],
  },
  {
    id: 'color',
    name: 'Colour scheme',
    group: 'Colours',
    help: 'One colour, thresholds, or a scale',
    kind: 'color',
    initial: { mode: 'fixed', fixedColor: 'blue' },
  },
  {
    id: 'thresholds',
    name: 'Thresholds',
    group: 'Colours',
    help: 'Values from which on the colour changes',
    kind: 'thresholds',
    initial: {
      mode: 'absolute',
      steps: [
        { color: 'green', value: null },
        { color: 'red', value: 80 },
      ],
    },
  },
  {
    id: 'custom.thresholdsStyle',
    name: 'Show thresholds',
    group: 'Colours',
    help: 'As lines or areas of the graph',
    kind: 'parts',
    panels: series,
    initial: { mode: 'line' },
    parts: [
      {
        key: 'mode',
        name: 'As',
        kind: 'choice',
        initial: 'off',
        options: [
          option('off', 'Not shown'),
          option('line', 'Lines'),
          option('dashed', 'Dashed lines'),
          option('area', 'Areas'),
          option('line+area', 'Lines and areas'),
          option('dashed+area', 'Dashed lines and areas'),
        ],
      },
    ],
  },
  {
    id: 'custom.drawStyle',
    name: 'Draw as',
    group: 'Graph',
    help: 'A line, bars or points',
    kind: 'choice',
    panels: series,
    initial: 'line',
    options: [option('line', 'Line'), option('bars', 'Bars'), option('points', 'Points')],
  },
  {
    id: 'custom.lineWidth',
    name: 'Line width',
    group: 'Graph',
    help: 'In pixels; 0 draws no line',
    kind: 'number',
    min: 0,
    max: 10,
    after: 'px',
    panels: series,
    initial: 2,
  },
  {
    id: 'custom.fillOpacity',
    name: 'Fill',
    group: 'Graph',
    help: 'How strongly the area below the line is filled',
    kind: 'number',
    min: 0,
    max: 100,
    after: '%',
    panels: series,
    initial: 20,
  },
  {
    id: 'custom.gradientMode',
    name: 'Gradient of the fill',
    group: 'Graph',
    help: 'How the fill fades',
    kind: 'choice',
    panels: series,
    initial: 'opacity',
    options: [
      option('none', 'None'),
      option('opacity', 'Opacity'),
      option('hue', 'Hue'),
      option('scheme', 'Colour scheme'),
    ],
  },
  {
    id: 'custom.lineInterpolation',
    name: 'Line between points',
    group: 'Graph',
    help: 'Straight, smooth or in steps',
    kind: 'choice',
    panels: series,
    initial: 'smooth',
    options: [
      option('linear', 'Straight'),
      option('smooth', 'Smooth'),
      option('stepBefore', 'Step before'),
      option('stepAfter', 'Step after'),
    ],
  },
  {
    id: 'custom.lineStyle',
    name: 'Line style',
    group: 'Graph',
    help: 'Solid, dashes or dots',
    kind: 'parts',
    panels: series,
    initial: { fill: 'dash', dash: [10, 10] },
    parts: [
      {
        key: 'fill',
        name: 'Style',
        kind: 'choice',
        initial: 'solid',
        options: [option('solid', 'Solid'), option('dash', 'Dashes'), option('dot', 'Dots')],
      },
    ],
  },
  {
    id: 'custom.showPoints',
    name: 'Points',
    group: 'Graph',
    help: 'Whether every value has a point',
    kind: 'choice',
    panels: series,
    initial: 'always',
    options: [option('auto', 'Where there is room'), option('always', 'Always'), option('never', 'Never')],
  },
  {
    id: 'custom.pointSize',
    name: 'Size of points',
    group: 'Graph',
    help: 'In pixels',
    kind: 'number',
    min: 1,
    max: 40,
    after: 'px',
    panels: series,
    initial: 5,
  },
  {
    id: 'custom.spanNulls',
    name: 'Gaps',
    group: 'Graph',
    help: 'Whether the line goes on where values are missing',
    kind: 'choice',
    panels: series,
    initial: true,
    options: [option(false, 'Left open'), option(true, 'Connected')],
  },
  {
    id: 'custom.stacking',
    name: 'Stack',
    group: 'Graph',
    help: 'Series of a group stand on top of each other',
    kind: 'parts',
    panels: series,
    initial: { mode: 'normal', group: 'A' },
    parts: [
      {
        key: 'mode',
        name: 'Stack',
        kind: 'choice',
        initial: 'none',
        options: [option('none', 'Not'), option('normal', 'Values'), option('percent', 'Share in percent')],
      },
      {
        key: 'group',
        name: 'Group',
        kind: 'text',
        initial: 'A',
        when: { key: 'mode', is: ['normal', 'percent'] },
      },
    ],
  },
  {
    id: 'custom.transform',
    name: 'Turn values',
    group: 'Graph',
    help: 'Drawn downwards, or as one constant line',
    kind: 'choice',
    panels: series,
    initial: 'negative-Y',
    options: [option('', 'Not'), option('negative-Y', 'Downwards'), option('constant', 'First value throughout')],
  },
  {
    id: 'custom.fillBelowTo',
    name: 'Fill below to',
    group: 'Graph',
    help: 'The area between this series and another',
    kind: 'field',
    panels: series,
    initial: '',
  },
  {
    id: 'custom.hideFrom',
    name: 'Hide',
    group: 'Graph',
    help: 'From the graph, the legend or the tooltip',
    kind: 'parts',
    panels: series,
    initial: { legend: true, tooltip: false, viz: false },
    parts: [
      { key: 'legend', name: 'Hide in the legend', kind: 'flag', initial: false },
      { key: 'tooltip', name: 'Hide in the tooltip', kind: 'flag', initial: false },
      { key: 'viz', name: 'Hide in the graph', kind: 'flag', initial: false },
    ],
  },
  {
    id: 'custom.axisPlacement',
    name: 'Axis',
    group: 'Axis',
    help: 'On which side the axis of these values stands',
    kind: 'choice',
    panels: series,
    initial: 'right',
    options: [
      option('auto', 'By unit'),
      option('left', 'Left'),
      option('right', 'Right'),
      option('hidden', 'Not shown'),
    ],
  },
  {
    id: 'custom.axisLabel',
    name: 'Text at the axis',
    group: 'Axis',
    help: 'What the axis measures',
    kind: 'text',
    panels: series,
    initial: '',
  },
  {
    id: 'custom.axisSoftMin',
    name: 'Soft min',
    group: 'Axis',
    help: 'The axis begins here unless values are smaller',
    kind: 'number',
    panels: series,
    initial: 0,
  },
  {
    id: 'custom.axisSoftMax',
    name: 'Soft max',
    group: 'Axis',
    help: 'The axis ends here unless values are larger',
    kind: 'number',
    panels: series,
    initial: 100,
  },
  {
    id: 'custom.axisCenteredZero',
    name: 'Zero in the middle',
    group: 'Axis',
    help: 'As much room below zero as above',
    kind: 'flag',
    panels: series,
    initial: true,
  },
  {
    id: 'custom.scaleDistribution',
    name: 'Scale',
    group: 'Axis',
    help: 'Linear or logarithmic',
    kind: 'parts',
    panels: series,
    initial: { type: 'log', log: 10 },
    parts: [
      {
        key: 'type',
        name: 'Scale',
        kind: 'choice',
        initial: 'linear',
        options: [option('linear', 'Linear'), option('log', 'Logarithmic')],
      },
      {
        key: 'log',
        name: 'Base',
        kind: 'choice',
        initial: 2,
        options: [option(2, '2'), option(10, '10')],
        when: { key: 'type', is: ['log'] },
      },
    ],
  },
  {
    id: 'custom.width',
    name: 'Column width',
    group: 'Table',
    help: 'In pixels',
    kind: 'number',
    min: 20,
    max: 2000,
    after: 'px',
    panels: table,
    initial: 150,
  },
  {
    id: 'custom.minWidth',
    name: 'Column at least',
    group: 'Table',
    help: 'In pixels, for columns that share the room',
    kind: 'number',
    min: 20,
    max: 2000,
    after: 'px',
    panels: table,
    initial: 150,
  },
  {
    id: 'custom.align',
    name: 'Align',
    group: 'Table',
    help: 'Where the text of a cell stands',
    kind: 'choice',
    panels: table,
    initial: 'center',
    options: [option('auto', 'By type'), option('left', 'Left'), option('center', 'Centre'), option('right', 'Right')],
  },
  {
    id: 'custom.cellOptions',
    name: 'Cell type',
    group: 'Table',
    help: 'Text, colours, a gauge, a sparkline, …',
    kind: 'parts',
    panels: table,
    initial: { type: 'color-background' },
    parts: [{ key: 'type', name: 'Cell', kind: 'choice', initial: 'auto', options: cellTypes }],
  },
  {
    id: 'custom.hidden',
    name: 'Hide the column',
    group: 'Table',
    help: 'The column is not shown; others may use its values',
    kind: 'flag',
    panels: table,
    initial: true,
  },
];

const byId = new Map(propertySpecs.map((one) => [one.id, one]));

export const propertySpec = (id: string): PropertySpec | undefined => byId.get(id);

/** What is offered for a kind of panel; what an override has already is left out. */
export const offeredProperties = (panelType: string, taken: readonly string[]): PropertySpec[] =>
  propertySpecs.filter((one) => !taken.includes(one.id) && (!one.panels || one.panels.includes(panelType)));

export const same = (a: Json | undefined, b: Json | undefined): boolean => JSON.stringify(a) === JSON.stringify(b);

/** Whether the editor of the property can show the value; others are shown as JSON. */
export function fits(spec: PropertySpec | Part, value: Json | undefined): boolean {
  if (value === undefined || value === null) return true;
  switch (spec.kind) {
    case 'unit':
    case 'text':
    case 'field':
      return typeof value === 'string';
    case 'number':
      return typeof value === 'number';
    case 'flag':
      return typeof value === 'boolean';
    case 'choice':
      return spec.options.some((one) => same(one.value, value));
    case 'mappings':
    case 'links':
      return Array.isArray(value) && value.every(isObject);
    case 'color':
    case 'thresholds':
      return isObject(value);
    case 'parts':
      return isObject(value) && spec.parts.every((part) => fits(part, value[part.key]));
  }
}

/** The parts that matter for what the others say. */
export const shownParts = (parts: readonly Part[], value: JsonObject): Part[] =>
  parts.filter(({ when }) => !when || when.is.some((one) => same(one, value[when.key])));
