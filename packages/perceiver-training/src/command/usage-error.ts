/** The command line or a configuration is wrong; the process exits with 2. */
export class UsageError extends Error {
  override name = 'UsageError';
}
