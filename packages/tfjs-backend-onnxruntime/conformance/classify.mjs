const NOT_IMPLEMENTED = /KernelMissingError|UnsupportedError|is not implemented by the backend/;
/** What tfjs-core's and jasmine's matchers say about a result that was computed, but is not the expected one. */
const WRONG = /Arrays differ|Numbers differ|Arrays have different|Value out of range|Arrays are of different type/;

/** The outcome of a spec, from its failed expectations: passed, missing (not implemented), wrong (a wrong result) or error. */
export function classify(messages) {
  if (messages.length === 0) return 'passed';
  if (messages.some(({ message }) => WRONG.test(message))) return 'wrong';
  if (messages.some(({ message }) => NOT_IMPLEMENTED.test(message))) return 'missing';
  if (messages.some(({ message }) => /^Expected (?!function)/.test(message))) return 'wrong';
  return 'error';
}

/** The kernel or the reason why a spec is not implemented. */
export function reasonOf({ messages }) {
  const text = messages.map(({ message }) => message).join('\n');
  const kernel = /the kernel '(\w+)'/.exec(text)?.[1];
  if (kernel !== undefined) return kernel;
  if (/complex64/.test(text)) return 'complex64';
  if (/string/.test(text)) return 'strings';
  return /UnsupportedError: (.{0,60})/.exec(text)?.[1] ?? 'other';
}
