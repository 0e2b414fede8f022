import { byteName } from '../bytes/byte-name.js';
import { TokenizerError } from '../errors.js';
import { findSpecialIds, missingSpecialTokens } from '../special-ids.js';
import { subwordTokenizer } from '../subword-tokenizer.js';
import type { Tokenizer } from '../tokenizer.js';
import { SPACE, unigramModel } from '../unigram/unigram-model.js';
import { characterMap } from './character-map.js';
import { normalize } from './normalize.js';
import { PIECE, readSentencePieceModel, type SentencePieceModel } from './read-model.js';
import { textOfPieces } from './text-of-pieces.js';

const encoder = new TextEncoder();

/**
 * A tokenizer from the bytes of a SentencePiece `.model` file of a unigram model (Kudo and Richardson, 2018). Special tokens that it lacks
 * (`[PAD]`, `[CLS]`, `[SEP]`, `[MASK]`) get the ids behind its pieces.
 *
 * @throws TokenizerError
 */
export function sentencePieceTokenizer(file: string, bytes: Uint8Array): Tokenizer {
  const model = readSentencePieceModel(file, bytes);
  const { pieces, byteFallback, spaceBehind } = model;
  const unknownId = pieces.findIndex(({ type }) => type === PIECE.unknown);
  if (unknownId < 0) throw new TokenizerError(file, 'expected a piece for unknown text, found none');
  const inModel = new Map(pieces.map(({ piece }, id) => [piece, id]));
  const found = findSpecialIds((name) => inModel.get(name));
  const tokens = [...pieces.map(({ piece }) => piece), ...missingSpecialTokens(found)];
  const ids = new Map(tokens.map((token, id) => [token, id]));
  const special = { ...findSpecialIds((name) => ids.get(name)), unknown: unknownId };
  const names = new Map(tokens.map((token, id) => [token, id] as const).filter(([, id]) => isName(pieces[id]?.type)));

  const byteIds = byteFallback ? bytePieces(file, inModel) : undefined;
  const bestPieces = unigramModel(
    scoredPieces(model),
    unknownId,
    byteIds && ((text) => Array.from(encoder.encode(text), (byte) => byteIds[byte]!)),
  );
  const map = characterMap(file, model.characterMap);
  const untouched = pieces.filter(({ type }) => type === PIECE.userDefined).map(({ piece }) => piece);
  const idsOf = (text: string, isFirst: boolean): number[] => {
    const addDummyPrefix = model.addDummyPrefix && (isFirst || /^\s/u.test(text));
    return bestPieces(normalize(text, { ...model, addDummyPrefix, map, untouched }));
  };
  return subwordTokenizer({
    tokens,
    special,
    names,
    ids: idsOf,
    text: (given) => textOfPieces(given, model),
    continuesWord: (token) => (spaceBehind ? false : !token.startsWith(SPACE)),
  });
}

/** Tokens that text names, but is never made of. */
const isName = (type: number | undefined) => type === undefined || type === PIECE.control;

/** Pieces of text; those that users defined always win over what else could stand there. */
function scoredPieces({ pieces }: SentencePieceModel) {
  const normal = pieces.filter(({ type }) => type === PIECE.normal).map(({ score }) => score);
  const greatest = normal.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  return pieces.map(({ piece, score, type }) => ({
    token: piece,
    score: type === PIECE.userDefined ? encoder.encode(piece).length * greatest - 0.1 : score,
    isText: type === PIECE.normal || type === PIECE.userDefined,
  }));
}

function bytePieces(file: string, ids: ReadonlyMap<string, number>): readonly number[] {
  return Array.from({ length: 256 }, (_, byte) => {
    const name = byteName(byte);
    const id = ids.get(name);
    if (id === undefined) throw new TokenizerError(file, `expected pieces for all bytes, found no ${name}`);
    return id;
  });
}
