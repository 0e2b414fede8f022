import { libraryTokenizer } from '../library.js';
import { characterMap } from '../sentencepiece/character-map.js';
import { applyCharacterMap } from '../sentencepiece/normalize.js';
import type { Component } from './read-tokenizer-json.js';

/** Ideographs beyond 16 bits, which the library does not take apart. */
const RARE_IDEOGRAPHS = /[\u{20000}-\u{2fa1f}]/gu;

/**
 * The normaliser of a `tokenizer.json`. Two things the library does otherwise than the original in Rust are done here: SentencePiece's
 * compiled rules, for which it takes NFKC, and rare ideographs and final sigmas in BERT's.
 */
export function textNormalizer(file: string, component: Component | null): (text: string) => string {
  if (component === null) return (text) => text;
  if (component.type === 'Sequence') {
    const steps = (component.normalizers as Component[]).map((one) => textNormalizer(file, one));
    return (text) => steps.reduce((changed, step) => step(changed), text);
  }
  if (component.type === 'Precompiled') {
    const bytes = Uint8Array.from(atob(String(component.precompiled_charsmap ?? '')), (char) => char.charCodeAt(0));
    const map = characterMap(file, bytes);
    return (text) => applyCharacterMap(text, { map });
  }
  const own = libraryTokenizer({ normalizer: component, model: { type: 'WordPiece', vocab: {} } }).normalizer!;
  if (component.type !== 'BertNormalizer') return (text) => own.normalize(text);
  const { handle_chinese_chars: apart, lowercase } = component;
  return (text) => {
    const spaced = apart === false ? text : text.replace(RARE_IDEOGRAPHS, ' $& ');
    // A sigma is a sigma, wherever in a word it stands.
    return own.normalize(lowercase === false ? spaced : spaced.replaceAll('\u03a3', '\u03c3'));
  };
}
