import { arch, cpus, platform, release, totalmem } from 'node:os';

/** What a run ran on, as rows for a table. */
export function machineRows(engine: string): (readonly [string, string])[] {
  const processors = cpus();
  const model = processors[0]?.model.trim() ?? 'unknown';
  return [
    ['Processor', `${processors.length} x ${model} (${arch()})`],
    ['Memory', `${(totalmem() / 2 ** 30).toFixed(0)} GiB`],
    ['System', `${platform()} ${release()}, Node ${process.versions.node}`],
    ['Engine', engine],
  ];
}
