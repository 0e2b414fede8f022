import { TokenizerError } from './errors.js';
import type { Tokenizer } from './tokenizer.js';
import { jsonTokenizer } from './tokenizer-json/json-tokenizer.js';

/**
 * BERT's tokenizer from a `vocab.txt`, a token a line, as its first releases have it.
 *
 * @param lowercase as `do_lower_case` of the model's `tokenizer_config.json` says; true by default
 * @throws TokenizerError
 */
export function vocabularyTokenizer(file: string, text: string, { lowercase = true } = {}): Tokenizer {
  const tokens = text.replace(/\r?\n$/, '').split(/\r?\n/);
  const vocab = Object.fromEntries(tokens.map((token, id) => [token, id]));
  const special = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]'];
  const missing = special.find((token) => vocab[token] === undefined);
  if (missing !== undefined)
    throw new TokenizerError(file, `expected a line ${missing}, found none in ${tokens.length}`);
  return jsonTokenizer(
    file,
    JSON.stringify({
      added_tokens: special.map((content) => ({ id: vocab[content], content, special: true, normalized: false })),
      normalizer: { type: 'BertNormalizer', clean_text: true, handle_chinese_chars: true, lowercase },
      pre_tokenizer: { type: 'BertPreTokenizer' },
      decoder: { type: 'WordPiece', prefix: '##', cleanup: true },
      model: {
        type: 'WordPiece',
        vocab,
        unk_token: '[UNK]',
        continuing_subword_prefix: '##',
        max_input_chars_per_word: 100,
      },
    }),
  );
}
