import type { MultimodalAutoencoderConfig } from '../multimodal-config.js';
import { multimodalPerceiverIo } from './multimodal-perceiver-io.js';
import { multimodalPerceiverTiny } from './multimodal-perceiver-tiny.js';

/** Autoencoders by name. */
export const multimodalPresets = {
  'multimodal-perceiver-io': multimodalPerceiverIo,
  tiny: multimodalPerceiverTiny,
} satisfies Record<string, MultimodalAutoencoderConfig>;
