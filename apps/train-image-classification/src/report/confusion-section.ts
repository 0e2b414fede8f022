import { escapeHtml } from './html.js';

/** Most classes whose matrix is shown whole. */
const MOST_CLASSES = 25;

/** Confused pairs listed. */
const PAIRS = 12;

/** The confusion matrix, rows the right classes, where there are few classes; the pairs that are confused most; the classes found least. */
export function confusionSection(confusion: readonly Uint32Array[], labels: readonly string[]): string {
  const few = labels.length <= MOST_CLASSES;
  return `${few ? matrix(confusion, labels) : ''}<div class="columns">${pairs(confusion, labels)}${hardest(confusion, labels)}</div>`;
}

const sumOf = (row: Uint32Array): number => row.reduce((sum, count) => sum + count, 0);
const percent = (share: number): string => `${(100 * share).toFixed(1)}%`;

function matrix(confusion: readonly Uint32Array[], labels: readonly string[]): string {
  const head = labels.map((label) => `<th class="turned"><span>${escapeHtml(label)}</span></th>`).join('');
  const rows = confusion.map((row, i) => {
    const total = sumOf(row);
    const cells = [...row].map((count, j) => {
      const share = total === 0 ? 0 : count / total;
      const colour = i === j ? '0, 114, 178' : '213, 94, 0';
      // Mistakes are few: their colour grows faster, so that they are seen.
      const strength = i === j ? 0.75 * share : Math.min(0.9, 3 * share);
      const title = `${labels[i]} taken for ${labels[j]}: ${count} of ${total}`;
      return `<td style="background: rgba(${colour}, ${strength.toFixed(3)})" title="${escapeHtml(title)}">${count === 0 ? '' : count}</td>`;
    });
    return `<tr><th>${escapeHtml(labels[i]!)}</th>${cells.join('')}<td class="sum">${total === 0 ? '' : percent(row[i]! / total)}</td></tr>`;
  });
  return `<p>Rows: what a picture shows. Columns: what the model says. Last column: share found.</p>
<div class="scroll"><table class="confusion"><tr><th></th>${head}<th class="turned"><span>found</span></th></tr>${rows.join('\n')}</table></div>`;
}

function pairs(confusion: readonly Uint32Array[], labels: readonly string[]): string {
  const found = confusion.flatMap((row, i) =>
    [...row].flatMap((count, j) => (i === j || count === 0 ? [] : [{ i, j, count, of: sumOf(row) }])),
  );
  found.sort((a, b) => b.count - a.count);
  if (found.length === 0) return '<p>No picture was taken for another class.</p>';
  const rows = found.slice(0, PAIRS).map(({ i, j, count, of }) => {
    const [right, said] = [escapeHtml(labels[i]!), escapeHtml(labels[j]!)];
    return `<tr><td>${right}</td><td>${said}</td><td class="number">${count} of ${of}</td></tr>`;
  });
  return `<div><h3>Confused most</h3><table class="list"><tr><th>shows</th><th>taken for</th><th>times</th></tr>${rows.join('')}</table></div>`;
}

function hardest(confusion: readonly Uint32Array[], labels: readonly string[]): string {
  const shares = confusion.flatMap((row, i) => {
    const total = sumOf(row);
    return total === 0 ? [] : [{ label: labels[i]!, share: row[i]! / total, total }];
  });
  shares.sort((a, b) => a.share - b.share);
  const rows = shares
    .slice(0, PAIRS)
    .map(
      ({ label, share, total }) =>
        `<tr><td>${escapeHtml(label)}</td><td class="number">${percent(share)}</td><td class="number">${total}</td></tr>`,
    );
  return `<div><h3>Found least</h3><table class="list"><tr><th>class</th><th>found</th><th>pictures</th></tr>${rows.join('')}</table></div>`;
}
