// Safetensors without Node: for browsers. The index has all of this, and files, PyTorch and the hub.
export { type ByteSource, blobSource, bytesSource } from './byte-source.js';
export type { CheckpointReader, TensorInfo } from './checkpoint-reader.js';
export { CheckpointError, CheckpointFormatError, CheckpointNotFoundError } from './errors.js';
export { type AllFloat32, type ReadAllOptions, readAllFloat32 } from './load/read-all.js';
export { parseSafetensors, readSafetensors } from './safetensors/parse-safetensors.js';
export { DTYPES, type Dtype, elementCount, isDtype, type TensorArray } from './tensors/dtype.js';
export type { TensorData } from './tensors/tensor-data.js';
export { toFloat32 } from './tensors/to-float32.js';
