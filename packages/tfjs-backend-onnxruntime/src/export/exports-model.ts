import { currentBackend } from '../backend.js';

/** Whether operations now become nodes of an exported model: whatever its batch size, they must be the same. */
export function exportsModel(): boolean {
  return currentBackend()?.portable ?? false;
}
