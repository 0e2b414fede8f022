import { join } from 'node:path';
import {
  logMel,
  magnitude,
  melFilters,
  melSpectrogram,
  muLawCompress,
  muLawDecode,
  muLawEncode,
  muLawExpand,
  powerToDb,
  resamplePoly,
  stft,
} from 'perceiver-audio-video';
import type { ParityAdapter } from '../adapter.js';
import { EXACT_LIMIT, OUTPUT_LIMIT, relativeDifference, rowCollector } from '../compare.js';
import type { Fixture } from '../fixture.js';
import { readExactly } from '../read-exactly.js';

/** Largest absolute difference of logarithms in float32, where silence is at the floor. */
const LOGARITHM_LIMIT = 1e-3;

interface SpectrumCase {
  readonly sr: number;
  readonly n_fft: number;
  readonly hop_length: number;
  readonly win_length: number;
  readonly center: boolean;
  readonly pad_mode: 'constant' | 'reflect';
  readonly power: number;
  readonly n_mels: number;
  readonly fmin: number;
  readonly fmax: number | null;
  readonly htk: boolean;
  readonly norm: 'slaney' | null;
}

interface AudioMeta {
  readonly spectra: {
    readonly cases: Record<string, SpectrumCase>;
    readonly db: { ref: number; amin: number; top_db: number };
  };
  readonly resample: { readonly cases: readonly (readonly [number, number])[] };
}

/** Everything that the fixture has, as computed here, by its names. */
async function computeAll(fixture: Fixture): Promise<Map<string, ArrayLike<number>>> {
  const { spectra, resample } = fixture.meta as unknown as AudioMeta;
  const inputs = await readExactly(join(fixture.path, 'inputs.safetensors'));
  const input = (name: string) => inputs.get(name)!.values;
  const results = new Map<string, ArrayLike<number>>();
  for (const [name, spectrum] of Object.entries(spectra.cases)) {
    const options = {
      sampleRate: spectrum.sr,
      fftLength: spectrum.n_fft,
      hopLength: spectrum.hop_length,
      windowLength: spectrum.win_length,
      center: spectrum.center,
      padMode: spectrum.pad_mode,
      power: spectrum.power,
      numMels: spectrum.n_mels,
      minFrequency: spectrum.fmin,
      maxFrequency: spectrum.fmax ?? undefined,
      scale: spectrum.htk ? ('htk' as const) : ('slaney' as const),
      norm: spectrum.norm ?? ('none' as const),
    };
    results.set(`${name}.mel_filters`, melFilters(options));
    for (const signal of ['chirp', 'impulse']) {
      const own = (what: string, values: ArrayLike<number>) => results.set(`${name}.${signal}.${what}`, values);
      const spectrumOfSignal = stft(input(`signal.${signal}`), options);
      own('stft_real', spectrumOfSignal.real);
      own('stft_imag', spectrumOfSignal.imaginary);
      own('stft_magnitude', magnitude(spectrumOfSignal));
      const { values } = melSpectrogram(input(`signal.${signal}`), options);
      const { ref, amin, top_db } = spectra.db;
      own('mel', values);
      own('log_mel', logMel(values));
      own('db', powerToDb(values, { reference: ref, minPower: amin, topDb: top_db }));
    }
  }
  const compressed = muLawCompress(input('mu_law.signal'));
  results.set('mu_law.compressed', compressed);
  results.set('mu_law.expanded', muLawExpand(compressed));
  results.set('mu_law.quantised', muLawEncode(input('mu_law.signal')));
  results.set('mu_law.expanded_codes', muLawDecode(Array.from({ length: 256 }, (_, i) => i - 128)));
  for (const [up, down] of resample.cases) {
    results.set(`resample.${up}_${down}`, resamplePoly(input('signal.noise'), up, down));
  }
  return results;
}

/** Spectrograms, mu-law and resampling (PARITY-baselines, section 6), in both precisions of the reference. */
export const audioAdapter: ParityAdapter = {
  recognises: (fixture) => fixture.meta.spectra !== undefined && fixture.meta.mu_law !== undefined,
  check: async (fixture) => {
    const collector = rowCollector();
    const results = await computeAll(fixture);
    for (const [file, precision, limit] of [
      ['outputs.safetensors', 'float32', OUTPUT_LIMIT],
      ['outputs_f64.safetensors', 'float64', EXACT_LIMIT],
    ] as const) {
      for (const [name, expected] of await readExactly(join(fixture.path, file))) {
        const what = name.split('.').at(-1)!;
        const values = results.get(name);
        const isAbsolute = precision === 'float32' && ['db', 'log_mel'].includes(what);
        const difference =
          values === undefined || values.length !== expected.values.length
            ? Number.POSITIVE_INFINITY
            : relativeDifference({ shape: expected.shape, values }, expected, isAbsolute ? 1 : undefined);
        const group = name.startsWith('resample') ? 'resample' : what;
        collector.add(`${group}, ${precision}`, name, difference, isAbsolute ? LOGARITHM_LIMIT : limit);
      }
    }
    return collector.rows();
  },
};
