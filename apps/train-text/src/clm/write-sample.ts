import type { CausalLanguagePredictor } from 'perceiver-text';

export interface SampleOptions {
  readonly prompt: string;
  readonly length: number;
  readonly temperature: number;
  readonly seed: number;
}

/** The prompt and what the model writes after it. */
export async function writeSample(predictor: CausalLanguagePredictor, options: SampleOptions): Promise<string> {
  const { prompt, length, temperature, seed } = options;
  let text = prompt;
  for await (const piece of predictor.generate(prompt, { maxNewTokens: length, temperature, seed })) text += piece.text;
  return text;
}

/** A text set off from what is around it. Control characters other than line breaks are shown as dots. */
export function indent(text: string): string {
  return text
    .trim()
    .split('\n')
    .map((line) => `  | ${line.replace(/\p{Cc}/gu, '·')}`)
    .join('\n');
}
