import { readFileSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import { objectOf } from '../object-of.ts';

/** How far streams have been read: by shard, the sequence number of the last record that was handled. */
export interface StreamPositions {
  after(streamArn: string, shardId: string): string | undefined;
  handled(streamArn: string, shardId: string, sequenceNumber: string): Promise<void>;
}

/** Positions end with the process: the next start reads each stream from its oldest record. */
export const forgottenPositions = (): StreamPositions => ({ after: () => undefined, handled: async () => {} });

/**
 * Positions in a file, so that a start on kept data does not deliver again what was handled before. A crash between a
 * delivery and the write delivers again, as may happen on AWS at any time. Without the file streams begin at their oldest
 * record.
 */
export function keptPositions(file: string): StreamPositions {
  const positions = new Map(Object.entries(read(file)));
  let writing = Promise.resolve();
  const write = async (): Promise<void> => {
    await writeFile(`${file}.new`, JSON.stringify(Object.fromEntries(positions)));
    await rename(`${file}.new`, file);
  };
  return {
    after: (streamArn, shardId) => positions.get(`${streamArn} ${shardId}`),
    async handled(streamArn, shardId, sequenceNumber) {
      positions.set(`${streamArn} ${shardId}`, sequenceNumber);
      // One write after the other: both streams share the file.
      const written = writing.then(write);
      writing = written.catch(() => {});
      await written;
    },
  };
}

function read(file: string): Record<string, string> {
  try {
    const found = Object.entries(objectOf(readFileSync(file, 'utf8')) ?? {});
    return Object.fromEntries(found.filter(([, position]) => typeof position === 'string'));
  } catch {
    return {};
  }
}
