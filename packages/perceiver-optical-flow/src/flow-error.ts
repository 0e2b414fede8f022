/** Frames, flow or a file of them breaks a rule; the message names the file, the rule, what was expected and what came. */
export class FlowError extends Error {
  override readonly name = 'FlowError';
}
