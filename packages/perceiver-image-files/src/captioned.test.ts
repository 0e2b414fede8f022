import { expect, it } from 'vitest';
import { CAPTION_HEIGHT, captioned } from './captioned.js';

it('puts a line above a picture, which stays as it is', async () => {
  const picture = { width: 90, height: 2, data: new Uint8Array(90 * 2 * 3).fill(7) };
  const { width, height, data } = await captioned(picture, 'a < b & "c"');
  expect([width, height, data.length]).toEqual([90, 2 + CAPTION_HEIGHT, 90 * (2 + CAPTION_HEIGHT) * 3]);
  expect(data.subarray(-picture.data.length)).toEqual(picture.data);
  // White at the edges; what a text looks like is up to the system's fonts.
  expect([...data.subarray(0, 3)]).toEqual([255, 255, 255]);
});
