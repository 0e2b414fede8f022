import { FIRST_FREE_STREAM } from 'perceiver-training';

/** Numbers that keep the random streams of text data apart; the counter after the seed. */
export const WINDOW_STREAM = FIRST_FREE_STREAM;
export const OFFSET_STREAM = FIRST_FREE_STREAM + 1;
export const FILE_ORDER_STREAM = FIRST_FREE_STREAM + 2;
export const BLOCK_ORDER_STREAM = FIRST_FREE_STREAM + 3;
export const MASK_STREAM = FIRST_FREE_STREAM + 4;
export const SHORT_CONTEXT_STREAM = FIRST_FREE_STREAM + 5;
export const PIECE_STREAM = FIRST_FREE_STREAM + 6;
export const EXAMPLE_STREAM = FIRST_FREE_STREAM + 7;
export const WORD_DROPOUT_STREAM = FIRST_FREE_STREAM + 8;
