import { type Head, unseenMs } from '../../domain/progress.ts';

/**
 * The head that other processes have stored, as this one may count from it. A process whose own clock is behind finds every sight in
 * the future, and the block's timestamp too: then the time counts from when it first read that sight (rule CLAIM-7).
 */
export function createStoredHead(): (head: Head | null, readAt: number) => Head | null {
  let known: { readonly hash: string; readonly seenAt: string; readonly from: number } | undefined;
  return (head, readAt) => {
    if (head === null) return null;
    const { hash, seenAt } = head;
    if (known?.hash !== hash || known.seenAt !== seenAt)
      known = { hash, seenAt, from: readAt - unseenMs(head, readAt) };
    return Date.parse(seenAt) <= known.from ? head : { ...head, seenAt: new Date(known.from).toISOString() };
  };
}
