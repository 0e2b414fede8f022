import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readImage } from './read-image.js';
import { encodePng } from './write-png.js';

const picture = { width: 3, height: 2, data: Uint8Array.from({ length: 18 }, (_, i) => i * 14) };
let server: Server;
let base = '';

beforeAll(async () => {
  const png = await encodePng(picture);
  const answers: Record<string, RequestListener> = {
    '/picture': (_, response) => response.end(png),
    '/locked': (request, response) =>
      response.writeHead(request.headers.authorization === 'Basic dXNlcjpwIHc=' ? 200 : 401).end(png),
    '/moved': (_, response) => response.writeHead(302, { location: '/picture' }).end(),
    '/round': (_, response) => response.writeHead(302, { location: '/round' }).end(),
    '/page': (_, response) => response.end('<html>'),
    '/promise': (_, response) => response.writeHead(200, { 'content-length': '999999999' }).write('x'),
    '/endless': (_, response) => {
      const more = () => response.write(Buffer.alloc(65_536), (error) => !error && setImmediate(more));
      more();
    },
    '/silent': () => {},
    '/cut': (_, response) => {
      response.writeHead(200, { 'content-length': String(png.length) }).write(png.subarray(0, 30));
      setTimeout(() => response.destroy(), 20);
    },
  };
  server = createServer((request, response) => {
    const answer = answers[request.url!];
    if (answer === undefined) response.writeHead(404).end();
    else answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

it('downloads, also from where an address was moved', async () => {
  for (const path of ['/picture', '/moved']) {
    expect(await readImage(base + path)).toEqual(picture);
    expect(await readImage(new URL(base + path))).toEqual(picture);
  }
});

it.each([
  ['/none', 'got HTTP status 404'],
  ['/page', 'got a file that begins with 3c 68 74 6d'],
  ['/round', 'redirect count exceeded'],
  ['/promise', 'expected at most 200000 bytes, got 999999999'],
  ['/endless', 'expected at most 200000 bytes, got more'],
  ['/silent', 'no whole answer within 400 ms'],
  ['/cut', 'expected an answer'],
])('names the address and what is wrong with %s', async (path, message) => {
  // Only the silent server is waited for.
  const timeout = path === '/silent' ? 400 : 30_000;
  const result = readImage(base + path, { maxBytes: 200_000, timeout });
  await expect(result).rejects.toThrow(message);
  await expect(result).rejects.toMatchObject({ name: 'ImageFileError', message: expect.stringContaining(base + path) });
});

it('sends passwords, leaves them out of messages, and says when nobody answers', async () => {
  expect(await readImage(`${base.replace('//', '//user:p%20w@')}/locked`)).toEqual(picture);
  await expect(readImage(`${base}/locked`)).rejects.toThrow('got HTTP status 401');
  const withPassword = `${base.replace('//', '//user:secret@')}/none`;
  const result = readImage(withPassword);
  await expect(result).rejects.toThrow(`${base}/none`);
  await expect(result).rejects.not.toThrow('secret');
  await expect(readImage('http://127.0.0.1:9/x.png')).rejects.toMatchObject({ name: 'ImageFileError' });
  await expect(readImage('http://')).rejects.toMatchObject({ name: 'ImageFileError' });
});
