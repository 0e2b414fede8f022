import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { selectEngine } from 'tfjs-backend-onnxruntime';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { tinyBatches, tinyLoss, tinyOptimizer, tinyParameters } from '../testing/tiny-task.js';
import { type TrainResult, train } from '../trainer/train.js';
import type { Recorder } from '../trainer/train-options.js';
import { openCheckpoint } from './checkpoint-store.js';
import { openRunDirectory } from './run-directory.js';

/** A file system of 256 KiB, where this process may mount one. */
function mountSmallDisk(): string | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'full-disk-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', folder], { stdio: 'ignore' });
    return folder;
  } catch {
    rmSync(folder, { recursive: true });
    return undefined;
  }
}

const disk = mountSmallDisk();
const STEPS = 40;

beforeAll(async () => {
  await selectEngine('cpu');
});
afterAll(() => {
  if (disk === undefined) return;
  execFileSync('umount', [disk]);
  rmSync(disk, { recursive: true });
});

async function run(path: string, extra: Recorder): Promise<{ losses: unknown[]; result: TrainResult }> {
  const directory = await openRunDirectory(path, { config: {}, keep: 2, resume: true });
  try {
    const result = await train({
      loss: tinyLoss,
      parameters: tinyParameters(1),
      optimizer: tinyOptimizer(STEPS),
      data: tinyBatches(1),
      seed: 1,
      budget: { steps: STEPS },
      checkpoint: { everySteps: 5 },
      resume: directory.resume,
      recorders: [directory.recorder, extra],
    });
    return { losses: (await directory.metrics()).map(({ loss }) => loss), result };
  } finally {
    await directory.close();
  }
}

test.skipIf(disk === undefined)('a disk that fills up while saving loses nothing', async () => {
  const alone = mkdtempSync(join(tmpdir(), 'alone-'));
  const expected = await run(alone, {});
  await rm(alone, { recursive: true });

  const path = join(disk!, 'run');
  const filler = join(disk!, 'filler');
  const warnings: string[] = [];
  const got = await run(path, {
    onStep: async ({ step }) => {
      if (step === 12) expect(() => writeFileSync(filler, Buffer.alloc(1 << 20))).toThrow(/ENOSPC/);
      if (step === 27) await rm(filler);
      if (step === 26) {
        // The disk has been full at steps 15, 20 and 25: the checkpoint of step 10 is whole and nothing half made lies about.
        const names = await readdir(join(path, 'checkpoints'));
        expect(names).toEqual(['step-00000005', 'step-00000010']);
        const checkpoint = await openCheckpoint(join(path, 'checkpoints', 'step-00000010'));
        expect(checkpoint.progress.step).toBe(10);
        expect(await checkpoint.read('parameters', 'hidden.weight')).toHaveLength(128);
        await checkpoint.close();
      }
    },
    onWarning: (message) => {
      warnings.push(message);
    },
  });
  expect(warnings.map((text) => text.match(/^step (\d+): the checkpoint was not saved .*ENOSPC/)?.[1])).toEqual([
    '15',
    '20',
    '25',
  ]);
  expect(got.losses).toEqual(expected.losses);
  expect(got.result.loss).toBe(expected.result.loss);
});

test('a save that fails half way leaves the last checkpoint, and the resumed run equals one that was left alone', async () => {
  const alone = mkdtempSync(join(tmpdir(), 'alone-'));
  const broken = mkdtempSync(join(tmpdir(), 'broken-'));
  const expected = await run(alone, {});
  const directory = await openRunDirectory(broken, { config: {}, keep: 2 });
  await expect(
    train({
      loss: tinyLoss,
      parameters: tinyParameters(1),
      optimizer: tinyOptimizer(STEPS),
      data: tinyBatches(1),
      seed: 1,
      budget: { steps: 12 },
      checkpoint: { everySteps: 5 },
      recorders: [
        {
          onStep: directory.recorder.onStep,
          save: (snapshot) =>
            directory.recorder.save!({
              ...snapshot,
              read: async (part, name) => {
                if (snapshot.progress.step > 10 && part === 'secondMoment')
                  throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
                return snapshot.read(part, name);
              },
            }),
        },
      ],
    }),
  ).rejects.toThrow(/ENOSPC/);
  await directory.close();
  expect(await readdir(join(broken, 'checkpoints'))).toEqual(['step-00000005', 'step-00000010']);
  expect((await run(broken, {})).losses).toEqual(expected.losses);
  await rm(alone, { recursive: true });
  await rm(broken, { recursive: true });
});
