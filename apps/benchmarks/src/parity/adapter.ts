import type { ParityRow } from './compare.js';
import type { Fixture } from './fixture.js';

export interface ParityOptions {
  /** Compares gradients too. */
  readonly gradients: boolean;
}

/** Knows how one kind of fixture is computed here. A new modality adds an adapter to `adapters/index.ts`. */
export interface ParityAdapter {
  recognises(fixture: Fixture): boolean;
  check(fixture: Fixture, options: ParityOptions): Promise<ParityRow[]>;
}
