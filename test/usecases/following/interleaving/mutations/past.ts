import type { EntityRecord } from '../../../../../lib/domain/record.ts';
import { pastOfBatch, pastOfFork, pastOfShared } from '../scenarios/past.ts';
import type { Parts } from '../world.ts';
import { onlyOf, type Removal } from './mutation.ts';

/** Every record is stored with other spans. */
const saidToHaveHeld =
  (spansOf: (held: NonNullable<EntityRecord['held']>) => EntityRecord['held']) =>
  ({ ports: { records } }: Parts) => ({
    records: {
      ...records,
      save: (record: EntityRecord, ...rest: Rest) => {
        const held = record.held && spansOf(record.held);
        return records.save({ ...record, ...(held && { held }) }, ...rest);
      },
    },
  });

type Rest = Parameters<Parts['ports']['records']['save']> extends [EntityRecord, ...infer Others] ? Others : never;

/** Rules about which blocks a value is known to have held in. */
export const ofPast: readonly Removal[] = [
  {
    rule: 'PAST-5: what was read at the end of a batch has held since the last block that wrote it, not since the first',
    scenario: pastOfBatch,
    ports: saidToHaveHeld((held) => held.map(({ from, through }) => ({ from: from - 1, through }))),
  },
  {
    rule: 'PAST-5: between two blocks that wrote a value nothing is known of it, though it is the same behind them',
    scenario: pastOfShared,
    ports: saidToHaveHeld((held) => [{ from: held[0]?.from ?? 0, through: held.at(-1)?.through ?? 0 }]),
  },
  {
    rule: 'FOLLOW-8: what an abandoned fork saw above the block of the rewind is no past',
    scenario: pastOfFork,
    ports: onlyOf('client', ({ ports: { progress } }) => ({
      progress: { ...progress, read: async () => ({ ...(await progress.read()), rewinds: [] }) },
    })),
  },
];
