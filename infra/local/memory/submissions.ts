import type { SubmissionStore } from '../../../lib/domain/ports/submissions.ts';
import { isUnderway, type StoredSubmission } from '../../../lib/domain/submission.ts';
import { append, isTaken } from './audit.ts';
import { addEvent } from './outbox.ts';
import { copy, type MemoryTables, type OnCall } from './tables.ts';

export const submissionsIn = (tables: MemoryTables, onCall: OnCall): SubmissionStore => {
  const open = (limit: number, belongs: (submission: StoredSubmission) => boolean) =>
    copy(
      [...tables.submissions.values()]
        .filter((submission) => isUnderway(submission) && belongs(submission))
        .sort((a, b) => (a.validUntil < b.validUntil ? -1 : 1))
        .slice(0, limit),
    );
  return {
    async find(hash) {
      await onCall('submissions.find', [hash]);
      return copy(tables.submissions.get(hash));
    },

    async change(submission, entry, event) {
      await onCall('submissions.change', [submission, entry, event]);
      const { hash, revision } = submission;
      if ((tables.submissions.get(hash)?.revision ?? 0) !== revision - 1) return false;
      if (entry !== undefined && isTaken(tables.audit, entry)) return false;
      if (entry !== undefined) append(tables.audit, entry);
      tables.submissions.set(hash, copy(submission));
      if (event !== undefined) addEvent(tables, event);
      return true;
    },

    async bindKey(principal, key, hash) {
      await onCall('submissions.bindKey', [principal, key, hash]);
      const name = JSON.stringify([principal, key]);
      const bound = tables.idempotencyKeys.get(name) ?? hash;
      tables.idempotencyKeys.set(name, bound);
      return bound;
    },

    async openOf(account, limit) {
      await onCall('submissions.openOf', [account, limit]);
      return open(limit, (submission) => submission.account === account);
    },

    async open(limit) {
      await onCall('submissions.open', [limit]);
      return open(limit, () => true);
    },
  };
};
