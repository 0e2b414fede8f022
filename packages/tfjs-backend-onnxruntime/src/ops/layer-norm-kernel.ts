/** Kernel name of the fused layer norm: inputs `x, scale` and perhaps `offset`, outputs `y, mean, inverseDeviation`. */
export const LAYER_NORM_KERNEL = 'LayerNormalization';
