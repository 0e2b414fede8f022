import { UsageError } from 'perceiver-training/node';
import { describe, expect, test } from 'vitest';
import { callBenchmark } from '../testing/call-benchmark.js';
import { benchmarks } from './benchmarks/index.js';
import { parseSpeedLine } from './speed-command.js';

describe('parseSpeedLine', () => {
  test('takes names in the order of the suite, and all by default', () => {
    expect(parseSpeedLine(['small-step', 'language-forward']).names).toEqual(['language-forward', 'small-step']);
    expect(parseSpeedLine([]).names).toEqual(benchmarks.map(({ name }) => name));
  });
  test('reads options', () => {
    const line = parseSpeedLine(['--rounds', '2', '--threads=3', '--python', 'py', '--fused-adam', '--json']);
    expect(line).toMatchObject({ rounds: 2, threads: 3, python: 'py', fusedAdam: true, json: true, help: false });
  });
  test.each([
    [['small-stop'], /small-stop: no such benchmark; did you mean small-step/],
    [['--round', '2'], /--round: no such option; did you mean --rounds/],
    [['--rounds', '0'], /--rounds: expected a whole number from 1, got 0/],
    [['--rounds'], /--rounds: expected a value/],
  ])('refuses %j', (args, message) => {
    expect(() => parseSpeedLine(args)).toThrow(UsageError);
    expect(() => parseSpeedLine(args)).toThrow(message);
  });
});

describe('benchmark', () => {
  test('help names every benchmark', async () => {
    const { code, stdout } = await callBenchmark('speed', '--help');
    expect(code).toBe(0);
    for (const { name } of benchmarks) expect(stdout).toContain(name);
  });
  test('an unknown command names the nearest', async () => {
    const { code, stderr } = await callBenchmark('sped');
    expect(code).toBe(2);
    expect(stderr).toContain('did you mean speed?');
  });
  test('without an interpreter it says how to make one', async () => {
    const { code, stderr } = await callBenchmark('speed', 'conformance-onnx', '--python', '/nowhere/python');
    expect(code).toBe(2);
    expect(stderr).toContain('/nowhere/python: expected a Python interpreter');
    expect(stderr).toMatch(/pip install -r .*requirements\.txt/);
  });
});
