import { readdir, stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { TextDataError } from './text-data-error.js';

export type TextFormat = 'text' | 'jsonl' | 'parquet';

/** A file of training text. */
export interface TextFile {
  readonly path: string;
  readonly format: TextFormat;
  /** Size in bytes. */
  readonly size: number;
}

const FORMATS: Readonly<Record<string, TextFormat>> = {
  '.txt': 'text',
  '.text': 'text',
  '.md': 'text',
  '.jsonl': 'jsonl',
  '.ndjson': 'jsonl',
  '.parquet': 'parquet',
};

/**
 * Text files (.txt, .text, .md), JSON lines (.jsonl, .ndjson) and parquet files at a path: the file itself, whatever its name
 * (unknown endings are read as text), or all of a directory and the directories in it, in order of their paths.
 */
export async function findTextFiles(path: string): Promise<TextFile[]> {
  const info = await stat(path).catch((cause) => {
    throw new TextDataError('expected a file or directory with text, found nothing', path, undefined, { cause });
  });
  if (!info.isDirectory()) return [{ path, format: FORMATS[extname(path).toLowerCase()] ?? 'text', size: info.size }];
  const files: TextFile[] = [];
  for (const entry of await readdir(path, { recursive: true, withFileTypes: true })) {
    const format = FORMATS[extname(entry.name).toLowerCase()];
    if (format === undefined || !entry.isFile() || entry.name.startsWith('.')) continue;
    const file = join(entry.parentPath, entry.name);
    files.push({ path: file, format, size: (await stat(file)).size });
  }
  if (files.length === 0) {
    throw new TextDataError(`expected files that end in ${Object.keys(FORMATS).join(', ')}, found none`, path);
  }
  return files.sort((a, b) => (a.path < b.path ? -1 : 1));
}
