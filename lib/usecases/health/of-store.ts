import { type HealthReason, healthReason } from '../../domain/health.ts';
import type { StoreUse } from '../../domain/ports/process.ts';
import type { Service } from '../../domain/service.ts';

/** A failure that is older, and that nothing has followed, says nothing of today. */
const forgottenMs = 600_000;
/** Every look reads and writes this table: what it says is always of the moment. */
const probedTable = 'progress';

const actions: Readonly<Record<StoreUse['access'], string>> = {
  reads:
    'Look at the table: throttling, permissions, or a table that is gone. Locally at the engine (the log says why).',
  writes:
    'Look at the table: throttling, permissions, or a table that is gone. Locally at the disk of ASTAKE_DATA_DIR and at the engine.',
};

/** One write that changes nothing: whether the store takes writes at all. Its failure is noted by the watch. */
export async function probeWrite({ progress, clock }: Pick<Service, 'progress' | 'clock'>): Promise<void> {
  const now = clock.now();
  // A lease that ends at once hinders no other caller.
  await progress.takeLease('write-probe', 'health', now, now).catch(() => undefined);
}

/** Tables whose last read or write failed, as this process has seen it. `probed`: the probe did not answer in time. */
export function storeReasons(
  access: StoreUse['access'],
  { storeWatch, clock, isSilent }: Pick<Service, 'storeWatch' | 'clock'> & { readonly isSilent: boolean },
): HealthReason[] {
  const now = clock.now();
  const reasons = storeWatch.uses().flatMap(({ table, access: its, failing, lastSucceededAt }) => {
    if (its !== access || failing === null) return [];
    if (table !== probedTable && now - failing.at > forgottenMs) return [];
    const last = lastSucceededAt === null ? '' : `; the last one that succeeded was at ${iso(lastSucceededAt)}`;
    return [
      healthReason({
        status: table === probedTable ? 'down' : 'degraded',
        code: `${access}_fail`,
        detail: `${access === 'reads' ? 'Reads of' : 'Writes to'} the table ${table} fail (${failing.reason})${last}.`,
        since: iso(failing.since),
        action: actions[access],
        table,
      }),
    ];
  });
  if (!isSilent || reasons.some(({ table }) => table === probedTable)) return reasons;
  const detail = `The table ${probedTable} did not answer in time.`;
  return [
    ...reasons,
    healthReason({ status: 'down', code: `${access}_silent`, detail, action: actions[access], table: probedTable }),
  ];
}

const iso = (milliseconds: number): string => new Date(milliseconds).toISOString();
