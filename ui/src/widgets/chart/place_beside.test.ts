// SPDX-License-Identifier: Apache-2.0
import { expect, it } from 'vitest';
import { placeBeside } from './place_beside';

const box = { clientWidth: 1000, clientHeight: 300 } as HTMLElement;

it('stands on the side with more room and fits into it', () => {
  expect(placeBeside(100, 50, box)).toEqual({ left: 116, top: 30, maxWidth: 884 });
  expect(placeBeside(600, 250, box)).toEqual({ right: 416, bottom: 30, maxWidth: 584 });
});
