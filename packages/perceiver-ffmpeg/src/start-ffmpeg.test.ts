import { chmodSync, existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { FfmpegNotFoundError } from './ffmpeg-not-found-error.js';
import { MediaFileError } from './media-file-error.js';
import { type FfmpegRun, startFfmpeg } from './start-ffmpeg.js';
import { generated, hasFfmpeg, temporaryFolder } from './testing/media.js';

const folder = temporaryFolder();
afterEach(() => vi.unstubAllEnvs());

/** Takes a script of the shell for ffmpeg. */
function useScript(name: string, ...lines: string[]): void {
  const path = join(folder, name);
  writeFileSync(path, ['#!/bin/sh', ...lines, ''].join('\n'));
  chmodSync(path, 0o755);
  vi.stubEnv('FFMPEG_PATH', path);
}

async function readAll(run: FfmpegRun): Promise<number> {
  let bytes = 0;
  for await (const chunk of run.output) bytes += chunk.length;
  return bytes;
}

describe.skipIf(process.platform === 'win32')('a program that misbehaves', () => {
  it('is ended when it hangs, signals and children notwithstanding', async () => {
    useScript('hangs', 'trap "" TERM INT', 'printf half', 'echo "still here" >&2', 'sleep 1000');
    const run = startFfmpeg([], { name: 'clip.mp4', stallTimeout: 300 });
    await expect(readAll(run)).rejects.toThrow(/^clip\.mp4: ended ffmpeg, which made no progress for 300 ms/);
  });

  it('is ended by a signal, also while it waits for input', async () => {
    useScript('waits', 'sleep 1000');
    const reason = new Error('enough');
    const controller = new AbortController();
    const reading = readAll(startFfmpeg([], { name: 'a', signal: controller.signal }));
    const writer = startFfmpeg([], { name: 'a', signal: controller.signal, inputPipes: 2 });
    const writing = writer.write(writer.inputs[1]!, new Uint8Array(2 ** 22));
    setTimeout(() => controller.abort(reason), 50);
    const rejected = { status: 'rejected', reason };
    expect(await Promise.allSettled([reading, writing])).toEqual([rejected, rejected]);
    expect(() => startFfmpeg([], { name: 'a', signal: controller.signal })).toThrow(reason);
  });

  it('fails with the name of the file and the last lines, made harmless', async () => {
    useScript('fails', 'for i in 1 2 3 4 5 6; do echo "line $i" >&2; done', 'printf "\\033[2Jbad\\n" >&2', 'exit 3');
    const error = await readAll(startFfmpeg([], { name: 'clip.mp4' })).catch((thrown: Error) => thrown);
    expect(error).toBeInstanceOf(MediaFileError);
    expect((error as Error).message).toBe(
      'clip.mp4: ffmpeg failed (exit code 3)\n  line 4\n  line 5\n  line 6\n  [2Jbad',
    );
  });

  it('is told apart from one that cannot be started', async () => {
    const path = join(folder, 'no-interpreter');
    writeFileSync(path, '#!/does/not/exist\n');
    chmodSync(path, 0o755);
    vi.stubEnv('FFMPEG_PATH', path);
    await expect(readAll(startFfmpeg([], { name: 'a' }))).rejects.toThrow(FfmpegNotFoundError);
  });

  it('keeps a long log in bounds, its beginning and end', async () => {
    useScript('talks', 'echo first >&2', "head -c 1000000 /dev/zero | tr '\\0' x >&2", 'echo last >&2');
    const run = startFfmpeg([], { name: 'a' });
    expect(await readAll(run)).toBe(0);
    expect(run.log()).toMatch(/^first\nx+last\n$/);
    expect(run.log().length).toBeLessThan(300_000);
  });

  it('gets its arguments as they are', async () => {
    useScript('prints', 'printf "%s|" "$@"');
    const run = startFfmpeg([`$(touch ${join(folder, 'made')})`, "a ' b"], { name: 'a' });
    const chunks: Uint8Array[] = [];
    for await (const chunk of run.output) chunks.push(chunk);
    expect(Buffer.concat(chunks).toString()).toBe(`-hide_banner|-nostdin|$(touch ${join(folder, 'made')})|a ' b|`);
    expect(existsSync(join(folder, 'made'))).toBe(false);
  });
});

describe.skipIf(!hasFfmpeg)('ffmpeg', () => {
  const endless = [...generated('testsrc=size=320x240'), '-f', 'rawvideo', '-pix_fmt', 'rgb24', 'pipe:1'];

  it('gives all of its output to a slow reader', async () => {
    const run = startFfmpeg(['-loglevel', 'error', ...endless.slice(0, -1), '-frames:v', '20', 'pipe:1'], {
      name: 'a',
    });
    let bytes = 0;
    for await (const chunk of run.output) {
      bytes += chunk.length;
      await new Promise((done) => setTimeout(done, 1));
    }
    expect(bytes).toBe(20 * 320 * 240 * 3);
  });

  it('ends when its reader leaves', async () => {
    const run = startFfmpeg(endless, { name: 'a' });
    for await (const chunk of run.output) {
      expect(chunk.length).toBeGreaterThan(0);
      break;
    }
    await expect(run.finished()).rejects.toThrow('ended by SIGKILL');
  });
});
