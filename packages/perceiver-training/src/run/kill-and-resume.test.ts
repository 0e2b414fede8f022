import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { openSafetensors } from 'perceiver-checkpoints';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bundleTinyRun, startTinyRun } from '../testing/start-tiny-run.js';
import { listCheckpoints } from './checkpoint-store.js';
import { readMetrics } from './metrics-log.js';

let folder: string;
let script: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kill-'));
  script = await bundleTinyRun();
});
afterAll(async () => {
  await rm(folder, { recursive: true });
  await rm(dirname(script), { recursive: true });
});

/** The losses, and the bytes of the last checkpoint's tensors. */
async function outcome(run: string) {
  const lines = await readMetrics(join(run, 'metrics.jsonl'));
  const last = (await listCheckpoints(join(run, 'checkpoints'))).at(-1)!;
  const tensors: Record<string, number[]> = {};
  for (const file of ['model.safetensors', 'training.safetensors']) {
    const reader = await openSafetensors(join(last, file));
    for (const name of reader.tensors.keys())
      tensors[name] = Array.from((await reader.read(name)).data as Float32Array);
    await reader.close();
  }
  return { steps: lines.map(({ step }) => step), losses: lines.map(({ loss }) => loss), tensors };
}

test.each([
  { model: 'with dropout', steps: 400, kills: 20, options: [] },
  { model: 'with a batch norm', steps: 40, kills: 3, options: [0, 'norm'] },
])(
  'a run $model that is killed $kills times at random moments equals one that was left alone, bit for bit',
  async ({ model, steps, kills, options }) => {
    const start = (name: string) => startTinyRun(script, join(folder, `${name} ${model}`), steps, 3, ...options);
    expect(await start('alone').ended).toMatchObject({ code: 0 });

    let killed = 0;
    for (; killed < kills; killed++) {
      const { child, stepped, ended } = start('killed');
      // Before, while and after a checkpoint is written: one comes every third step and takes longer than a step.
      await stepped(1 + Math.floor(Math.random() * 12));
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 8));
      child.kill('SIGKILL');
      const { signal, stderr } = await ended;
      expect(stderr).not.toMatch(/Error/);
      if (signal !== 'SIGKILL') break;
    }
    expect(killed).toBe(kills);
    expect(await start('killed').ended).toMatchObject({ code: 0 });

    const expected = await outcome(join(folder, `alone ${model}`));
    const got = await outcome(join(folder, `killed ${model}`));
    expect(expected.steps).toEqual(Array.from({ length: steps }, (_, i) => i + 1));
    expect(got.steps).toEqual(expected.steps);
    expect(got.losses).toEqual(expected.losses);
    expect(got.tensors).toEqual(expected.tensors);
  },
  300_000,
);

test('Ctrl-C saves and exits with 130; the resumed run equals one that was left alone', async () => {
  const interrupted = join(folder, 'interrupted');
  const { child, stepped, ended } = startTinyRun(script, interrupted, 60, 1000, 5);
  await stepped(1);
  child.kill('SIGINT');
  expect(await ended).toMatchObject({ code: 130 });
  const saved = await listCheckpoints(join(interrupted, 'checkpoints'));
  expect(saved).toHaveLength(1);
  const step = Number(saved[0]!.slice(-8));
  expect(step).toBeGreaterThan(0);
  expect(step).toBeLessThan(60);

  expect(await startTinyRun(script, interrupted, 60, 1000).ended).toMatchObject({ code: 0 });
  const alone = join(folder, 'alone60');
  expect(await startTinyRun(script, alone, 60, 1000).ended).toMatchObject({ code: 0 });
  expect(await outcome(interrupted)).toEqual(await outcome(alone));
});

test('a second Ctrl-C quits at once with 130', async () => {
  // One step pauses for a minute, which the first Ctrl-C waits for and the second does not.
  const { child, stepped, ended } = startTinyRun(script, join(folder, 'twice'), 60, 1000, 60_000);
  await stepped(1);
  child.kill('SIGINT');
  await new Promise<void>((resolve) =>
    child.stderr!.on('data', (text) => String(text).includes('interrupted') && resolve()),
  );
  const start = Date.now();
  child.kill('SIGINT');
  expect(await ended).toMatchObject({ code: 130 });
  expect(Date.now() - start).toBeLessThan(10_000);
});
