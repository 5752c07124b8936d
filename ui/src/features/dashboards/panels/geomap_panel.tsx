// SPDX-License-Identifier: Apache-2.0
// Places on a map of the world that comes with the program: nothing is fetched from elsewhere.
import { useEffect, useState } from 'react';
import { shortNumber } from '@/base/number_format';
import type { PanelProps } from './panel_props';
import styles from './panels.module.css';

let known = '';

/** The outlines of the continents, once they are there; the places do not wait for them. */
export async function loadLand(): Promise<string> {
  known ||= (await import('@/model/world_land')).worldLand;
  return known;
}

function useLand(): string {
  const [land, setLand] = useState(known);
  useEffect(() => {
    let isLeft = false;
    void loadLand().then((loaded) => !isLeft && setLand(loaded));
    return () => {
      isLeft = true;
    };
  }, []);
  return land;
}

const smallest = 1.6;
const largest = 6;

export function GeomapPanel({ panel, frames, width, height }: PanelProps) {
  const land = useLand();
  const of = frames.find((one) => one.fields.some((f) => /lat/i.test(f.name)));
  const lat = of?.fields.find((f) => /^lat/i.test(f.name))?.values ?? [];
  const lon = of?.fields.find((f) => /^(lon|lng)/i.test(f.name))?.values ?? [];
  const amounts = of?.fields.find((f) => f.type === 'number' && !/^(lat|lon|lng)/i.test(f.name))?.values ?? [];
  const names = of?.fields.find((f) => f.type === 'string' && !/^(lat|lon|lng|__name__)/i.test(f.name))?.values ?? [];
  const most = amounts.reduce((max: number, one) => (typeof one === 'number' && one > max ? one : max), 0);
  const radius = (value: unknown): number =>
    typeof value === 'number' && most > 0
      ? smallest + (largest - smallest) * Math.sqrt(Math.max(value, 0) / most)
      : 2.5;
  return (
    <svg
      viewBox="-180 -84 360 144"
      width={width}
      height={height}
      role="img"
      aria-label={`${panel.title}: ${lat.length} places`}
    >
      <path d={land} fill="var(--surface-3)" stroke="var(--border-strong)" strokeWidth={0.3} />
      {lat.slice(0, 2000).map((value, i) => (
        <circle
          key={i}
          cx={Number(lon[i])}
          cy={-Number(value)}
          r={radius(amounts[i])}
          fill="var(--accent)"
          fillOpacity={0.6}
          stroke="var(--accent)"
          strokeWidth={0.4}
        >
          <title>
            {[names[i], typeof amounts[i] === 'number' ? shortNumber(amounts[i]) : ''].filter(Boolean).join(': ')}
          </title>
        </circle>
      ))}
      {lat.length === 0 && (
        <text className={styles['axisText']} textAnchor="middle">
          no columns latitude and longitude
        </text>
      )}
    </svg>
  );
}
