// SPDX-License-Identifier: Apache-2.0
// Lets uPlot draw a panel's plot on a recording context: the same options, the same paths, no canvas. It
// asks the document for a canvas and the global Path2D for paths, so these are ours while it draws, which
// it does at once.
import uPlot from 'uplot';
import type { RecordingContext } from '@/base/drawing/recording_context';
import { RecordingPath } from '@/base/drawing/recording_path';
import { columnsOf, panelPlotOptions, type PanelPlotSettings } from './panel_plot';
import { withTokens } from './token';

const quiet = { onCursor: () => undefined, onFocus: () => undefined, onSelect: () => undefined };

function whileRecording(ctx: RecordingContext, draw: () => void): void {
  const canvas = HTMLCanvasElement.prototype as { getContext: unknown };
  const globals = globalThis as { Path2D: unknown };
  const before = { getContext: canvas.getContext, Path2D: globals.Path2D };
  canvas.getContext = () => ctx;
  globals.Path2D = RecordingPath;
  try {
    draw();
  } finally {
    canvas.getContext = before.getContext;
    globals.Path2D = before.Path2D;
  }
}

export function recordPlot(
  onto: RecordingContext,
  tokens: (name: string) => string,
  settings: PanelPlotSettings,
): void {
  // uPlot draws once more when this function has returned; that goes nowhere, because it is finished.
  const ctx = onto.child();
  const scale = devicePixelRatio;
  ctx.scale(1 / scale, 1 / scale);
  withTokens(tokens, () =>
    whileRecording(ctx, () => {
      const options = { ...panelPlotOptions(settings, quiet), cursor: { show: false }, select: { show: false } };
      const start = (_plot: uPlot, begin: () => void): void => begin();
      const plot = new uPlot(options as unknown as uPlot.Options, columnsOf(settings.plot, new Set()), start as never);
      plot.batch(() => undefined);
      plot.destroy();
    }),
  );
  onto.append(ctx.finish());
}
