import { FIRST_FREE_STREAM } from 'perceiver-training/random';

/** Numbers that keep the random streams of picture data apart; the counter after the seed. */
export const ORDER_STREAM = FIRST_FREE_STREAM;
export const AUGMENT_STREAM = FIRST_FREE_STREAM + 1;
export const SPARE_STREAM = FIRST_FREE_STREAM + 2;
export const MIX_STREAM = FIRST_FREE_STREAM + 3;
