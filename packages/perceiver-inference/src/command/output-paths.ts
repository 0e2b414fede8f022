import { access, constants, mkdir, readdir, rm, stat } from 'node:fs/promises';
import { dirname, extname, join, resolve } from 'node:path';
import { UsageError } from 'perceiver-training/node';

/** A path that cannot be written to. */
export class OutputPathError extends Error {
  override readonly name = 'OutputPathError';
}

const infoOf = (path: string) => stat(path).catch(() => undefined);

/**
 * Checks that a file can be written before what goes into it is computed; a path that is undefined passes.
 *
 * @param option as `--picture`, for messages
 * @param extensions those that it may have, with their dots; any by default
 * @throws UsageError for another extension, OutputPathError for a folder that is not there or may not be written to
 */
export async function checkOutputFile(
  option: string,
  path: string | undefined,
  extensions?: readonly string[],
): Promise<void> {
  if (path === undefined) return;
  const what = `${option} ${path}`;
  if (extensions !== undefined && !extensions.includes(extname(path).toLowerCase())) {
    throw new UsageError(`${what}: expected the extension ${extensions.join(', ')}, got ${extname(path) || 'none'}`);
  }
  const target = resolve(path);
  const info = await infoOf(target);
  if (info?.isDirectory()) throw new OutputPathError(`${what}: expected a file to write, got a folder`);
  const folder = dirname(target);
  const around = await infoOf(folder);
  if (around === undefined) throw new OutputPathError(`${what}: expected a folder that is there, got ${dirname(path)}`);
  if (!around.isDirectory()) throw new OutputPathError(`${what}: expected a folder, got the file ${dirname(path)}`);
  await access(info === undefined ? folder : target, constants.W_OK).catch((error: Error) => {
    throw new OutputPathError(`${what}: expected to be allowed to write there: ${error.message}`, { cause: error });
  });
}

/**
 * Makes a folder to write to, with those around it, before what goes into it is computed.
 *
 * @param option as `--out`, for messages
 * @throws OutputPathError where something else is in its place, or it may not be written to
 */
export async function makeOutputFolder(option: string, path: string): Promise<void> {
  const what = `${option} ${path}`;
  const missing: string[] = [];
  for (let folder = resolve(path); ; folder = dirname(folder)) {
    const info = await infoOf(folder);
    if (info === undefined && folder !== dirname(folder)) {
      missing.push(folder);
      continue;
    }
    if (info?.isDirectory()) break;
    throw new OutputPathError(`${what}: expected a folder, got the file ${folder}`);
  }
  try {
    // One by one: where a system has no folders to make, as in /proc, Node 20 never ends making several.
    for (const folder of missing.reverse()) {
      await mkdir(folder).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'EEXIST') throw error;
      });
    }
    await access(resolve(path), constants.W_OK);
  } catch (error) {
    throw new OutputPathError(`${what}: expected a folder to write to: ${(error as Error).message}`, { cause: error });
  }
}

/**
 * Removes the numbered files, such as `frame_0012.png`, that a longer run into the same folder left.
 *
 * @param prefix of their names, before the number
 * @param extensions those that the command writes, with their dots; files of others stay
 * @param first the lowest number to remove
 */
export async function removeLaterFiles(
  folder: string,
  prefix: string,
  extensions: readonly string[],
  first: number,
): Promise<void> {
  for (const name of await readdir(folder)) {
    const extension = extname(name);
    const number = name.slice(prefix.length, name.length - extension.length);
    const ours = name.startsWith(prefix) && extensions.includes(extension) && /^\d+$/.test(number);
    if (ours && Number(number) >= first) await rm(join(folder, name));
  }
}
