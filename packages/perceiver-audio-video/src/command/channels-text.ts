/** A number of channels in words. */
export const channelsText = (channels: number): string => `${channels} channel${channels === 1 ? '' : 's'}`;
