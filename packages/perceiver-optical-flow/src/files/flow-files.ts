import { writeFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { FlowError } from '../flow-error.js';
import type { FlowField } from '../flow-field.js';
import { decodeFlo, encodeFlo, FLO_TAG } from './flo-file.js';
import { decodeKittiPng, encodeKittiPng } from './kitti-png.js';
import { decodePfm, encodePfm, flowOfMap, mapOfFlow } from './pfm-file.js';
import { readBounded } from './read-bounded.js';

/** Extensions of the files that flow is written to. */
export const FLOW_EXTENSIONS = ['.flo', '.pfm', '.png'] as const;

/**
 * Reads flow of any of the formats, known by their first bytes: Middlebury's `.flo`, `.pfm`, KITTI's 16-bit PNG.
 *
 * @throws FlowError
 */
export async function readFlow(path: string): Promise<FlowField> {
  const bytes = await readBounded(path);
  const start = Buffer.from(bytes.subarray(0, 4)).toString('latin1');
  if (start === FLO_TAG) return decodeFlo(bytes, path);
  if (/^P[Ff]\s/.test(start)) return flowOfMap(decodePfm(bytes, path), path);
  if (start === '\x89PNG') return decodeKittiPng(bytes, path);
  throw new FlowError(
    `${path}: expected flow as .flo (its first bytes ${FLO_TAG}), .pfm (PF) or 16-bit PNG, got ${JSON.stringify(start)}`,
  );
}

/**
 * Writes flow in the format of the path's extension.
 *
 * @throws FlowError for other extensions, and for flow that the format cannot hold
 */
export async function writeFlow(path: string, flow: FlowField): Promise<void> {
  const extension = extname(path).toLowerCase();
  const encode = {
    '.flo': encodeFlo,
    '.pfm': (given: FlowField) => encodePfm(mapOfFlow(given)),
    '.png': encodeKittiPng,
  };
  if (!Object.hasOwn(encode, extension)) {
    throw new FlowError(
      `${path}: expected the extension ${FLOW_EXTENSIONS.join(', ')} for flow, got ${extension || 'none'}`,
    );
  }
  await writeFile(path, await encode[extension as (typeof FLOW_EXTENSIONS)[number]](flow));
}
