/** How far a download is. */
export interface DownloadProgress {
  /** Name of the file in the repository. */
  readonly file: string;
  /** Bytes that are on the disk, those of an earlier, interrupted run included. */
  readonly loadedBytes: number;
  readonly totalBytes: number;
}

/** How the Hugging Face hub is reached. Environment variables are those of Python's huggingface_hub. */
export interface HubOptions {
  /** Branch, tag or commit. Default `main`. */
  readonly revision?: string;
  /** The hub's cache. Default: HF_HUB_CACHE, HUGGINGFACE_HUB_CACHE, HF_HOME/hub, or ~/.cache/huggingface/hub. */
  readonly cacheDir?: string;
  /** Never use the network. Default: whether HF_HUB_OFFLINE is set. */
  readonly localFilesOnly?: boolean;
  /** Access token; `false` sends none. Default: HF_TOKEN, or the file that `hf auth login` writes. */
  readonly token?: string | false;
  /** The hub's address. Default: HF_ENDPOINT, or https://huggingface.co. */
  readonly hubUrl?: string;
  /** Called as bytes arrive, at most ten times a second and at the end of each file. */
  readonly onProgress?: (progress: DownloadProgress) => void;
  /** Stops the download; what arrived is kept. */
  readonly signal?: AbortSignal;
  /** How often an interrupted transfer is taken up again before the call fails. Default 5. */
  readonly retries?: number;
  /** Pause before the first retry in milliseconds; doubles each time. Default 500. */
  readonly retryDelay?: number;
  /** A connection that is silent for so many milliseconds counts as interrupted. Default 60,000. */
  readonly stallTimeout?: number;
  /** Used in place of the global fetch, for example to go through a proxy. */
  readonly fetch?: typeof fetch;
}
