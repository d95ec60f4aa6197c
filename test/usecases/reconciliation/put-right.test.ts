import { describe, expect, test } from '@jest/globals';
import type { OpenFinding } from '../../../lib/domain/reconciliation.ts';
import { changesIn, withFieldChanges } from '../../../lib/usecases/reconciliation/put-right.ts';
import { entryOf, recordOf } from '../../store/samples.ts';
import { createMemoryStore } from '../../support/memory-store.ts';
import { counted } from './report-samples.ts';

describe('of a record that was put right, the report shows', () => {
  test('the changed fields before and after, from the entry that the record names', async () => {
    const calls: string[] = [];
    const store = createMemoryStore({ onCall: (name) => void calls.push(name) });
    const records = ['a', 'b', 'c'].map((id) => recordOf({ id, sequence: 2 }));
    for (const record of records) {
      const key = `asset#${record.ref.id}`;
      store.tables.records.set(key, record);
      store.tables.audit.set(key, [entryOf(record, { before: { owner: 'alice' }, after: { owner: 'bob' } })]);
    }
    const found = records.map(({ ref }, at) => ({ ref, sequence: at === 1 ? 2 : 1 }) as OpenFinding);
    const outcomes = ['fixed', 'fixed', 'unfixed'] as const;
    const examined = records.map(({ ref }, at) =>
      counted({
        finding: 'missed',
        outcome: outcomes[at] ?? null,
        sample: { ref, problems: [{ check: 'chain', problem: 'x', outcome: outcomes[at] ?? 'fixed' }] },
      }),
    );
    const samples = (await withFieldChanges(found, examined, store)).map(({ sample }) => sample?.changes);
    // The value of the second was right, and the third was not put right.
    expect(samples).toEqual([[{ field: 'owner', before: '"alice"', after: '"bob"' }], undefined, undefined]);
    expect(calls).toEqual(['records.getMany', 'audit.entries']);
  });

  test('a new value, and one that is gone', () => {
    expect(changesIn({ before: null, after: { a: 1 } })).toEqual([{ field: 'a', before: 'null', after: '1' }]);
    expect(changesIn({ before: { a: { b: '2' } }, after: null })).toEqual([
      { field: 'a', before: '{"b":"2"}', after: 'null' },
    ]);
  });

  test('five fields at most, and long values around their first difference', () => {
    const long = (end: string) => ({ metadata: 'x'.repeat(5_000) + end + 'y'.repeat(5_000) });
    const [change] = changesIn({ before: long('A'), after: long('B') });
    expect(change?.before).toMatch(/^…x{20}Ay+…$/);
    expect(change?.after).toMatch(/^…x{20}By+…$/);
    expect(change?.before.length).toBeLessThanOrEqual(122);
    const many = Object.fromEntries([...'abcdefgh'].map((name) => [name, 1]));
    expect(changesIn({ before: null, after: many })).toHaveLength(5);
  });
});
