import * as tf from '@tensorflow/tfjs';

interface Conv2DAttributes {
  readonly strides: [number, number] | number;
  readonly pad: number | 'valid' | 'same';
  readonly dataFormat: 'NHWC' | 'NCHW';
  readonly dilations: [number, number] | number;
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil';
}

/** What the backend `cpu` has for kernels. */
interface CpuBackend {
  readonly data: { get(dataId: object): { values: Float32Array } };
  makeTensorInfo(shape: number[], dtype: string, values: Float32Array): tf.TensorInfo;
}

let installed = false;

/**
 * Replaces the convolution of tfjs' backend `cpu`, which sums in float32 one product after another: over the 12,789 products of a 7x7 window
 * of 261 channels that costs two digits. This one sums in float64, in the order in which memory lies.
 */
export function installPreciseConv2d(): void {
  const original = tf.getKernel('Conv2D', 'cpu');
  if (installed || original == null) return;
  installed = true;
  tf.unregisterKernel('Conv2D', 'cpu');
  tf.registerKernel({
    ...original,
    kernelFunc: (call) => {
      const { dataFormat } = call.attrs as unknown as Conv2DAttributes;
      return dataFormat === 'NHWC' ? convolve(call as never) : original.kernelFunc(call);
    },
  });
}

function convolve({
  inputs: { x, filter },
  attrs,
  backend,
}: {
  inputs: { x: tf.TensorInfo; filter: tf.TensorInfo };
  attrs: Conv2DAttributes;
  backend: CpuBackend;
}): tf.TensorInfo {
  const { strides, pad, dilations, dimRoundingMode } = attrs;
  const sizes = tf.backend_util.computeConv2DInfo(
    x.shape as [number, number, number, number],
    filter.shape as [number, number, number, number],
    strides,
    dilations,
    pad,
    dimRoundingMode,
  );
  const { batchSize, inHeight, inWidth, inChannels, outHeight, outWidth, outChannels, filterHeight, filterWidth } =
    sizes;
  const { strideHeight, strideWidth, dilationHeight, dilationWidth, padInfo } = sizes;
  const input = backend.data.get(x.dataId).values;
  const weights = backend.data.get(filter.dataId).values;
  const output = new Float32Array(batchSize * outHeight * outWidth * outChannels);
  const sums = new Float64Array(outChannels);
  let to = 0;
  for (let b = 0; b < batchSize; b++) {
    for (let row = 0; row < outHeight; row++) {
      for (let column = 0; column < outWidth; column++) {
        sums.fill(0);
        for (let i = 0; i < filterHeight; i++) {
          const y = row * strideHeight - padInfo.top + i * dilationHeight;
          if (y < 0 || y >= inHeight) continue;
          for (let j = 0; j < filterWidth; j++) {
            const z = column * strideWidth - padInfo.left + j * dilationWidth;
            if (z < 0 || z >= inWidth) continue;
            const pixel = ((b * inHeight + y) * inWidth + z) * inChannels;
            let weight = (i * filterWidth + j) * inChannels * outChannels;
            for (let channel = 0; channel < inChannels; channel++) {
              const value = input[pixel + channel]!;
              for (let out = 0; out < outChannels; out++) sums[out]! += value * weights[weight++]!;
            }
          }
        }
        output.set(sums, to);
        to += outChannels;
      }
    }
  }
  return backend.makeTensorInfo(sizes.outShape, 'float32', output);
}
