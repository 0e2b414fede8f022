/** A Markdown table, which also reads well as text; columns for which `isNumber` holds are set flush right. */
export function drawTable(
  header: readonly string[],
  lines: readonly (readonly string[])[],
  isNumber: (column: number) => boolean,
): string {
  const widths = header.map((name, column) => Math.max(name.length, ...lines.map((line) => line[column]!.length)));
  const draw = (cells: readonly string[]) =>
    `| ${cells.map((cell, i) => (isNumber(i) ? cell.padStart(widths[i]!) : cell.padEnd(widths[i]!))).join(' | ')} |`;
  const rule = widths.map((width, i) => (isNumber(i) ? `${'-'.repeat(width - 1)}:` : '-'.repeat(width)));
  return [draw(header), draw(rule), ...lines.map(draw)].join('\n');
}
