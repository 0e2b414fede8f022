import { TokenizerError } from '../errors.js';

/** What is used of a `tokenizer.json` (Hugging Face tokenizers). */
export interface TokenizerJson {
  readonly model: WordPieceJson | UnigramJson;
  readonly added: readonly AddedTokenJson[];
  readonly normalizer: Component | null;
  /** The whole, for the library. */
  readonly json: Readonly<Record<string, unknown>>;
}

export interface WordPieceJson {
  readonly type: 'WordPiece';
  readonly vocab: Readonly<Record<string, number>>;
  readonly prefix: string;
  readonly unknown: string;
}

export interface UnigramJson {
  readonly type: 'Unigram';
  readonly vocab: readonly (readonly [token: string, score: number])[];
  readonly unknownId: number;
}

export interface AddedTokenJson {
  readonly id: number;
  readonly content: string;
  readonly special: boolean;
}

/** A normaliser or another step, by its type. */
export interface Component {
  readonly type: string;
  readonly [field: string]: unknown;
}

/** Ids beyond are a mistake, or an attack on memory. */
const LARGEST_VOCABULARY = 2_000_000;
/** Steps that are known to be harmless; patterns of others could run for ever. */
const STEPS = new Set([
  'Sequence',
  'BertNormalizer',
  'Lowercase',
  'StripAccents',
  'NFC',
  'NFD',
  'NFKC',
  'NFKD',
  'Strip',
  'Precompiled',
  'Replace',
  'BertPreTokenizer',
  'Whitespace',
  'WhitespaceSplit',
  'Punctuation',
  'Digits',
  'Metaspace',
]);

/** Checks the text of a `tokenizer.json`. Throws TokenizerError; only WordPiece and Unigram are read. */
export function readTokenizerJson(file: string, text: string): TokenizerJson {
  const fail = (rule: string): never => {
    throw new TokenizerError(file, rule);
  };
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new TokenizerError(file, `expected JSON (${(error as Error).message})`, { cause: error });
  }
  if (!isRecord(json) || !isRecord(json.model)) return fail('expected a tokenizer.json with a model');
  for (const step of [json.normalizer, json.pre_tokenizer]) checkSteps(file, step, 0);
  const model = readModel(file, json.model);
  const added = readAdded(file, json.added_tokens ?? []);
  return { model, added, normalizer: (json.normalizer ?? null) as Component | null, json };
}

function readModel(file: string, model: Record<string, unknown>): WordPieceJson | UnigramJson {
  const { vocab, type = Array.isArray(vocab) ? 'Unigram' : 'WordPiece' } = model;
  if (type === 'WordPiece' && isRecord(vocab)) {
    if (!Object.values(vocab).every(isId))
      throw new TokenizerError(file, 'vocab: expected whole numbers from 0 as ids');
    const { continuing_subword_prefix: prefix = '##', unk_token: unknown = '[UNK]' } = model;
    if (typeof prefix === 'string' && typeof unknown === 'string') {
      return { type, vocab: vocab as Record<string, number>, prefix, unknown };
    }
  }
  if (type === 'Unigram' && Array.isArray(vocab) && vocab.length <= LARGEST_VOCABULARY) {
    const isPiece = (one: unknown) => Array.isArray(one) && typeof one[0] === 'string' && Number.isFinite(one[1]);
    if (!vocab.every(isPiece)) throw new TokenizerError(file, 'vocab: expected pairs of a piece and its score');
    const { unk_id: unknownId } = model;
    if (isId(unknownId) && unknownId < vocab.length) return { type, vocab, unknownId };
    throw new TokenizerError(file, `unk_id: expected an id below ${vocab.length}, got ${JSON.stringify(unknownId)}`);
  }
  throw new TokenizerError(file, `expected a WordPiece or Unigram model, got ${JSON.stringify(type)}`);
}

function readAdded(file: string, added: unknown): AddedTokenJson[] {
  const isAdded = (one: unknown) => isRecord(one) && isId(one.id) && typeof one.content === 'string' && one.content;
  if (Array.isArray(added) && added.every(isAdded)) {
    return added.map(({ id, content, special }) => ({ id, content, special: special === true }));
  }
  throw new TokenizerError(file, 'added_tokens: expected a list of tokens with id and content');
}

function checkSteps(file: string, step: unknown, depth: number): void {
  if (step === null || step === undefined) return;
  const known = isRecord(step) && typeof step.type === 'string' && STEPS.has(step.type) && depth < 8;
  if (!known) {
    const got = isRecord(step) ? step.type : step;
    throw new TokenizerError(file, `expected steps of a WordPiece or Unigram tokenizer, got ${JSON.stringify(got)}`);
  }
  const { normalizers, pretokenizers, pattern } = step;
  if (isRecord(pattern) && 'Regex' in pattern && pattern.Regex !== ' {2,}') {
    throw new TokenizerError(
      file,
      `${step.type}: expected no pattern but " {2,}", got ${JSON.stringify(pattern.Regex)}`,
    );
  }
  for (const list of [normalizers, pretokenizers]) {
    if (Array.isArray(list)) for (const one of list) checkSteps(file, one, depth + 1);
  }
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isId = (value: unknown): value is number =>
  Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) < LARGEST_VOCABULARY;
