/** The cells of a Markdown table, line by line. */
export const tableRows = (markdown: string): string[][] =>
  markdown.split('\n').map((line) =>
    line
      .split('|')
      .map((part) => part.trim())
      .slice(1, -1),
  );
