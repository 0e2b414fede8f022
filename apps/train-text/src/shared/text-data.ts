import {
  BUNDLED_TEXTS,
  type BundledText,
  bundledTextPath,
  findTextFiles,
  TextDataError,
  type TextFile,
  type TextSource,
  textPieces,
} from 'perceiver-text';
import { UsageError } from 'perceiver-training/node';
import { z } from 'zod';

/** Where text comes from. */
export const textDataSchema = z.strictObject({
  text: z
    .array(z.string())
    .min(1)
    .describe(`texts to train on: files, folders (.txt, .md, .jsonl, .parquet), or ${BUNDLED_TEXTS.join(', ')}`),
  heldOut: z.array(z.string()).optional().describe('texts to evaluate on, in place of a share of the training text'),
  heldOutShare: z.number().gt(0).lt(1).default(0.1).describe('share at the end of each text that is held out'),
  field: z.string().default('text').describe('field of JSON lines, column of parquet files'),
  inMemory: z
    .int()
    .positive()
    .default(2 ** 28)
    .describe('most bytes that are read into memory; more is streamed'),
});

export type TextDataSettings = z.output<typeof textDataSchema>;

/** Text to train on and text to evaluate on. */
export interface TextData {
  readonly train: TextSource;
  readonly heldOut: Uint8Array;
  /** One line for people. */
  readonly description: string;
}

async function filesOf(texts: readonly string[]): Promise<TextFile[]> {
  const isBundled = (name: string): name is BundledText => (BUNDLED_TEXTS as readonly string[]).includes(name);
  const found = await Promise.all(texts.map((name) => findTextFiles(isBundled(name) ? bundledTextPath(name) : name)));
  return found.flat();
}

/** A whole file's documents, a line break between them. */
async function readFileText(file: TextFile, field: string): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for await (const { bytes, endOfDocument } of textPieces(file, undefined, { field })) {
    parts.push(bytes);
    if (endOfDocument && file.format !== 'text') parts.push(new Uint8Array([0x0a]));
  }
  return Buffer.concat(parts);
}

/**
 * Reads text that fits in memory, and prepares to stream what does not.
 *
 * @param window bytes that training and evaluation need at least
 */
export async function openTextData(settings: TextDataSettings, window: number): Promise<TextData> {
  const { text, heldOut, heldOutShare, field, inMemory } = settings;
  const files = await filesOf(text);
  const size = files.reduce((sum, file) => sum + file.size, 0);
  const count = (bytes: number) => bytes.toLocaleString('en-US');
  const separate =
    heldOut && Buffer.concat(await Promise.all((await filesOf(heldOut)).map((f) => readFileText(f, field))));
  if (size > inMemory) {
    if (separate) checkLength(separate, 'to hold out', heldOut!.join(', '), window);
    if (separate === undefined) {
      throw new UsageError(
        `data.heldOut: expected texts to evaluate on, since ${count(size)} bytes are more than data.inMemory (${count(inMemory)}) and are streamed`,
      );
    }
    return {
      train: { files, field },
      heldOut: separate,
      description: `Text: ${count(size)} bytes in ${files.length} files, streamed; ${count(separate.length)} bytes held out`,
    };
  }
  const texts = await Promise.all(files.map((file) => readFileText(file, field)));
  const cuts = texts.map((bytes) => (separate ? bytes.length : Math.floor((1 - heldOutShare) * bytes.length)));
  const named = text.join(', ');
  const bytes = Buffer.concat(texts.map((all, i) => all.subarray(0, cuts[i])));
  const held = separate ?? Buffer.concat(texts.map((all, i) => all.subarray(cuts[i])));
  checkLength(bytes, 'to train on', named, window);
  checkLength(held, 'to hold out', heldOut?.join(', ') ?? named, window);
  return {
    train: { bytes },
    heldOut: held,
    description: `Text: ${named}; ${count(bytes.length)} bytes to train on, ${count(held.length)} held out`,
  };
}

function checkLength(bytes: Uint8Array, purpose: string, named: string, window: number): void {
  if (bytes.length >= window) return;
  throw new TextDataError(`expected at least ${window} bytes ${purpose}, for one window, got ${bytes.length}`, named);
}
