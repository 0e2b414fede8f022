import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Benchmark, BenchmarkError, type Row } from '../benchmark.js';
import { runPeer, runWorker } from '../run-process.js';

const name = 'conformance-onnx';

/** What `peers/check_onnx.py` says of a model. */
interface CheckedModel {
  readonly name: string;
  readonly nodes: number;
  readonly domains: readonly string[];
  /** max|a - b| / max|b| by batch size. */
  readonly differences: Readonly<Record<string, number>>;
}

/** Exported models in Python's onnx checker and ONNX Runtime, at batch sizes that the export did not see. */
export const conformanceOnnx: Benchmark = {
  name,
  summary: "exported models in Python: onnx's checker, and ONNX Runtime's results at several batch sizes",
  async run({ cache, threads, python, say }) {
    const directory = join(cache, 'onnx-models');
    const peers = await python();
    await rm(directory, { recursive: true, force: true });
    await mkdir(directory, { recursive: true });
    await runWorker('export-models', { directory, threads });
    const { report } = await runPeer(peers, 'check_onnx.py', { directory, threads });
    const models = report.models as readonly CheckedModel[];
    for (const model of models) {
      const foreign = model.domains.filter((domain) => domain !== 'ai.onnx');
      if (foreign.length > 0)
        throw new BenchmarkError(`${model.name}: expected standard operators only, got operators of ${foreign}`);
      say(`${name}: ${model.name}, ${model.nodes} nodes, checked`);
    }
    const rows = models.map((model): Row => {
      const batches = Object.keys(model.differences).join(', ');
      const difference = Math.max(...Object.values(model.differences));
      return {
        benchmark: name,
        measure: `${model.name}: difference at batch ${batches}`,
        unit: '',
        ours: difference,
        ratio: difference,
        bar: 1e-5,
      };
    });
    return { rows, details: models };
  },
};
