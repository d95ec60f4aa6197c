import type { Schemas } from './contract.ts';
import type { OperationId } from './methods.ts';

/** The block of the newest transaction that was submitted or waited for here. */
export interface OwnWrites {
  /** undefined: there is none yet. */
  readonly minHeight: number | undefined;
  /** Reads are not older than this block. */
  raise(height: number): void;
  /** From now on this transaction counts as one of the own ones. */
  await(hash: string): void;
  /** Looks into an answer for the block of a transaction. */
  see(id: OperationId, body: unknown): void;
}

interface Executed {
  readonly hash?: string;
  readonly executedAt?: { readonly height: number } | null;
}

/** So many transactions are remembered: the oldest one goes first. */
const longestList = 1_000;

export function createOwnWrites(): OwnWrites {
  const awaited = new Set<string>();
  let minHeight: number | undefined;
  const raise = (height: number) => {
    if (Number.isSafeInteger(height)) minHeight = Math.max(minHeight ?? 0, height);
  };
  const wait = (hash: string) => {
    // As answers show it: without a prefix, in lower case.
    awaited.add(hash.slice(-64).toLowerCase());
    for (const oldest of awaited) {
      if (awaited.size <= longestList) break;
      awaited.delete(oldest);
    }
  };
  function endedIn({ items }: Schemas['Changes']): void {
    for (const { type, detail, block } of items)
      if (type === 'SubmissionEnded' && block && awaited.delete(String(detail?.hash))) raise(block.height);
  }
  return {
    get minHeight() {
      return minHeight;
    },
    raise,
    await: wait,
    see(id, body) {
      if (id === 'listChanges') return endedIn(body as Schemas['Changes']);
      const isSubmission = id === 'submitTransaction';
      const { hash, executedAt } = isSubmission ? (body as Executed) : ((body as { data?: Executed })?.data ?? {});
      if (hash === undefined || !(isSubmission || id === 'getTransaction')) return;
      if (isSubmission) wait(hash);
      if (executedAt && awaited.delete(hash)) raise(executedAt.height);
    },
  };
}
