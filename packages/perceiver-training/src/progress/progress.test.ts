import { expect, test } from 'vitest';
import { formatDuration } from './format-duration.js';
import { followPace } from './pace.js';
import { createProgress } from './progress.js';

const report = (step: number, seconds: number) => ({
  step,
  seconds,
  fraction: step / 100,
  loss: 1 / step,
  metrics: {},
});

function fakeStream(isTTY: boolean) {
  let text = '';
  const stream = {
    isTTY,
    columns: 120,
    write: (part: string) => {
      text += part;
      return true;
    },
    on: () => stream,
    once: () => stream,
    removeListener: () => stream,
  } as unknown as NodeJS.WriteStream;
  return { stream, text: () => text };
}

test('durations', () => {
  expect([0, 59.6, 61, 3661, Infinity].map(formatDuration)).toEqual(['0:00', '1:00', '1:01', '1:01:01', '-:--']);
});

test('pace: rate, and time left from the share of the budget, also for a session that began in the middle', () => {
  const pace = followPace();
  pace(report(50, 1000));
  const later = pace(report(60, 1005));
  expect(later.stepsPerSecond).toBeCloseTo(2, 10);
  expect(later.secondsLeft).toBeCloseTo(20, 10);
});

test('plain lines: one every few seconds and the last', async () => {
  const { stream, text } = fakeStream(false);
  const progress = createProgress({ stderr: stream, everySeconds: 5 });
  for (let step = 1; step <= 100; step++) await progress.onStep(report(step, step * 0.25));
  await progress.onEvaluation({ step: 100, seconds: 25, metrics: { bitsPerByte: 2.345678 }, best: true });
  progress.close();
  const lines = text().trim().split('\n');
  expect(lines).toHaveLength(7);
  expect(lines[1]).toBe('step 21 (21%), 4.0 steps/s, loss 0.0476, 0:20 left');
  expect(lines.at(-1)).toBe('evaluation at step 100: bitsPerByte 2.3457 (best so far)');
});

test('a bar on a terminal, with messages above it', async () => {
  const { stream, text } = fakeStream(true);
  const progress = createProgress({ stderr: stream });
  await progress.onStep(report(1, 0.1));
  await progress.onStep(report(50, 5));
  progress.message('hello');
  await progress.onStep(report(100, 10));
  progress.close();
  expect(text()).toContain('█');
  expect(text()).toContain('step 50');
  expect(text()).toContain('hello\n');
  expect(text()).toMatch(/100%.*step 100/);
});

test('JSON lines on stdout', async () => {
  const { stream, text } = fakeStream(false);
  const progress = createProgress({ json: true, stdout: stream });
  await progress.onStep(report(2, 1));
  await progress.onWarning('disk full');
  expect(
    text()
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line)),
  ).toEqual([
    { event: 'step', step: 2, seconds: 1, fraction: 0.02, loss: 0.5, metrics: {} },
    { event: 'warning', message: 'disk full' },
  ]);
});
