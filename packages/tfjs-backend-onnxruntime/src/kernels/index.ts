import { elementwiseKernels } from './elementwise.js';
import { fusedKernels } from './fused.js';
import { indexingKernels } from './indexing.js';
import { type KernelTable, registerKernels } from './kernel.js';
import { registerMissingKernels } from './missing.js';
import { productKernels } from './products.js';
import { reductionKernels } from './reductions.js';
import { structureKernels } from './structure.js';

const tables: KernelTable[] = [
  elementwiseKernels,
  reductionKernels,
  productKernels,
  structureKernels,
  indexingKernels,
  fusedKernels,
];

export function registerAllKernels(backendName: string): void {
  for (const table of tables) registerKernels(backendName, table);
  registerMissingKernels(backendName);
}
