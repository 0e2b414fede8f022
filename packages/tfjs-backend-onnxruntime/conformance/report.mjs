import { reasonOf } from './classify.mjs';

const COLUMNS = ['passed', 'wrong', 'error', 'crash', 'hang', 'missing', 'pending'];
const TITLES = { wrong: 'wrong result', missing: 'not implemented' };

const count = (items, keyOf) => {
  const counts = new Map();
  for (const item of items) counts.set(keyOf(item), (counts.get(keyOf(item)) ?? 0) + 1);
  return counts;
};

/** `conv2d onnxruntime {} x=[1,4,4,1] ...` -> `conv2d`. */
const suiteOf = ({ name }) => name.split(/ \w+ \{/)[0];

/** Prints passed, failed and not implemented by operation and by kernel; returns the totals. */
export function printReport(results, { verbose }) {
  const totals = Object.fromEntries(COLUMNS.map((c) => [c, results.filter(({ outcome }) => outcome === c).length]));
  const suites = new Map();
  for (const result of results) {
    const suite = suiteOf(result);
    suites.set(suite, [...(suites.get(suite) ?? []), result]);
  }
  const width = Math.max(...[...suites.keys()].map(({ length }) => length));
  console.log(`${'operation'.padEnd(width)}  passed  failed  not implemented`);
  for (const [suite, members] of suites) {
    const by = count(members, ({ outcome }) => outcome);
    const failed = ['wrong', 'error', 'crash', 'hang'].reduce((sum, outcome) => sum + (by.get(outcome) ?? 0), 0);
    const cells = [by.get('passed') ?? 0, failed, by.get('missing') ?? 0].map((n) => String(n || '.').padStart(6));
    console.log(`${suite.padEnd(width)}  ${cells.join('  ')}`);
  }
  const missing = results.filter(({ outcome }) => outcome === 'missing');
  if (missing.length > 0) {
    console.log('\nnot implemented, by kernel:');
    for (const [reason, n] of [...count(missing, reasonOf)].sort((a, b) => b[1] - a[1]))
      console.log(`${String(n).padStart(6)}  ${reason}`);
  }
  const bad = results.filter(({ outcome }) => ['wrong', 'error', 'crash', 'hang'].includes(outcome));
  for (const { name, outcome, messages } of bad) {
    console.log(`\n${outcome.toUpperCase()}  ${name}`);
    for (const { message, stack } of messages) {
      console.log(`    ${message.split('\n').slice(0, 3).join('\n    ').slice(0, 400)}`);
      if (verbose) console.log(stack);
    }
  }
  console.log(
    `\n${results.length} specs: ${COLUMNS.map((outcome) => `${totals[outcome]} ${TITLES[outcome] ?? outcome}`).join(', ')}`,
  );
  return totals;
}
