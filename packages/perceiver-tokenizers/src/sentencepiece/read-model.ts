import { BinaryReader, WireType } from '@bufbuild/protobuf/wire';
import { TokenizerError } from '../errors.js';

/** Kinds of pieces (sentencepiece_model.proto, `ModelProto.SentencePiece.Type`). */
export const PIECE = { normal: 1, unknown: 2, control: 3, userDefined: 4, unused: 5, byte: 6 } as const;

export interface SentencePiece {
  readonly piece: string;
  readonly score: number;
  /** One of `PIECE`. */
  readonly type: number;
}

/** What a SentencePiece `.model` file says of how text is encoded. */
export interface SentencePieceModel {
  readonly pieces: readonly SentencePiece[];
  /** Unknown characters become pieces of their bytes. */
  readonly byteFallback: boolean;
  /** Spaces belong to the end of a word, not to its beginning. */
  readonly spaceBehind: boolean;
  /** Compiled rules of normalisation; empty for none. */
  readonly characterMap: Uint8Array;
  readonly addDummyPrefix: boolean;
  readonly removeExtraSpaces: boolean;
  readonly escapeSpaces: boolean;
}

const MODEL_TYPES = ['', 'unigram', 'bpe', 'word', 'char'];

/** Reads the bytes of a SentencePiece `.model` file. Throws TokenizerError; only unigram models are read. */
export function readSentencePieceModel(file: string, bytes: Uint8Array): SentencePieceModel {
  const pieces: SentencePiece[] = [];
  let trainer: Trainer = { type: 1, byteFallback: false, spaceBehind: false };
  let normalizer: Normalizer = {
    characterMap: new Uint8Array(),
    addDummyPrefix: true,
    removeExtraSpaces: true,
    escapeSpaces: true,
  };
  try {
    readMessage(bytes, {
      1: (reader) => {
        pieces.push(readPiece(reader.bytes()));
      },
      2: (reader) => {
        trainer = readTrainer(reader.bytes());
      },
      3: (reader) => {
        normalizer = readNormalizer(reader.bytes());
      },
    });
  } catch (error) {
    throw new TokenizerError(file, `expected a SentencePiece model (${(error as Error).message})`, { cause: error });
  }
  if (pieces.length === 0) throw new TokenizerError(file, 'expected a SentencePiece model, found no pieces in it');
  if (trainer.type !== 1) {
    const got = MODEL_TYPES[trainer.type] ?? String(trainer.type);
    throw new TokenizerError(file, `expected a unigram model, got one of type ${got}`);
  }
  return { pieces, ...trainer, ...normalizer };
}

type Fields = Readonly<Record<number, (reader: BinaryReader) => void>>;

function readMessage(bytes: Uint8Array, fields: Fields): void {
  const reader = new BinaryReader(bytes);
  while (reader.pos < reader.len) {
    const [field, wireType] = reader.tag();
    const read = fields[field];
    if (read === undefined) {
      if (wireType === WireType.StartGroup) throw new Error(`field ${field} is a group`);
      reader.skip(wireType, field);
    } else read(reader);
  }
}

function readPiece(bytes: Uint8Array): SentencePiece {
  let [piece, score, type] = ['', 0, PIECE.normal as number];
  readMessage(bytes, {
    1: (reader) => {
      piece = reader.string();
    },
    2: (reader) => {
      score = reader.float();
    },
    3: (reader) => {
      type = reader.int32();
    },
  });
  return { piece, score, type };
}

interface Trainer {
  readonly type: number;
  readonly byteFallback: boolean;
  readonly spaceBehind: boolean;
}

function readTrainer(bytes: Uint8Array): Trainer {
  let [type, byteFallback, spaceBehind] = [1, false, false];
  readMessage(bytes, {
    3: (reader) => {
      type = reader.int32();
    },
    24: (reader) => {
      spaceBehind = reader.bool();
    },
    35: (reader) => {
      byteFallback = reader.bool();
    },
  });
  return { type, byteFallback, spaceBehind };
}

type Normalizer = Pick<SentencePieceModel, 'characterMap' | 'addDummyPrefix' | 'removeExtraSpaces' | 'escapeSpaces'>;

function readNormalizer(bytes: Uint8Array): Normalizer {
  let characterMap = new Uint8Array();
  let [addDummyPrefix, removeExtraSpaces, escapeSpaces] = [true, true, true];
  readMessage(bytes, {
    2: (reader) => {
      characterMap = Uint8Array.from(reader.bytes());
    },
    3: (reader) => {
      addDummyPrefix = reader.bool();
    },
    4: (reader) => {
      removeExtraSpaces = reader.bool();
    },
    5: (reader) => {
      escapeSpaces = reader.bool();
    },
  });
  return { characterMap, addDummyPrefix, removeExtraSpaces, escapeSpaces };
}
