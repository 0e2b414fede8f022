import { expect, it } from 'vitest';
import { readImage } from './read-image.js';
import { renderSvg } from './render-svg.js';

const half =
  '<svg xmlns="http://www.w3.org/2000/svg" width="4" height="2"><rect width="4" height="2" fill="#fff"/><rect width="2" height="2" fill="#0072b2"/></svg>';

it('draws an SVG at the wanted scale', async () => {
  const { width, height, data } = await readImage(await renderSvg(half, { scale: 1 }));
  expect([width, height]).toEqual([4, 2]);
  const blue = [0x00, 0x72, 0xb2];
  const row = [...blue, ...blue, 255, 255, 255, 255, 255, 255];
  expect([...data]).toEqual([...row, ...row]);
  const large = await readImage(await renderSvg(half));
  expect([large.width, large.height]).toEqual([8, 4]);
});

it('says what is no SVG, or too large', async () => {
  await expect(renderSvg('<p>')).rejects.toThrow('expected a text that begins with <svg, got "<p>"');
  await expect(renderSvg('<svg')).rejects.toMatchObject({ name: 'ImageFileError' });
  await expect(renderSvg(half.slice(0, 90))).rejects.toThrow('expected a whole SVG');
  await expect(renderSvg(half, { scale: Number.NaN })).rejects.toThrow('expected a scale');
  await expect(renderSvg(half, { scale: 500, maxPixels: 1000 })).rejects.toThrow('at most 1000 pixels');
});
