/** Training met NaN or an infinity. Nothing was saved after it; the last checkpoint is from before. */
export class NonFiniteError extends Error {
  override name = 'NonFiniteError';
  /** Updates made before the one that failed. */
  readonly step: number;
  /** What is not finite, such as `gradient of encoder.weight`. */
  readonly tensor: string;

  constructor(step: number, tensor: string, value: number) {
    super(
      `step ${step}: expected finite numbers, got ${value} in ${tensor}. No checkpoint was written from here on; ` +
        'resume from the last one with a lower learning rate, gradient clipping or a longer warm-up.',
    );
    this.step = step;
    this.tensor = tensor;
  }
}
