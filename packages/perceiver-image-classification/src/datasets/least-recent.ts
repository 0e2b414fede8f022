/** Values by key, of which those that were not used for the longest time are dropped. */
export interface LeastRecent<V> {
  /** The known value, or a new one. */
  get(key: string, make: () => V): V;
  /** Drops all. */
  clear(): Promise<void>;
}

export interface LeastRecentOptions<V> {
  /** Sum of sizes that is kept; the two values used last are kept in any case. */
  readonly limit: number;
  /** Size of a value; where it fails, the value is forgotten. */
  readonly sizeOf: (value: V) => Promise<number>;
  /** Told of a value that is dropped. */
  readonly drop?: (value: V) => Promise<void>;
}

/** A store of values that are made when they are first asked for. */
export function leastRecent<V>({ limit, sizeOf, drop }: LeastRecentOptions<V>): LeastRecent<V> {
  // In order of use: a Map goes by insertion.
  const entries = new Map<string, { value: V; size: number }>();
  const forget = async (key: string): Promise<void> => {
    const entry = entries.get(key);
    entries.delete(key);
    if (entry !== undefined) await drop?.(entry.value);
  };
  const shrink = (): void => {
    let total = [...entries.values()].reduce((sum, { size }) => sum + size, 0);
    for (const [key, { size }] of entries) {
      if (total <= limit || entries.size <= 2) return;
      total -= size;
      void forget(key);
    }
  };
  return {
    get(key, make) {
      const known = entries.get(key);
      const entry = known ?? { value: make(), size: 0 };
      entries.delete(key);
      entries.set(key, entry);
      if (known === undefined) {
        sizeOf(entry.value).then(
          (size) => {
            entry.size = size;
            shrink();
          },
          () => forget(key),
        );
      }
      return entry.value;
    },
    clear: async () => {
      await Promise.all([...entries.keys()].map(forget));
    },
  };
}
