import { expect, test } from '@jest/globals';
import type { Conflict, ConflictStatus } from '../../../lib/domain/conflict.ts';
import { measureConflicts } from '../../../lib/usecases/conflicts/measure-conflicts.ts';

const now = Date.parse('2026-11-24T10:00:00.000Z');
const waiting = (deadline: string | null) => ({ id: `${deadline}`, deadline }) as Conflict;

async function measured(open: number, awaiting: readonly Conflict[]) {
  const gauges: Record<string, number> = {};
  await measureConflicts({
    conflicts: {
      count: async (status: ConflictStatus) => (status === 'open' ? open : awaiting.length),
      byStatus: async () => ({ conflicts: awaiting, more: false }),
    } as never,
    metrics: {
      count() {},
      upstream() {},
      measure() {},
      gauge(name, value) {
        gauges[name] = value;
      },
    },
    clock: { now: () => now, steady: () => now },
  });
  return gauges;
}

test('conflicts are measured by what they wait for; one without a deadline is never overdue', async () => {
  expect(await measured(2, [])).toEqual({ ConflictsOpen: 2, ConflictsAwaitingReview: 0, ConflictsOverdue: 0 });
  const late = waiting('2026-11-24T09:59:59.999Z');
  expect(await measured(0, [late, waiting('2026-11-24T10:00:00.000Z'), waiting(null)])).toEqual({
    ConflictsOpen: 0,
    ConflictsAwaitingReview: 3,
    ConflictsOverdue: 1,
  });
});
