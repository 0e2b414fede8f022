export { type ByteSource, blobSource, bytesSource } from './byte-source.js';
export type { CheckpointReader, TensorInfo } from './checkpoint-reader.js';
export {
  CheckpointAccessError,
  CheckpointDownloadError,
  CheckpointError,
  CheckpointFormatError,
  CheckpointIntegrityError,
  CheckpointNotFoundError,
} from './errors.js';
export { fileSource } from './file-source.js';
export type { DownloadProgress, HubOptions } from './hub/hub-options.js';
export { type LoadPretrainedOptions, loadPretrained, type Pretrained } from './load/load-pretrained.js';
export { openCheckpoint } from './load/open-checkpoint.js';
export { type AllFloat32, type ReadAllOptions, readAllFloat32 } from './load/read-all.js';
export { type ModelConfig, readConfig, readJsonObject } from './load/read-config.js';
export type { WantedFiles } from './load/resolve-model.js';
export type { CheckpointOrigin } from './naming/name-tensors.js';
export { openNumpyPickle, readNumpyPickle } from './numpy/read-numpy.js';
export {
  globalName,
  isPickleGlobal,
  type OpaqueObject,
  type PickleGlobal,
  type PickleGlobals,
  type PickleValue,
  pickleGlobal,
  setState,
} from './pickle/pickle-value.js';
export { type Unpickled, type UnpickleOptions, unpickle } from './pickle/unpickle.js';
export { openPyTorch, type PyTorchOptions, type PyTorchReader, readPyTorch } from './pytorch/read-pytorch.js';
export type { TensorSpec } from './safetensors/build-header.js';
export {
  type CreateSafetensorsOptions,
  createSafetensors,
  type SafetensorsWriter,
} from './safetensors/create-safetensors.js';
export { openSafetensors } from './safetensors/open-safetensors.js';
export { parseSafetensors, readSafetensors } from './safetensors/parse-safetensors.js';
export { type TensorToWrite, writeSafetensors } from './safetensors/write-safetensors.js';
export { DTYPES, type Dtype, elementCount, isDtype, type TensorArray } from './tensors/dtype.js';
export type { TensorData } from './tensors/tensor-data.js';
export { toFloat32 } from './tensors/to-float32.js';
