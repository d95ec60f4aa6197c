import { UnreadableBlock } from '../../../../../lib/domain/errors.ts';
import type { ExecutedBlock } from '../../../../../lib/domain/ports/chain.ts';
import { unseenBlock, unseenOpenSet } from '../scenarios/unseen-blocks.ts';
import { onlyOf, type Removal } from './mutation.ts';

/** Rules of blocks that are passed without having been read. */
export const ofUnseen: readonly Removal[] = [
  {
    rule: 'FOLLOW-10: an unreadable block moves `followedFrom`',
    scenario: unseenBlock,
    ports: onlyOf('runner', ({ ports: { progress }, world: { tables } }) => ({
      progress: {
        ...progress,
        moveCursor: (move) =>
          progress.moveCursor({ ...move, followedFrom: tables.progress.followedFrom ?? move.followedFrom }),
      },
    })),
  },
  ...[unseenBlock, unseenOpenSet].map((scenario) => ({
    rule: `FOLLOW-10: an unreadable block is not followed as if it had written nothing (${scenario.name})`,
    scenario,
    ports: onlyOf('runner', ({ ports: { chain } }) => ({
      chain: {
        ...chain,
        executed: (height, reading) =>
          chain.executed(height, reading).catch((error: unknown): ExecutedBlock => {
            if (!(error instanceof UnreadableBlock) || error.header === undefined) throw error;
            const { block, parentHash, protocolVersion, isSwitchBlock } = error.header;
            return {
              block,
              parentHash,
              protocolVersion,
              isSwitchBlock,
              written: new Set(),
              items: [],
              transactions: [],
              stakes: [],
              isProved: false,
            };
          }),
      },
    })),
  })),
];
