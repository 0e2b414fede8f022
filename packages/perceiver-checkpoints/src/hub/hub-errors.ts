import { HubApiError, InvalidApiResponseFormatError } from '@huggingface/hub';
import { CheckpointAccessError, CheckpointDownloadError, CheckpointError, CheckpointNotFoundError } from '../errors.js';

/** Whether trying again may help: no connection, an interrupted one, or a server that is busy. */
export function isTransient(error: unknown): boolean {
  if (error instanceof HubApiError) return error.statusCode >= 500 || [408, 429].includes(error.statusCode);
  return !(error instanceof CheckpointError || error instanceof InvalidApiResponseFormatError);
}

/** A fault of the hub or the network as an error of this package, with what to do about it. */
export function hubError(id: string, revision: string, action: string, error: unknown): CheckpointError {
  if (error instanceof CheckpointError) return error;
  const detail = describe(error);
  const options = { cause: error };
  if (error instanceof HubApiError && [401, 403].includes(error.statusCode)) {
    return new CheckpointAccessError(
      `${id}: the hub refused to ${action} (status ${error.statusCode}). Either there is no such repository, or it is ` +
        `private or gated: accept its conditions on its page and pass \`token\` or set HF_TOKEN. ${detail}`,
      options,
    );
  }
  if (error instanceof HubApiError && error.statusCode === 404) {
    return new CheckpointNotFoundError(
      `${id}, revision ${revision}: not on the hub (status 404 when asked to ${action}). ${detail}`,
      options,
    );
  }
  return new CheckpointDownloadError(`${id}: could not ${action}. ${detail}`, options);
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause =
    error.cause instanceof Error ? ` (${error.cause.message || (error.cause as NodeJS.ErrnoException).code})` : '';
  return `${error.message}${cause}`;
}
