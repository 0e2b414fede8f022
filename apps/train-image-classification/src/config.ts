import { trainingSchema } from 'perceiver-training/node';
import { z } from 'zod';

const share = () => z.number().min(0).max(1);

const modelSchema = z.strictObject({
  input: z
    .enum(['fourier', 'pixels', 'learned', 'conv'])
    .default('fourier')
    .describe(
      'pixels and Fourier features; pixels and learned positions (or none); 1x1 convolution and learned positions; 7x7 convolution and Fourier features',
    ),
  patch: z.int().positive().default(1).describe('side of the squares of pixels that are one input each'),
  stride: z.int().positive().default(1).describe('pixels from one square to the next'),
  numBands: z.int().positive().default(8).describe('Fourier frequencies an axis'),
  maxResolution: z.int().positive().optional().describe('twice the highest frequency (default: inputs along an axis)'),
  positionChannels: z.int().min(0).default(128).describe('pixels: channels of learned positions; 0 for none'),
  projectedChannels: z.int().positive().default(64).describe('learned: channels of positions after a projection'),
  convChannels: z.int().positive().default(64).describe('learned and conv: channels of the convolution'),
  permuted: z.boolean().default(false).describe('moves all pixels by one fixed permutation, positions staying'),
  numLatents: z.int().positive().default(32).describe('latents, N'),
  latentChannels: z.int().positive().default(96).describe('channels of a latent, D'),
  numCrossAttends: z.int().positive().default(1).describe('cross-attends; more than 1 is the Perceiver of 2021'),
  crossAttendOrder: z.enum(['spread', 'first']).default('spread').describe('where cross-attends stand among blocks'),
  numBlocks: z.int().positive().default(1).describe('times the block of self-attends runs'),
  numSelfAttendsPerBlock: z.int().min(0).default(3),
  sharing: z
    .enum(['all', 'cross-attends', 'blocks', 'none'])
    .default('all')
    .describe('what shares weights after the first of its kind'),
  firstCrossAttendShared: z.boolean().default(false).describe('later cross-attends use the first one’s weights'),
  firstBlockShared: z.boolean().default(true).describe('later blocks use the first one’s weights'),
  numCrossAttentionHeads: z.int().positive().default(1),
  numSelfAttentionHeads: z.int().positive().default(4),
  crossAttentionChannels: z.int().positive().optional().describe('of queries, keys, values (default: of the inputs)'),
  crossAttentionWideningFactor: z.int().positive().default(1).describe('width of the MLP'),
  selfAttentionWideningFactor: z.int().positive().default(1).describe('width of the MLP'),
  attentionDropout: z.number().min(0).lt(1).default(0),
  head: z.enum(['query', 'average']).default('query').describe('one trained query, or the average of the latents'),
  headHeads: z.int().positive().default(1).describe('query: attention heads'),
  headResidual: z.boolean().default(true).describe('query: is added to what it attends to'),
});

const augmentationSchema = z.strictObject({
  inceptionCrop: z.boolean().default(false).describe('a random part of the picture, stretched'),
  shift: z.int().min(0).default(0).describe('pixels that pictures are moved by at most, on both axes'),
  mirror: share().default(0).describe('share of pictures whose left and right are exchanged'),
  colourJitter: z.number().min(0).default(0).describe('changes of brightness, contrast and saturation'),
  randAugmentLayers: z.int().min(0).default(0).describe('operations of RandAugment a picture; 4 in the papers'),
  randAugmentMagnitude: z.number().min(0).max(10).default(5).describe('their strength'),
  mixUp: z.number().min(0).default(0).describe('alpha of MixUp; 0 for none'),
  cutMix: z.boolean().default(false).describe('CutMix; with MixUp each takes half of a batch'),
  positions: z
    .enum(['crop', 'picture'])
    .default('crop')
    .describe('Fourier features of places in the crop, as in the papers, or in the whole picture'),
});

/** Settings of `train-image-classification`. */
export const imageTrainingSchema = z.strictObject({
  dataset: z
    .string()
    .default('fashion-mnist')
    .describe("folder (MNIST's or CIFAR's files, folders of pictures), or fashion-mnist"),
  data: z
    .strictObject({
      size: z
        .array(z.int().positive())
        .length(2)
        .optional()
        .describe('height and width (default: of the first picture)'),
      colours: z
        .union([z.literal(1), z.literal(3)])
        .optional()
        .describe('1 grey, 3 colours (default: as the pictures are)'),
      mean: z.array(z.number()).optional().describe('of each colour (default: measured)'),
      std: z.array(z.number().positive()).optional().describe('of each colour (default: measured)'),
      contrast: z.number().positive().default(1).describe('numbers of pixels are made this many times larger'),
      limit: z.int().positive().optional().describe('training pictures to use (default all)'),
      workers: z
        .int()
        .min(0)
        .optional()
        .describe('threads that read pictures (default: one a processor for files, else 0)'),
      corrupt: z.enum(['skip', 'fail']).default('skip').describe('what becomes of pictures that cannot be read'),
    })
    .prefault({}),
  augmentation: augmentationSchema.prefault({}),
  model: modelSchema.prefault({}),
  training: trainingSchema
    .extend({
      epochs: z.number().positive().optional().describe('passes over the data'),
      labelSmoothing: share().default(0).describe('share of each target spread over all classes'),
      averageDecay: z.number().gt(0).lt(1).optional().describe('keeps a moving average of the weights, also evaluated'),
    })
    .prefault({}),
  evaluation: z
    .strictObject({
      everySeconds: z.number().positive().default(60).describe('seconds between evaluations while training'),
      batchSize: z.int().positive().default(100).describe('pictures at a time'),
      maxPictures: z.int().positive().default(1000).describe('pictures looked at while training; at the end it is all'),
    })
    .prefault({}),
});

export type ImageTrainingSettings = z.output<typeof imageTrainingSchema>;
export type AugmentationSettings = ImageTrainingSettings['augmentation'];
export type ModelSettings = ImageTrainingSettings['model'];
