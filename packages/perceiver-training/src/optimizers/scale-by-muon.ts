import type * as tf from '@tensorflow/tfjs';
import { isHiddenMatrix } from './hidden-matrices.js';
import { materialize } from './linear-update.js';
import { orthogonalize } from './orthogonalize.js';
import { type AdamMoments, scaleByAdam } from './scale-by-adam.js';
import type { LocalTransformation, Member } from './transformation.js';

export interface MuonOptions extends AdamMoments {
  /** Decay rate of the matrices' first moment. */
  readonly momentum?: number;
  /** Parameters that Muon updates; Adam updates the others. */
  readonly hidden?: (member: Member) => boolean;
}

/**
 * Muon's direction for the matrices of hidden layers (Jordan et al. 2024): the momentum, with Nesterov's step ahead, made
 * orthogonal; Adam's for all other parameters. Matrices `[rows, columns]` are multiplied by `0.2 sqrt(max(rows, columns))`,
 * so that their updates are as large as Adam's and the same learning rate serves both (Liu et al. 2025, arXiv 2502.16982,
 * section 2.2). As torch's `Muon` with `adjust_lr_fn='match_rms_adamw'`, in float32.
 */
export function scaleByMuon({
  momentum = 0.95,
  hidden = isHiddenMatrix,
  ...adam
}: MuonOptions = {}): LocalTransformation {
  const others = scaleByAdam(adam);
  return {
    ...others,
    name: 'scaleByMuon',
    reach: 'tensor',
    group: (member) => (hidden(member) ? 'matrices' : 'others'),
    apply: (incoming, context) => {
      if (!hidden(context.member)) return others.apply(incoming, context);
      const { parameter, moments } = context;
      const gradient = materialize(incoming, parameter).mul(1 - momentum);
      const firstMoment = moments.firstMoment!.mul(momentum).add(gradient);
      const ahead = gradient.add(firstMoment.mul(momentum)) as tf.Tensor2D;
      const scale = 0.2 * Math.sqrt(Math.max(...parameter.shape));
      return {
        update: { direction: orthogonalize(ahead), scale, decay: 0 },
        moments: { firstMoment, secondMoment: moments.secondMoment! },
      };
    },
  };
}
