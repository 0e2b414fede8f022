import { convolutionKernels } from './convolution.js';
import { countingKernels } from './counting.js';
import { elementwiseKernels } from './elementwise.js';
import { fusedKernels } from './fused.js';
import { imageKernels } from './image.js';
import { indexingKernels } from './indexing.js';
import { type KernelTable, registerKernels } from './kernel.js';
import { registerMissingKernels } from './missing.js';
import { morphologyKernels } from './morphology.js';
import { normalizationKernels } from './normalization.js';
import { poolingKernels } from './pooling.js';
import { productKernels } from './products.js';
import { reductionKernels } from './reductions.js';
import { resizeKernels } from './resize.js';
import { structureKernels } from './structure.js';

const tables: KernelTable[] = [
  elementwiseKernels,
  reductionKernels,
  productKernels,
  structureKernels,
  indexingKernels,
  fusedKernels,
  convolutionKernels,
  poolingKernels,
  normalizationKernels,
  resizeKernels,
  imageKernels,
  countingKernels,
  morphologyKernels,
];

export function registerAllKernels(backendName: string): void {
  for (const table of tables) registerKernels(backendName, table);
  registerMissingKernels(backendName);
}
