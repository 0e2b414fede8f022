import { expect, it } from 'vitest';
import { callBenchmark } from './testing/call-benchmark.js';

it('learn-cifar10 says what is wrong with a line', async () => {
  expect(await callBenchmark('learn-cifar10', '--help')).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('--steps N'),
  });
  expect(await callBenchmark('learn-cifar10', '--steps', '3')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("--data: expected a folder with CIFAR-10's binary files, got none"),
  });
});
