const processorFile = '/proc/cpuinfo';

/** Whether the processor multiplies 512 bits at a time (AVX-512), as far as Linux tells; false elsewhere and in browsers. */
export async function hasAvx512(file: string = processorFile): Promise<boolean> {
  if (typeof process === 'undefined' || process.versions?.node === undefined) return false;
  try {
    const { readFile } = await import(/* @vite-ignore */ 'node:fs/promises');
    return /^flags\s*:.*\bavx512f\b/m.test(await readFile(file, 'utf8'));
  } catch {
    return false;
  }
}
