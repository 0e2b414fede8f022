/** A path, never anything else; or an address, which needs `network`. */
export type MediaSource = string | URL;

/** What a word of a command line names: a file, or where the network is allowed also an address. */
export function mediaSource(word: string, { network }: { readonly network: boolean }): MediaSource {
  return network && /^https?:\/\//i.test(word) ? new URL(word) : word;
}
