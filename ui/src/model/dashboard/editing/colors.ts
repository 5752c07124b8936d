// SPDX-License-Identifier: Apache-2.0
// Colours that dashboards name, as they are offered, and the modes by which fields are coloured.
const hues = ['red', 'orange', 'yellow', 'green', 'blue', 'purple'];
const shades = ['dark', 'semi-dark', '', 'light', 'super-light'];

/** A row a hue, from dark to light. */
export const namedColors: readonly (readonly string[])[] = hues.map((hue) =>
  shades.map((shade) => (shade ? `${shade}-${hue}` : hue)),
);

export const plainColors: readonly string[] = ['text', 'gray', 'white', 'black', 'transparent'];

/** "semi-dark-red" as "semi dark red". */
export const colorName = (color: string): string => (color === '' ? 'no colour' : color.replaceAll('-', ' '));

export const colorModes: readonly { value: string; name: string }[] = [
  { value: 'palette-classic', name: 'Palette, by place' },
  { value: 'palette-classic-by-name', name: 'Palette, by name' },
  { value: 'fixed', name: 'One colour' },
  { value: 'shades', name: 'Shades of one colour' },
  { value: 'thresholds', name: 'Thresholds' },
  { value: 'continuous-GrYlRd', name: 'Green to yellow to red' },
  { value: 'continuous-RdYlGr', name: 'Red to yellow to green' },
  { value: 'continuous-BlYlRd', name: 'Blue to yellow to red' },
  { value: 'continuous-YlRd', name: 'Yellow to red' },
  { value: 'continuous-BlPu', name: 'Blue to purple' },
  { value: 'continuous-YlBl', name: 'Yellow to blue' },
  { value: 'continuous-blues', name: 'Blues' },
  { value: 'continuous-reds', name: 'Reds' },
  { value: 'continuous-greens', name: 'Greens' },
  { value: 'continuous-purples', name: 'Purples' },
];

/** Modes that name one colour. */
export const hasFixedColor = (mode: string): boolean => mode === 'fixed' || mode === 'shades';
