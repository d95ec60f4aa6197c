import { messageOf, StoreUnavailable } from '../../domain/errors.ts';
import type { StoreUse, StoreWatch } from '../../domain/ports/process.ts';
import type { Clock, Log, Metrics } from '../../domain/ports/telemetry.ts';
import type { StorePorts } from '../../domain/service.ts';

/** What writes; everything else reads. A write that concerns several tables counts for the one that it is named after. */
const writing: { readonly [Name in keyof StorePorts]: readonly (keyof StorePorts[Name])[] } = {
  records: ['save', 'renew', 'markChecked'],
  listings: ['keepCounts', 'touch', 'settleDoubts'],
  activity: ['put'],
  watches: ['put'],
  cache: ['put'],
  audit: ['append'],
  conflicts: ['change'],
  outbox: ['put', 'published'],
  changes: ['append'],
  rewards: ['keep'],
  reconciliations: ['begin', 'change', 'saveShard'],
  keys: ['change'],
  webhooks: ['change', 'takeLease', 'saveDelivery', 'endLease', 'moveTo', 'forgetFailures'],
  budgets: ['take', 'noteLimited'],
  explanations: ['keep'],
  submissions: ['change', 'bindKey'],
  localData: ['change'],
  collections: ['change', 'interrupt'],
  progress: [
    'seeHead',
    'noteNode',
    'acquireSyncLease',
    'renewSyncLease',
    'releaseSyncLease',
    'publishMark',
    'moveCursor',
    'raiseLogicVersion',
    'askForBases',
    'rewind',
    'noteStall',
    'noteTick',
    'reconciled',
    'invalidate',
    'takeLease',
    'endLease',
    'growDirectory',
    'keepTrust',
    'saveHotKeys',
    'noteDrift',
  ],
};

const tables = Object.keys(writing) as (keyof StorePorts)[];

/**
 * The same store, and what this process sees of it: for each table, whether the last read and the last write succeeded. That a
 * table can be used again is logged and counted once. How long each use takes is measured, with its repeats and its wait for the network.
 */
export function watchStore<Store extends StorePorts>(
  store: Store,
  parts: { readonly clock: Clock; readonly log: Log; readonly metrics: Metrics },
): { readonly store: Store; readonly watch: StoreWatch } {
  const uses = tables.flatMap((table) => [createUse(table, 'reads', parts), createUse(table, 'writes', parts)]);
  const useOf = (table: keyof StorePorts, method: string) => {
    const access = (writing[table] as readonly string[]).includes(method) ? 'writes' : 'reads';
    return uses.find(({ report }) => report().table === table && report().access === access);
  };
  const watched = Object.fromEntries(
    tables.map((table) => [
      table,
      Object.fromEntries(
        Object.entries(store[table]).map(([name, method]) => [name, useOf(table, name)?.around(method) ?? method]),
      ),
    ]),
  );
  return { store: { ...store, ...watched }, watch: { uses: () => uses.map(({ report }) => report()) } };
}

// biome-ignore lint/suspicious/noExplicitAny: the methods of all ports
type Method = (...args: any[]) => unknown;

function createUse(
  table: keyof StorePorts,
  access: StoreUse['access'],
  { clock, log, metrics }: { readonly clock: Clock; readonly log: Log; readonly metrics: Metrics },
) {
  let failing: { readonly since: number; readonly at: number; readonly reason: string } | undefined;
  let lastAnsweredAt: number | undefined;

  function noteAnswer(began: number): void {
    measure(began);
    lastAnsweredAt = clock.now();
    if (failing === undefined) return;
    const seconds = Math.max(0, Math.round((lastAnsweredAt - failing.since) / 1_000));
    failing = undefined;
    metrics.count('StoreRecovered');
    log.warn(`${access} ${access === 'writes' ? 'to' : 'of'} the table ${table} succeed again after ${seconds} s`, {
      table,
      seconds,
    });
  }

  const measure = (began: number): void => metrics.measure('StoreMilliseconds', Math.round(clock.steady() - began));

  /** A defect or a refused argument says nothing of the table. */
  function noteError(error: unknown, began: number): void {
    measure(began);
    if (!(error instanceof StoreUnavailable)) return;
    const at = clock.now();
    failing = { since: failing?.since ?? at, at, reason: messageOf(error) };
  }

  return {
    report: (): StoreUse => ({
      table,
      access,
      failing: failing === undefined ? null : { ...failing },
      lastSucceededAt: lastAnsweredAt ?? null,
    }),
    around:
      (method: Method): Method =>
      (...args) => {
        const began = clock.steady();
        const outcome = method(...args);
        if (outcome instanceof Promise)
          outcome.then(
            () => noteAnswer(began),
            (error: unknown) => noteError(error, began),
          );
        return outcome;
      },
  };
}
