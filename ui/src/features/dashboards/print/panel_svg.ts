// SPDX-License-Identifier: Apache-2.0
// One panel as an SVG document, for its menu and for whoever asks the server.
import { writeSvg } from '@/base/drawing/svg_writer';
import { interpolate } from '@/model/dashboard/interpolate';
import { drawPanel, type PanelPicture } from './draw_panel';

export async function panelSvg(picture: PanelPicture, width: number, height: number): Promise<string> {
  const marks = await drawPanel(picture, { x: 0, y: 0, width, height });
  return writeSvg(
    { width, height, marks },
    interpolate(picture.panel.title, picture.data.scope, 'title') || picture.panel.type,
  );
}
