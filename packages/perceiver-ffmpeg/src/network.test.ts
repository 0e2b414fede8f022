import { createReadStream, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { MediaFileError } from './media-file-error.js';
import { mediaSource } from './media-source.js';
import { probeMedia } from './probe-media.js';
import { generated, hasFfmpeg, makeMedia, temporaryFolder } from './testing/media.js';

const folder = temporaryFolder();
const at = (name: string) => join(folder, name);
const asked: string[] = [];
let server: Server;
let base: string;
const address = (path: string) => new URL(path, base);

/** Serves the folder, whole or by range, and what goes wrong on networks. */
beforeAll(async () => {
  server = createServer((request, response) => {
    const path = request.url!.slice(1);
    asked.push(path);
    if (path === 'hung.mp4') return;
    if (path === 'moved.mp4') return void response.writeHead(302, { location: '/clip.mp4' }).end();
    if (path === 'local.mp4')
      return void response.writeHead(302, { location: pathToFileURL(at('clip.mp4')).href }).end();
    const size = statSync(at(path), { throwIfNoEntry: false })?.size;
    if (size === undefined) return void response.writeHead(404).end('no such file');
    const from = Number(/^bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0);
    const range = { 'content-range': `bytes ${from}-${size - 1}/${size}`, 'accept-ranges': 'bytes' };
    response.writeHead(from > 0 ? 206 : 200, { ...range, 'content-length': size - from });
    createReadStream(at(path), { start: from }).pipe(response);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  vi.stubEnv('no_proxy', '127.0.0.1');
});
afterAll(() => {
  vi.unstubAllEnvs();
  server.closeAllConnections();
  server.close();
});

it('takes words of a command line for addresses only where the network is allowed', () => {
  expect(mediaSource('https://example.com/a.mp4', { network: true })).toEqual(new URL('https://example.com/a.mp4'));
  expect(mediaSource('https://example.com/a.mp4', { network: false })).toBe('https://example.com/a.mp4');
  expect(mediaSource('file:///a.mp4', { network: true })).toBe('file:///a.mp4');
});

describe.skipIf(!hasFfmpeg)('addresses', () => {
  beforeAll(() => {
    const sources = [...generated('testsrc=size=64x48:rate=5:duration=2'), ...generated('sine=duration=2')];
    makeMedia(at('clip.mp4'), ...sources, '-c:v', 'mpeg4', '-c:a', 'aac');
    makeMedia(at('part.ts'), ...generated('testsrc=size=32x16:rate=5:duration=1'), '-c:v', 'mpeg2video');
    const playlist = (name: string, line: string) =>
      writeFileSync(at(name), `#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n${line}\n#EXT-X-ENDLIST\n`);
    playlist('list.m3u8', 'part.ts');
    playlist('local.m3u8', pathToFileURL(at('part.ts')).href);
  });

  it('are not asked unless the network is allowed', async () => {
    asked.length = 0;
    await expect(probeMedia(address('clip.mp4'))).rejects.toThrow(MediaFileError);
    await expect(probeMedia(address('clip.mp4'))).rejects.toThrow(
      'clip.mp4: expected a file; --network ({ network: true }) allows',
    );
    await expect(probeMedia(address('clip.mp4').href)).rejects.toThrow(
      'expected a readable file; an address needs --network',
    );
    await expect(probeMedia(address('clip.mp4').href, { network: true })).rejects.toThrow(MediaFileError);
    expect(asked).toEqual([]);
  });

  it('are read where it is, as the file itself', async () => {
    const expected = await probeMedia(at('clip.mp4'));
    expect(expected.streams.map(({ kind }) => kind)).toEqual(['video', 'audio']);
    for (const path of ['clip.mp4', 'moved.mp4']) {
      expect(await probeMedia(address(path), { network: true })).toEqual(expected);
    }
    expect(asked).toContain('moved.mp4');
  });

  it('of playlists give what these name beside them, never a file of this machine', async () => {
    const { streams } = await probeMedia(address('list.m3u8'), { network: true });
    expect(streams).toMatchObject([{ kind: 'video', width: 32, height: 16 }]);
    expect(readFileSync(at('local.m3u8'), 'utf8')).toContain('file://');
    for (const path of ['local.m3u8', 'local.mp4']) {
      await expect(probeMedia(address(path), { network: true, stallTimeout: 10_000 })).rejects.toThrow(MediaFileError);
    }
  });

  it('that fail say why, and do not hang', async () => {
    const missing = probeMedia(address('none.mp4'), { network: true });
    await expect(missing).rejects.toThrow(/none\.mp4: [\s\S]*404 Not Found/);
    const hung = probeMedia(address('hung.mp4'), { network: true, stallTimeout: 300 });
    await expect(hung).rejects.toThrow(/hung\.mp4: ended ffmpeg, which made no progress for 300 ms/);
    const controller = new AbortController();
    const aborted = probeMedia(address('hung.mp4'), { network: true, signal: controller.signal });
    controller.abort(new Error('enough'));
    await expect(aborted).rejects.toThrow('enough');
    const nobody = probeMedia(new URL('http://127.0.0.1:1/a.mp4'), { network: true });
    await expect(nobody).rejects.toThrow(/127\.0\.0\.1:1\/a\.mp4: [\s\S]*refused/);
  });
});
