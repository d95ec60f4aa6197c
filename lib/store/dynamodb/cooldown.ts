import { StoreUnavailable } from '../../domain/errors.ts';

/** What a request names of the tables that it concerns. */
interface Concerned {
  readonly TableName?: string;
  /** A batch: by table. */
  readonly RequestItems?: Readonly<Record<string, unknown>>;
  /** A transaction: each part is a put, an update or a check of one table. */
  readonly TransactItems?: readonly Readonly<Record<string, { readonly TableName?: string } | undefined>>[];
}

type Send<Output> = () => Promise<Output>;

/**
 * After a request that timed out, further requests to the same table fail at once for a moment: a table that hangs costs a read
 * one time limit, not one for each request. Each table is on its own, so that a slow audit trail does not take the cache away.
 * A transaction that timed out says nothing of its single tables: only transactions over the same ones fail at once. `now` gives
 * milliseconds of a clock that never goes back.
 */
export function createCooldown(cooldownMs: number, now: () => number) {
  const coolingUntil = new Map<string, number>();
  const isCooling = (circuit: string): boolean => now() < (coolingUntil.get(circuit) ?? Number.NEGATIVE_INFINITY);

  return async <Output>(input: object, send: Send<Output>): Promise<Output> => {
    const tables = tablesOf(input);
    const circuit = tables.join(' ');
    const cooling = [circuit, ...tables].find(isCooling);
    if (cooling !== undefined) throw new StoreUnavailable(`the database did not answer a moment ago (${cooling})`);
    try {
      return await send();
    } catch (error) {
      if ((error as { name?: unknown } | null)?.name === 'TimeoutError') coolingUntil.set(circuit, now() + cooldownMs);
      throw error;
    }
  };
}

function tablesOf({ TableName, RequestItems, TransactItems }: Concerned): readonly string[] {
  const parts = (TransactItems ?? []).flatMap((item) => Object.values(item).map((part) => part?.TableName));
  const named = [TableName, ...Object.keys(RequestItems ?? {}), ...parts];
  return [...new Set(named.filter((name) => name !== undefined))].sort();
}
