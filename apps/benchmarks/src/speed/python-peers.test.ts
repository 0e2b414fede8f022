import { UsageError } from 'perceiver-training/node';
import { expect, test } from 'vitest';
import { findPythonPeers, parseRequirements } from './python-peers.js';

test('parseRequirements reads pinned versions', () => {
  expect(parseRequirements('# a comment\n\ntorch==2.9.1\nnumpy==2.4.6  # why\n')).toEqual({
    torch: '2.9.1',
    numpy: '2.4.6',
  });
});

test('an empty name is no interpreter', async () => {
  await expect(findPythonPeers('')).rejects.toThrow(UsageError);
  await expect(findPythonPeers('')).rejects.toThrow(/PERCEIVER_PYTHON, got none/);
});

test('a program that is no Python is none', async () => {
  await expect(findPythonPeers(process.execPath)).rejects.toThrow(/expected a Python interpreter/);
});
