// Reading all weights of a model into memory, as other engines than ONNX Runtime need them: memory above the idle process.
import { loadPretrained, readAllFloat32 } from 'perceiver-checkpoints';
import { peakBytes, report, resetPeak, workerSettings } from './report.js';

const { path } = workerSettings<{ path: string }>();
resetPeak();
const baseBytes = peakBytes();
const start = performance.now();
const { weights } = await loadPretrained(path);
const { buffer } = await readAllFloat32(weights);
const seconds = [(performance.now() - start) / 1000];
report({ seconds, loadedBytes: peakBytes() - baseBytes, weightBytes: buffer.byteLength });
await weights.close();
