import type { ConfigField } from './config-fields.js';

/** Columns that names of options take at most; longer ones have a line of their own. */
const MOST_LEFT = 36;
/** Columns of a line. */
const LINE = 116;
/** Columns that the choices of an option take at most beside its name; more of them follow the description. */
const MOST_CHOICES = 44;

/** Rows of names and descriptions as lines of a help text: two columns, the second wrapped. */
export function helpTable(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.min(MOST_LEFT, Math.max(0, ...rows.map(([left]) => left.length)));
  return rows.flatMap(([left, right]) => {
    const lines = wrapWords(right, LINE - width - 4);
    const indent = ' '.repeat(width + 4);
    if (left.length > width) return [`  ${left}`, ...lines.filter((line) => line !== '').map((line) => indent + line)];
    return lines.map((line, index) => (index === 0 ? `  ${left.padEnd(width)}  ${line}` : indent + line).trimEnd());
  });
}

/** Lines of whole words; a word that is longer than a line has one to itself. */
function wrapWords(text: string, width: number): string[] {
  const lines = [''];
  for (const word of text.split(' ')) {
    const line = lines.at(-1)!;
    if (line === '') lines[lines.length - 1] = word;
    else if (line.length + 1 + word.length <= width) lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(word);
  }
  return lines;
}

const areMany = (choices: readonly unknown[]) => choices.join('|').length > MOST_CHOICES;

/** What stands behind the name of an option that takes a value: `A|B`, `N`, `A,B,...` or `TEXT`; `NAME` for one of many. */
export function placeholderOf({ types, choices }: ConfigField): string {
  if (choices !== undefined) return areMany(choices) ? 'NAME' : choices.join('|');
  if (types.includes('boolean')) return 'true|false';
  if (types.some((type) => type === 'number' || type === 'integer')) return 'N';
  return types.includes('array') ? 'A,B,...' : 'TEXT';
}

/** What an option is for, what it may be where its placeholder does not say, and its default. */
export function describeField(
  { description, choices, default: value }: ConfigField,
  { withDefault = true } = {},
): string {
  const about = [description, choices && areMany(choices) ? `one of ${choices.join(', ')}` : undefined];
  const shown = typeof value === 'string' ? value : JSON.stringify(value);
  const fallback = value === undefined || !withDefault ? undefined : `(default ${shown})`;
  return [about.filter(Boolean).join(': '), fallback].filter(Boolean).join(' ');
}
