/** Runs `step` some times unmeasured, then `repeats` times, and gives the seconds of each of those. */
export async function repeat(
  step: (index: number) => Promise<void>,
  { warmup, repeats }: { readonly warmup: number; readonly repeats: number },
): Promise<number[]> {
  const seconds: number[] = [];
  for (let i = 0; i < warmup + repeats; i++) {
    const start = performance.now();
    await step(i);
    if (i >= warmup) seconds.push((performance.now() - start) / 1000);
  }
  return seconds;
}
