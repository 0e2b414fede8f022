import { KernelMissingError } from '../errors.js';

/** The first line of the stack that is not inside tfjs or this package. */
function caller(): string {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 60;
  const lines = (new Error().stack ?? '').split('\n').slice(1);
  Error.stackTraceLimit = limit;
  const inside = /@tensorflow|tfjs-backend-onnxruntime\/(src|dist)\/(?!.*\.test\.)|node:internal/;
  const outside = lines.find((line) => !inside.test(line));
  return outside === undefined ? '' : ` (called ${outside.trim()})`;
}

/** The error of a kernel that has no ONNX form here; it says who called. */
export const missingKernel = (kernelName: string, backendName: string): KernelMissingError =>
  new KernelMissingError(
    kernelName,
    `the kernel '${kernelName}' is not implemented by the backend '${backendName}'${caller()}; ` +
      `use another operation, or another backend: await tf.setBackend('cpu')`,
  );
