/** Exit code of a process that Ctrl-C ended: 128 + SIGINT. */
export const INTERRUPTED = 130;

/**
 * The first SIGINT or SIGTERM aborts the signal, so that a run saves and ends; the second one quits at once with 130.
 * Call `dispose` when the run is over.
 */
export function catchInterrupt(onFirst: () => void = () => {}): { signal: AbortSignal; dispose: () => void } {
  const controller = new AbortController();
  const handle = () => {
    if (controller.signal.aborted) process.exit(INTERRUPTED);
    controller.abort();
    onFirst();
  };
  process.on('SIGINT', handle);
  process.on('SIGTERM', handle);
  return {
    signal: controller.signal,
    dispose: () => {
      process.off('SIGINT', handle);
      process.off('SIGTERM', handle);
    },
  };
}
