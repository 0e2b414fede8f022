export { type BenchmarkCommand, type BenchmarkProgram, runBenchmarkCommands } from './run-benchmark-commands.js';
export type { Benchmark, BenchmarkContext, BenchmarkResult, Row } from './speed/benchmark.js';
export { benchmarks } from './speed/benchmarks/index.js';
