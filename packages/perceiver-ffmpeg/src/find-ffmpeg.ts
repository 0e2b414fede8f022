import { accessSync, constants, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, isAbsolute, join } from 'node:path';
import { FfmpegNotFoundError } from './ffmpeg-not-found-error.js';

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/** Where the npm package says its program is; its install script, which downloads it, may not have run. */
function staticFfmpeg(): string | undefined {
  try {
    const path: unknown = createRequire(import.meta.url)('ffmpeg-static');
    return typeof path === 'string' ? path : undefined;
  } catch {
    return undefined;
  }
}

/**
 * The path of ffmpeg: `FFMPEG_PATH`, else the npm package ffmpeg-static if its program is really there, else the first on `PATH`
 * (relative folders there are passed over).
 *
 * @throws FfmpegNotFoundError, also where `FFMPEG_PATH` is set to something that cannot be run
 */
export function findFfmpeg(environment: NodeJS.ProcessEnv = process.env): string {
  const { FFMPEG_PATH: chosen, PATH: path = '' } = environment;
  if (chosen) {
    if (isProgram(chosen)) return chosen;
    throw new FfmpegNotFoundError(`FFMPEG_PATH: expected the path of a program, got ${chosen}`);
  }
  const packaged = staticFfmpeg();
  if (packaged !== undefined && isProgram(packaged)) return packaged;
  const name = process.platform === 'win32' ? 'ffmpeg.exe' : 'ffmpeg';
  const folders = path.split(delimiter).filter(isAbsolute);
  const found = folders.map((folder) => join(folder, name)).find(isProgram);
  if (found !== undefined) return found;
  const why = packaged === undefined ? 'is not installed' : `is installed without its program (${packaged})`;
  throw new FfmpegNotFoundError(`ffmpeg was not found: FFMPEG_PATH is not set, ffmpeg-static ${why}, PATH has none`);
}
