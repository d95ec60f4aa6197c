import { recordedTruth } from '../../support/recorded-truth.ts';

export const blockMs = 8_000;

/** The time of a recording, stretched to the average interval of mainnet blocks. */
export function stretchedTime(recording: 'chain-a' | 'chain-d') {
  const truth = recordedTruth(recording);
  const genesis = Date.parse(truth.block(0).timestamp);
  const recordedMs = (Date.parse(truth.block(truth.lastHeight).timestamp) - genesis) / truth.lastHeight;
  const stretch = (timestamp: string): number =>
    Math.round(genesis + (Date.parse(timestamp) - genesis) * (blockMs / recordedMs));
  return {
    genesis,
    /** Milliseconds since the epoch. */
    of: (height: number): number => stretch(truth.block(height).timestamp),
    /** The text of an answer, with all its times stretched. */
    rewrite: (text: string): string =>
      text.replace(
        /"(timestamp|last_progress)":"([^"]+)"/g,
        (_, name: string, timestamp: string) => `"${name}":"${new Date(stretch(timestamp)).toISOString()}"`,
      ),
  };
}
