// Finds the code that the documentation shows.

/**
 * A fenced block of TypeScript. `line` is that of its first line of code, counted from 1; `run` is false when the
 * fence says `no-run` (it needs weights, data or a device): then only its types are checked.
 * @typedef {{ code: string, line: number, run: boolean }} Snippet
 */

/**
 * All fenced blocks of the language `ts` in a Markdown text.
 * @param {string} markdown
 * @returns {Snippet[]}
 */
export function findSnippets(markdown) {
  /** @type {Snippet[]} */
  const snippets = [];
  /** @type {{ fence: string, lines: string[], snippet: Snippet | undefined } | undefined} */
  let open;
  for (const [index, line] of markdown.split(/\r?\n/).entries()) {
    if (open) {
      if (line.trim() === open.fence) {
        if (open.snippet) snippets.push({ ...open.snippet, code: `${open.lines.join('\n')}\n` });
        open = undefined;
      } else {
        open.lines.push(line);
      }
      continue;
    }
    const match = /^\s*(`{3,}|~{3,})\s*(.*)$/.exec(line);
    if (!match?.[1]) continue;
    const [language, ...words] = (match[2] ?? '').split(/\s+/);
    const snippet = language === 'ts' ? { code: '', line: index + 2, run: !words.includes('no-run') } : undefined;
    open = { fence: match[1], lines: [], snippet };
  }
  return snippets;
}
