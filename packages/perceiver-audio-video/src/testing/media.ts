import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findFfmpeg, whyNoFfmpeg } from 'perceiver-ffmpeg';
import { afterAll } from 'vitest';

/** Whether tests that need ffmpeg can run. */
export const hasFfmpeg = whyNoFfmpeg() === undefined;

/** A folder that goes when the tests of the file are done. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'audio-video-test-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Makes a file with ffmpeg. */
export function makeMedia(path: string, ...args: string[]): string {
  execFileSync(findFfmpeg(), ['-nostdin', '-loglevel', 'error', '-y', ...args, `file:${path}`], { stdio: 'inherit' });
  return path;
}

/** A generated source of moving pictures or sound. */
export const generated = (description: string): string[] => ['-f', 'lavfi', '-i', description];
