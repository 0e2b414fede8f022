import { open } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { TokenizerError } from './errors.js';
import { sentencePieceTokenizer } from './sentencepiece/sentencepiece-tokenizer.js';
import type { Tokenizer } from './tokenizer.js';
import { jsonTokenizer } from './tokenizer-json/json-tokenizer.js';
import { vocabularyTokenizer } from './vocabulary-text.js';

/** Files of tokenizers as models come with them, the one that says most first. */
export const TOKENIZER_FILES: readonly string[] = ['tokenizer.json', 'spiece.model', 'tokenizer.model', 'vocab.txt'];

/** What stands beside a `vocab.txt` and says how to read it. */
export const TOKENIZER_SETTINGS = 'tokenizer_config.json';

/** The largest files of released tokenizers have some 20 MB. */
const LARGEST_FILE = 128 * 2 ** 20;

/**
 * Opens a tokenizer by its file: a `tokenizer.json` (WordPiece or Unigram), a SentencePiece `.model` (unigram), or a `vocab.txt` of BERT.
 *
 * @throws TokenizerError, or the system's error where there is no such file
 */
export async function openTokenizer(path: string): Promise<Tokenizer> {
  const bytes = await readFile(path);
  if (path.endsWith('.model')) return sentencePieceTokenizer(path, bytes);
  const text = decodeText(path, bytes);
  if (!path.endsWith('.txt')) return jsonTokenizer(path, text);
  return vocabularyTokenizer(path, text, { lowercase: await lowerCaseBeside(path) });
}

async function readFile(path: string): Promise<Uint8Array> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    if (size > LARGEST_FILE) {
      throw new TokenizerError(path, `expected a tokenizer of at most ${LARGEST_FILE} bytes, got ${size}`);
    }
    return await file.readFile();
  } finally {
    await file.close();
  }
}

function decodeText(path: string, bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    throw new TokenizerError(path, 'expected text in UTF-8', { cause: error });
  }
}

/** What a `tokenizer_config.json` beside a `vocab.txt` says of capital letters; true where there is none. */
async function lowerCaseBeside(path: string): Promise<boolean> {
  const config = join(dirname(path), TOKENIZER_SETTINGS);
  const bytes = await readFile(config).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (bytes === undefined) return true;
  try {
    const { do_lower_case: lowercase } = JSON.parse(decodeText(config, bytes)) as { do_lower_case?: unknown };
    return lowercase !== false;
  } catch (error) {
    throw new TokenizerError(basename(config), `expected JSON (${(error as Error).message})`, { cause: error });
  }
}
