import { describe, expect, test } from '@jest/globals';
import { submissionEnded } from '../../../lib/domain/events.ts';
import { nextSubmission, type StoredSubmission } from '../../../lib/domain/submission.ts';
import { submissionSample } from '../samples.ts';
import { onBoth } from '../subjects.ts';

const now = Date.parse('2026-01-01T00:00:10.000Z');
const byOne = { cause: 'submission', actor: 'key:one', seenAt: null, now } as const;

onBoth((create) => {
  const fresh = async () => (await create()).store;

  describe('keeps submitted transactions', () => {
    test.each([
      ['that are being sent', submissionSample()],
      [
        'that a node refused',
        submissionSample({ state: 'rejected', node: 'n1', reason: 'insufficient "balance" é', nodeCode: -32016 }),
      ],
      [
        'that are in a block',
        submissionSample({ state: 'ended', outcome: 'failed', block: { height: 9, hash: 'b'.repeat(64) }, fork: 2 }),
      ],
    ])('as they were put: %s', async (_, submission) => {
      const { submissions } = await fresh();
      expect(await submissions.find(submission.hash)).toBeUndefined();
      expect(await submissions.change(submission)).toBe(true);
      expect(await submissions.find(submission.hash)).toStrictEqual(submission);
    });

    test('of several who claim one at once, one gets it (rule SUBMIT-2)', async () => {
      const { submissions } = await fresh();
      const claims = Array.from({ length: 6 }, (_, at) =>
        submissions.change(submissionSample({ holder: `process-${at}` })),
      );
      expect((await Promise.all(claims)).filter((won) => won)).toHaveLength(1);
      const there = (await submissions.find(submissionSample().hash)) as StoredSubmission;
      expect(await submissions.change({ ...there, revision: 3 })).toBe(false);
      expect(await submissions.change({ ...there, revision: 2, state: 'accepted' })).toBe(true);
      expect(await submissions.change({ ...there, revision: 2, state: 'unknown' })).toBe(false);
    });

    test('with the entry of their trail, both or neither (rule SUBMIT-4)', async () => {
      const { submissions, audit } = await fresh();
      const first = submissionSample();
      await submissions.change(first);
      const { next, entry } = nextSubmission(first, { state: 'accepted', node: 'n1' }, byOne);
      expect(await submissions.change({ ...next, revision: 4 }, entry)).toBe(false);
      expect(await audit.history(entry.ref, { limit: 9 })).toEqual([]);
      expect(await submissions.change(next, entry)).toBe(true);
      expect(await audit.history(entry.ref, { limit: 9 })).toEqual([entry]);
      expect(await submissions.change({ ...next, revision: 3 }, entry)).toBe(false);
    });

    test('with the event of their end, all or nothing (rule SUBMIT-6)', async () => {
      const { submissions, outbox } = await fresh();
      const first = submissionSample();
      await submissions.change(first);
      const end = {
        state: 'ended',
        outcome: 'processed',
        block: { height: 9, hash: 'b'.repeat(64) },
        fork: 0,
      } as const;
      const { next, entry } = nextSubmission(first, end, { ...byOne, cause: 'sync' });
      const event = submissionEnded(next);
      expect(await submissions.change({ ...next, revision: 4 }, entry, event)).toBe(false);
      expect(await outbox.unpublished('2099', 9)).toEqual([]);
      expect(await submissions.change(next, entry, event)).toBe(true);
      expect(await submissions.change(next, entry, event)).toBe(false);
      expect(await outbox.unpublished('2099', 9)).toEqual([event]);
      const { hash, account } = first;
      const { fork: _fork, ...shown } = end;
      const ref = { kind: 'transaction', id: hash };
      expect(event.detail).toEqual({ ...shown, ref, hash, account, accounts: [`account-hash-${account}`] });
    });

    test('and lists more than a page of them', async () => {
      const { submissions } = await fresh();
      const hashes = Array.from({ length: 120 }, (_, at) => at.toString(16).padStart(64, '0'));
      await Promise.all(hashes.map((hash) => submissions.change(submissionSample({ hash }))));
      expect((await submissions.open(110)).length).toBe(110);
      expect((await submissions.open(500)).map(({ hash }) => hash).sort()).toEqual(hashes);
    });

    test('and lists those of an account that have not ended, the first to expire first', async () => {
      const { submissions } = await fresh();
      const at = (minute: number) => `2026-01-01T00:${minute}:00.000Z`;
      const put = (digit: string, parts: Partial<StoredSubmission>) =>
        submissions.change(submissionSample({ hash: digit.repeat(64), ...parts }));
      await put('1', { validUntil: at(40), state: 'accepted' });
      await put('2', { validUntil: at(20), state: 'unknown' });
      await put('3', { validUntil: at(30), account: 'f'.repeat(64) });
      await put('4', { validUntil: at(10), state: 'ended' });
      const digits = (found: readonly StoredSubmission[]) => found.map(({ hash }) => hash[0]).join('');
      expect(digits(await submissions.openOf(submissionSample().account, 9))).toBe('21');
      expect(digits(await submissions.openOf(submissionSample().account, 1))).toBe('2');
      expect(digits(await submissions.open(9))).toBe('231');
      await put('2', { validUntil: at(20), state: 'expired', revision: 2 });
      expect(digits(await submissions.open(9))).toBe('31');
    });
  });

  test('keeps an idempotency key with the first hash that came with it, for each principal', async () => {
    const { submissions } = await fresh();
    const bind = (principal: string, hash: string) => submissions.bindKey(principal, 'a "key" é', hash, now);
    expect(await bind('key:one', 'a'.repeat(64))).toBe('a'.repeat(64));
    expect(await bind('key:one', 'a'.repeat(64))).toBe('a'.repeat(64));
    expect(await bind('key:one', 'b'.repeat(64))).toBe('a'.repeat(64));
    expect(await bind('key:two', 'b'.repeat(64))).toBe('b'.repeat(64));
  });
});
