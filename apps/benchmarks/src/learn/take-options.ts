/** Options with a value that only one comparison has, and what is left of the line. */
export function takeOptions<K extends string>(args: readonly string[], names: readonly K[]) {
  const values: Partial<Record<K, string>> = {};
  const rest: string[] = [];
  for (let i = 0; i < args.length; i++) {
    const name = names.find((each) => each === args[i]);
    if (name === undefined) rest.push(args[i]!);
    else values[name] = args[++i] ?? '';
  }
  return { values, rest };
}
