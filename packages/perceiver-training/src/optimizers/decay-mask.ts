import type { Member } from './transformation.js';

/** Whether weight decay applies to a parameter. */
export type DecayMask = (member: Member) => boolean;

/** Decays matrices and larger tensors, not biases and norms (rank 0 and 1): the rule of the papers' training code. */
export const decayMatrices: DecayMask = ({ shape }) => shape.length >= 2;

/** Decays everything, as torch does without parameter groups. */
export const decayEverything: DecayMask = () => true;
