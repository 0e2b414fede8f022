// What Lightning modules, data-parallel and compiling wrappers and the `perceiver-io` package's own for Hugging Face put before a name.
const WRAPPERS = /^(?:(?:model|backend_model|_orig_mod|module)\.)+/;

/** A parameter's name without what wrappers of the model put before it. */
export function bareName(name: string): string {
  return name.replace(WRAPPERS, '');
}
