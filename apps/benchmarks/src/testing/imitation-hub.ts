import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

const COMMIT = 'c0ffee'.padEnd(40, '0');

/** A server with the hub's endpoints for downloads: revision, listing, files with ranges. */
export interface ImitationHub {
  readonly url: string;
  /** Files by repository and name. */
  readonly repositories: Map<string, Record<string, Uint8Array>>;
  /** Paths of the requests so far. */
  readonly log: string[];
  close(): Promise<void>;
}

/** Starts a hub without repositories. */
export async function imitationHub(): Promise<ImitationHub> {
  const repositories = new Map<string, Record<string, Uint8Array>>();
  const log: string[] = [];
  const server = createServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url!, 'http://hub').pathname);
    log.push(path);
    const json = (value: unknown, status = 200) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
    const [, asked, what, rest] = /^\/api\/models\/((?:[^/]+\/)?[^/]+)\/(revision|tree)\/(.+)$/.exec(path) ?? [];
    const files = repositories.get(asked ?? '');
    if (files && what === 'revision' && (rest === 'main' || rest === COMMIT)) {
      return json({ _id: '1', id: asked, sha: COMMIT, lastModified: '2026-01-01' });
    }
    if (files && what === 'tree') return json(Object.entries(files).map(([name, contents]) => listing(name, contents)));
    const [, repository, name] = /^\/((?:[^/]+\/)?[^/]+)\/resolve\/[^/]+\/(.+)$/.exec(path) ?? [];
    const contents = repositories.get(repository ?? '')?.[name ?? ''];
    if (contents === undefined) return json({ error: 'Not found' }, 404);
    const [, first, last] = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '') ?? [];
    const start = Number(first ?? 0);
    const end = last ? Math.min(contents.length, Number(last) + 1) : contents.length;
    return response
      .writeHead(first === undefined ? 200 : 206, {
        etag: `"${sha256(contents)}"`,
        'content-length': end - start,
        ...(first !== undefined && { 'content-range': `bytes ${start}-${end - 1}/${contents.length}` }),
      })
      .end(contents.subarray(start, end));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    repositories,
    log,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

const sha256 = (contents: Uint8Array) => createHash('sha256').update(contents).digest('hex');

function listing(name: string, contents: Uint8Array) {
  const size = contents.length;
  return {
    type: 'file',
    path: name,
    size,
    oid: '0'.repeat(40),
    lfs: { oid: sha256(contents), size, pointerSize: 130 },
  };
}
