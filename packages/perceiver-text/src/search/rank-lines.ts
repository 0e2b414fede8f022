import { fileLines } from '../datasets/file-lines.js';
import { TextDataError } from '../datasets/text-data-error.js';
import { lengthOf, type TextEncoder } from '../predict/text-encoder.js';

export interface RankLinesOptions {
  /** Lines to give back; 10 by default. */
  readonly topK?: number;
  /** Lines that run at once; 16 by default. */
  readonly batchSize?: number;
  readonly signal?: AbortSignal;
  /** Told after each batch how many lines were read. */
  readonly onProgress?: (lines: number) => void;
}

/** A line of a file and how near it is. */
export interface RankedLine {
  /** From 1. */
  readonly line: number;
  /** Cosine similarity to the query, -1 to 1. */
  readonly score: number;
  readonly text: string;
}

export interface RankedLines {
  /** The nearest first; of equal ones the earlier. */
  readonly hits: readonly RankedLine[];
  /** Lines that were compared: all but blank ones. */
  readonly compared: number;
  /** Lines longer than the model's input, of which only the beginning was compared. */
  readonly cut: number;
}

/** A longer line is no text to search by. */
const LONGEST_LINE = 1 << 20;
const decoder = new TextDecoder();

/**
 * Ranks the lines of a file by how near their embeddings are to a query's. The file is read batch by batch and may be larger than
 * memory; blank lines are left out.
 *
 * @throws TextDataError for a file that is not there or empty, and for lines above 1 MiB
 */
export async function rankLines(
  encoder: Pick<TextEncoder, 'encode' | 'limit'>,
  path: string,
  query: string,
  { topK = 10, batchSize = 16, signal, onProgress }: RankLinesOptions = {},
): Promise<RankedLines> {
  let hits: RankedLine[] = [];
  let [line, compared, cut] = [0, 0, 0];
  let target: Float32Array | undefined;
  let batch: { line: number; bytes: Uint8Array }[] = [];
  const flush = async (): Promise<void> => {
    // The query runs in front of the first lines, so that one graph serves both.
    const texts = target === undefined ? [query, ...batch.map(({ bytes }) => bytes)] : batch.map(({ bytes }) => bytes);
    const { shape, values } = await encoder.encode(texts, { batchSize, truncate: true, signal });
    const channels = shape[1];
    const first = target === undefined ? 1 : 0;
    target ??= values.slice(0, channels);
    const found = batch.map(({ line: number, bytes }, i) => {
      let score = 0;
      for (let j = 0; j < channels; j++) score += target![j]! * values[(first + i) * channels + j]!;
      return { line: number, score, bytes };
    });
    const worst = hits.length < topK ? Number.NEGATIVE_INFINITY : hits.at(-1)!.score;
    const better = found.filter(({ score }) => !(score <= worst));
    hits = [...hits, ...better.map(({ bytes, ...hit }) => ({ ...hit, text: decoder.decode(bytes) }))]
      .sort((a, b) => b.score - a.score || a.line - b.line)
      .slice(0, topK);
    compared += batch.length;
    batch = [];
    onProgress?.(line);
  };
  const lines = fileLines(path, { longest: LONGEST_LINE });
  try {
    for await (const bytes of lines) {
      signal?.throwIfAborted();
      line++;
      const content = trimLine(bytes, line === 1);
      if (content.every(isBlank)) continue;
      if (lengthOf(content, encoder.limit.unit) > encoder.limit.count) cut++;
      batch.push({ line, bytes: content });
      if (batch.length === (target === undefined ? Math.max(1, batchSize - 1) : batchSize)) await flush();
    }
  } catch (cause) {
    if (!(cause instanceof Error && 'code' in cause)) throw cause;
    throw new TextDataError(`expected a readable file, got ${cause.message}`, path, undefined, { cause });
  }
  if (batch.length > 0) await flush();
  if (compared === 0) throw new TextDataError('expected lines of text, got none', path);
  return { hits, compared, cut };
}

const isBlank = (byte: number): boolean => byte === 0x20 || (byte >= 0x09 && byte <= 0x0d);

/** Without line end, and without the byte order mark that may stand at the beginning of a file. */
function trimLine(bytes: Buffer, isFirst: boolean): Uint8Array {
  const start = isFirst && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
  let end = bytes.length;
  if (bytes[end - 1] === 0x0a) end--;
  if (bytes[end - 1] === 0x0d) end--;
  // A copy: the line is kept while the file's buffer goes.
  return Uint8Array.from(bytes.subarray(start, end));
}
