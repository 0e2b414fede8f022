import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, readlink, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  CheckpointAccessError,
  CheckpointDownloadError,
  CheckpointError,
  CheckpointIntegrityError,
  CheckpointNotFoundError,
} from '../errors.js';
import { type LoadPretrainedOptions, loadPretrained } from '../load/load-pretrained.js';
import { writeSafetensors } from '../safetensors/write-safetensors.js';
import type { DownloadProgress } from './hub-options.js';

const testdata = (name: string) => fileURLToPath(new URL(`../testdata/${name}`, import.meta.url));

const ID = 'tiny/model';
const configBytes = new TextEncoder().encode('{"model_type":"perceiver","d_latents":8}');
let directory: string;
let hub: ImitationHub;
let options: LoadPretrainedOptions;
let model: Uint8Array;

beforeEach(async () => {
  for (const name of ['HF_TOKEN', 'HUGGING_FACE_HUB_TOKEN', 'HF_HUB_OFFLINE', 'HF_ENDPOINT'])
    vi.stubEnv(name, undefined);
  vi.stubEnv('HF_TOKEN_PATH', '/nonexistent');
  directory = await mkdtemp(join(tmpdir(), 'load pretrained-'));
  // Large enough that a transfer takes several packets.
  const weight = {
    dtype: 'F32',
    shape: [300_000],
    data: Float32Array.from({ length: 300_000 }, (_, i) => Math.sin(i)),
  } as const;
  await writeSafetensors(join(directory, 'model'), { weight });
  model = Uint8Array.from(await readFile(join(directory, 'model')));
  hub = await startImitationHub({
    'config.json': { contents: configBytes },
    'model.safetensors': { contents: model, lfs: true },
    'README.md': { contents: new TextEncoder().encode('hello') },
  });
  options = { cacheDir: join(directory, 'cache'), hubUrl: hub.url, retryDelay: 1 };
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await hub.close();
  await rm(directory, { recursive: true });
});

const root = () => join(directory, 'cache', 'models--tiny--model');
const blobs = () => readdir(join(root(), 'blobs')).catch(() => []);
const isProbe = (line: string) => line.endsWith('bytes=0-0');
const fileRequests = () => hub.log.filter((line) => /resolve|cdn/.test(line) && !isProbe(line));

/** Opens, reads the weight, and closes again. */
async function loadWeight(changes: LoadPretrainedOptions = {}) {
  const { config, weights, commit } = await loadPretrained(ID, { ...options, ...changes });
  const { data } = await weights.read('weight');
  await weights.close();
  return { config, data, commit };
}

/** Sends the first half of each long answer and cuts the line, `times` times. */
function cutInHalf(times: number): void {
  let left = times;
  hub.interfere = (request, response, body) => {
    const range = request.headers.range ?? '';
    if (!request.url!.startsWith('/cdn/') || range === 'bytes=0-0' || !body || left-- <= 0) return false;
    const [start, end] = rangeOf(range, body.length);
    const part = body.subarray(start, start + Math.ceil((end - start) / 2));
    hub.sent += part.length;
    response.writeHead(range ? 206 : 200, { 'content-length': end - start });
    response.write(part, () => setTimeout(() => response.destroy(), 100));
    return true;
  };
}

describe('from the hub', () => {
  it('downloads into the layout of the standard cache, and the next time asks only for the commit', async () => {
    const progress: DownloadProgress[] = [];
    const { config, data, commit } = await loadWeight({ onProgress: (step) => progress.push(step) });
    expect(config).toEqual({ model_type: 'perceiver', d_latents: 8 });
    expect(data[2]).toBe(Math.fround(Math.sin(2)));
    expect(commit).toBe(hub.commit);
    expect(progress.at(-1)).toEqual({ file: 'model.safetensors', loadedBytes: model.length, totalBytes: model.length });
    expect(await readFile(join(root(), 'refs', 'main'), 'utf8')).toBe(hub.commit);
    const sha256 = hashOf({ contents: model, lfs: true });
    expect(await readlink(join(root(), 'snapshots', hub.commit, 'model.safetensors'))).toBe(
      join('..', '..', 'blobs', sha256),
    );
    expect((await blobs()).sort()).toEqual([hashOf({ contents: configBytes }), sha256].sort());
    expect(hub.log.some((line) => line.includes('README'))).toBe(false);

    hub.log.length = 0;
    await loadWeight();
    expect(hub.log).toEqual(['GET /api/models/tiny/model/revision/main']);
    hub.log.length = 0;
    await loadWeight({ revision: hub.commit });
    await loadWeight({ localFilesOnly: true });
    vi.stubEnv('HF_HUB_OFFLINE', '1');
    await loadWeight();
    expect(hub.log).toEqual([]);
  });

  it('continues an interrupted transfer where it stopped', async () => {
    cutInHalf(3);
    const { data } = await loadWeight();
    expect(data.length).toBe(300_000);
    const starts = fileRequests()
      .filter((line) => line.startsWith('GET /cdn'))
      .map((line) => Number(/=(\d+)-/.exec(line)?.[1] ?? 0));
    expect(starts).toHaveLength(4);
    expect(starts).toEqual([...new Set(starts)].sort((a, b) => a - b));
    // What was on its way when the line was cut is sent again, no more: three times from the start would be 2.5 x.
    expect(hub.sent).toBeLessThan(1.6 * model.length);
  });

  it('keeps the part when it gives up, and continues in the next call', async () => {
    cutInHalf(1);
    const failed = loadWeight({ retries: 0 });
    await expect(failed).rejects.toThrow(CheckpointDownloadError);
    await expect(failed).rejects.toThrow(/stopped after \d+ of 1200\d+ bytes .* the same call continues/);
    const kept = (await blobs()).filter((name) => name.endsWith('.incomplete'));
    expect(kept).toHaveLength(1);
    const { length } = await readFile(join(root(), 'blobs', kept[0]!));
    hub.sent = 0;
    hub.log.length = 0;
    await loadWeight();
    expect(length).toBeGreaterThan(0);
    expect(hub.sent).toBe(model.length - length);
    expect((await blobs()).filter((name) => name.endsWith('.incomplete'))).toEqual([]);
  });

  it('begins anew when the kept part turns out to be wrong', async () => {
    await mkdir(join(root(), 'blobs'), { recursive: true });
    const blob = join(root(), 'blobs', hashOf({ contents: model, lfs: true }));
    await writeFile(`${blob}.incomplete`, new Uint8Array(1000).fill(1));
    await loadWeight();
    expect(Buffer.compare(await readFile(blob), model)).toBe(0);
  });

  it('may run several times at once', async () => {
    const all = await Promise.all([loadWeight(), loadWeight(), loadWeight()]);
    expect(all.map(({ data }) => data[299_999])).toEqual(Array(3).fill(Math.fround(Math.sin(299_999))));
    const blob = join(root(), 'blobs', hashOf({ contents: model, lfs: true }));
    expect(Buffer.compare(await readFile(blob), model)).toBe(0);
    expect(await blobs()).toHaveLength(2);
  });

  it('gives up on a silent connection after the stall timeout, and continues', async () => {
    let silent = 1;
    hub.interfere = (request, response, body) => {
      if (!request.url!.startsWith('/cdn/') || request.headers.range === 'bytes=0-0' || silent-- <= 0) return false;
      response.writeHead(200, { 'content-length': body!.length }).write(body!.subarray(0, 5000));
      return true;
    };
    await loadWeight({ stallTimeout: 400 });
    expect(fileRequests().some((line) => line.includes('bytes=5000-'))).toBe(true);
  });

  it('downloads plainly where the chunk store (xet) fails', async () => {
    hub.interfere = (request, response, body) => {
      if (!request.headers.accept?.includes('xet-fileinfo') || !request.url!.endsWith('/model.safetensors'))
        return false;
      response.writeHead(200, {
        'content-type': 'application/vnd.xet-fileinfo+json',
        'x-linked-size': body!.length,
        'x-xet-hash': 'ab'.repeat(32),
        etag: '"1"',
        link: `<${hub.url}/xet-token>; rel="xet-auth", <${hub.url}/xet>; rel="xet-reconstruction-info"`,
      });
      response.end('{}');
      return true;
    };
    expect((await loadWeight()).data.length).toBe(300_000);
    expect(hub.log.some((line) => line.includes('/xet-token'))).toBe(true);
    expect(hub.log.some((line) => line === 'GET /cdn/model.safetensors')).toBe(true);
  });

  it('retries when the hub is busy', async () => {
    let busy = 2;
    hub.interfere = (_, response) => {
      if (busy-- <= 0) return false;
      response.writeHead(503).end();
      return true;
    };
    expect((await loadWeight()).data.length).toBe(300_000);
  });

  it.each([
    ['another hash', { hash: 'ab'.repeat(32) }, /expected hash (ab)+, got/],
    ['a greater size', { size: 2_000_000 }, /expected 2000000 bytes, got a file of 1200/],
    ['a smaller size', { size: 1000 }, /expected 1000 bytes, got a file of 1200/],
  ])('removes a file with %s than announced', async (_, announce, message) => {
    hub.files.set('model.safetensors', { contents: model, lfs: true, announce });
    await expect(loadWeight()).rejects.toThrow(CheckpointIntegrityError);
    await expect(loadWeight()).rejects.toThrow(message);
    expect(await blobs()).toEqual([hashOf({ contents: configBytes })]);
    expect(existsSync(join(root(), 'snapshots', hub.commit, 'model.safetensors'))).toBe(false);
  });

  it('removes a small file with another hash', async () => {
    hub.files.set('config.json', { contents: configBytes, announce: { hash: '12'.repeat(20) } });
    await expect(loadWeight()).rejects.toThrow(CheckpointIntegrityError);
  });

  it.each([
    [401, CheckpointAccessError, /private or gated.*HF_TOKEN/],
    [403, CheckpointAccessError, /private or gated/],
    [404, CheckpointNotFoundError, /not on the hub/],
  ])('explains status %i', async (status, type, message) => {
    hub.interfere = (_, response) => {
      response.writeHead(status, { 'content-type': 'application/json' }).end('{"error":"no"}');
      return true;
    };
    await expect(loadWeight()).rejects.toThrow(type);
    await expect(loadWeight()).rejects.toThrow(message);
  });

  it('names what the repository has when the wanted file is not there', async () => {
    await expect(loadPretrained(ID, { ...options, files: ['tokenizer.json'] })).rejects.toThrow(
      /no file tokenizer\.json; it has config\.json, model\.safetensors, README\.md/,
    );
    const { files, weights } = await loadPretrained(ID, { ...options, files: ['README.md'] });
    await weights.close();
    expect(await readFile(files.get('README.md')!, 'utf8')).toBe('hello');
  });

  it('sends the token, and only one that can be a token', async () => {
    await loadWeight({ token: 'hf_secret' });
    expect(hub.tokens).toEqual(new Set(['Bearer hf_secret']));
    hub.tokens.clear();
    vi.stubEnv('HF_TOKEN', 'hf_other');
    await loadWeight({ token: false });
    expect(hub.tokens).toEqual(new Set([undefined]));
    const wrong = loadWeight({ token: 'password123' });
    await expect(wrong).rejects.toThrow(CheckpointAccessError);
    await expect(wrong).rejects.not.toThrow(/password123/);
  });

  it('stops when asked to, with the reason given', async () => {
    const controller = new AbortController();
    const onProgress = ({ file }: DownloadProgress) => {
      if (file === 'model.safetensors') controller.abort(new Error('enough'));
    };
    await expect(loadWeight({ onProgress, signal: controller.signal })).rejects.toThrow('enough');
  });

  it('loads PyTorch weights, and shards, where that is what there is', async () => {
    hub.files.delete('model.safetensors');
    hub.files.set('pytorch_model.bin', { contents: readFileSync(testdata('state-dict.bin')), lfs: true });
    const pretrained = await loadPretrained(ID, options);
    expect(pretrained.weights.format).toBe('pytorch');
    expect((await pretrained.weights.read('0.weight')).shape).toEqual([2, 3]);
    await pretrained.weights.close();

    hub.files.set('part-1.safetensors', { contents: model, lfs: true });
    const index = JSON.stringify({ weight_map: { weight: 'part-1.safetensors' } });
    hub.files.set('model.safetensors.index.json', { contents: new TextEncoder().encode(index) });
    const sharded = await loadPretrained(ID, { ...options, weights: 'model.safetensors.index.json' });
    expect((await sharded.weights.read('weight')).data.length).toBe(300_000);
    await sharded.weights.close();
  });

  it('says what to run and where to put the files, offline and not cached', async () => {
    const failed = loadPretrained(ID, { ...options, localFilesOnly: true });
    await expect(failed).rejects.toThrow(CheckpointNotFoundError);
    await expect(failed).rejects.toThrow(/hf download tiny\/model/);
    await expect(failed).rejects.toThrow(join(directory, 'cache'));
    expect(hub.log).toEqual([]);
  });

  it('uses the cache when the hub cannot be reached, and else says so', async () => {
    await loadWeight();
    const hubUrl = 'http://127.0.0.1:9';
    // Five retries with such pauses would not end in time.
    expect((await loadWeight({ hubUrl, retryDelay: 1e6 })).data.length).toBe(300_000);
    const failed = loadPretrained('tiny/other', { ...options, hubUrl, retries: 0 });
    await expect(failed).rejects.toThrow(/the hub could not be reached/);
  });

  it('keeps using the older snapshot offline while a newer one is not complete', async () => {
    await loadWeight();
    const older = hub.commit;
    hub.commit = 'beef'.padEnd(40, '0');
    hub.files.set('model.safetensors', { contents: model, lfs: true, announce: { hash: 'cd'.repeat(32) } });
    await expect(loadWeight()).rejects.toThrow(CheckpointIntegrityError);
    expect((await loadWeight({ localFilesOnly: true })).commit).toBe(older);
  });

  it('writes nowhere but into its own folder', async () => {
    for (const id of ['../x', 'a/../b', 'a/b/c', 'a--b/c', 'a/b\0']) {
      await expect(loadPretrained(id, options)).rejects.toThrow(CheckpointError);
    }
    for (const revision of ['../../x', '/x', 'a/../../b', 'a\0']) {
      await expect(loadPretrained(ID, { ...options, revision })).rejects.toThrow(CheckpointError);
    }
    hub.files.set('evil', { contents: configBytes, announce: { path: '../../evil' } });
    hub.files.set('evil2', { contents: configBytes, announce: { path: 'model.bin', hash: '../../../evil' } });
    await loadWeight();
    await expect(loadPretrained(ID, { ...options, weights: '../../evil' })).rejects.toThrow(CheckpointNotFoundError);
    await expect(loadPretrained(ID, { ...options, weights: 'model.bin' })).rejects.toThrow(CheckpointIntegrityError);
    expect((await readdir(directory)).sort()).toEqual(['cache', 'model']);
  });
});

/** A file of the imitation. */
interface HubFile {
  readonly contents: Uint8Array;
  /** Large files are announced by SHA-256 and served after a redirect, as the hub does. */
  readonly lfs?: boolean;
  /** Replaces what the listing says. */
  readonly announce?: Partial<{ size: number; hash: string; path: string }>;
}

/** A server that imitates the hub's endpoints: real HTTP, ranges, redirects, faults on demand. */
interface ImitationHub {
  readonly url: string;
  /** What `main` is now. */
  commit: string;
  readonly files: Map<string, HubFile>;
  /** One line a request: method, path, range. */
  readonly log: string[];
  /** Authorization headers seen. */
  readonly tokens: Set<string | undefined>;
  /** Set to interfere: returns true where it has answered itself. */
  interfere: ((request: IncomingMessage, response: ServerResponse, body?: Uint8Array) => boolean) | undefined;
  /** Bytes of contents sent, the one-byte probes left out. */
  sent: number;
  close(): Promise<void>;
}

/** Starts the imitation with one repository, `tiny/model`. */
async function startImitationHub(files: Record<string, HubFile>): Promise<ImitationHub> {
  const server = createServer(answer);
  const hub: ImitationHub = {
    url: '',
    commit: 'c0ffee'.padEnd(40, '0'),
    files: new Map(Object.entries(files)),
    log: [],
    tokens: new Set(),
    interfere: undefined,
    sent: 0,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };

  function json(response: ServerResponse, value: unknown, status = 200) {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
  }

  function answer(request: IncomingMessage, response: ServerResponse) {
    const path = decodeURIComponent(new URL(request.url!, 'http://hub').pathname);
    const range = request.headers.range ?? '';
    hub.log.push(`${request.method} ${path} ${range}`.trim());
    hub.tokens.add(request.headers.authorization);
    const [, revision] = /^\/api\/models\/tiny\/model\/revision\/(.+)$/.exec(path) ?? [];
    const [, name] = /^\/(?:tiny\/model\/resolve\/[^/]+|cdn)\/(.+)$/.exec(path) ?? [];
    const file = name === undefined ? undefined : hub.files.get(name);
    if (hub.interfere?.(request, response, file?.contents)) return;
    if (revision === 'main' || revision === 'v1' || revision === hub.commit) {
      return json(response, { _id: '1', id: 'tiny/model', sha: hub.commit, lastModified: '2026-01-01' });
    }
    if (path === `/api/models/tiny/model/tree/${hub.commit}`) {
      return json(
        response,
        [...hub.files].map(([name, file]) => listing(name, file)),
      );
    }
    if (!file) {
      response.setHeader('x-error-code', revision ? 'RevisionNotFound' : 'EntryNotFound');
      return json(response, { error: 'Not found' }, 404);
    }
    if (file.lfs && !path.startsWith('/cdn/')) {
      response.writeHead(302, { location: `/cdn/${name}` }).end();
      return;
    }
    const [start, end] = rangeOf(range, file.contents.length);
    const status = range ? 206 : 200;
    const part = file.contents.subarray(start, end);
    if (range !== 'bytes=0-0') hub.sent += part.length;
    response
      .writeHead(status, {
        etag: `"${hashOf(file)}"`,
        'content-length': part.length,
        ...(range && { 'content-range': `bytes ${start}-${end - 1}/${file.contents.length}` }),
      })
      .end(part);
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return Object.assign(hub, { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
}

/** First and past-the-last byte of a Range header. */
function rangeOf(range: string, length: number): [number, number] {
  const [, start, end] = /^bytes=(\d+)-(\d*)$/.exec(range) ?? [];
  return start === undefined ? [0, length] : [Number(start), end ? Math.min(length, Number(end) + 1) : length];
}

/** The hash that the hub names a file by. */
function hashOf({ contents, lfs }: HubFile): string {
  if (lfs) return createHash('sha256').update(contents).digest('hex');
  return createHash('sha1').update(`blob ${contents.length}\0`).update(contents).digest('hex');
}

function listing(name: string, file: HubFile) {
  const size = file.announce?.size ?? file.contents.length;
  const hash = file.announce?.hash ?? hashOf(file);
  const entry = { type: 'file', path: file.announce?.path ?? name, size, oid: hash };
  return file.lfs ? { ...entry, oid: '0'.repeat(40), lfs: { oid: hash, size, pointerSize: 130 } } : entry;
}
