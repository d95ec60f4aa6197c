import { countdown } from '../../domain/deadline.ts';
import { ChainUnavailable } from '../../domain/errors.ts';
import type { Service } from '../../domain/service.ts';
import { listConflicts, unresolved } from './list-conflicts.ts';
import { type Resolved, resolveConflict } from './resolve-conflict.ts';

export interface ResolvedConflicts {
  readonly results: readonly (Resolved | { readonly id: string; readonly error: string })[];
  /** Where to go on; undefined: all have been looked at. */
  readonly last: string | undefined;
}

/** No further conflict is begun after so long. */
const wholeMs = 15_000;

/** Resolves all that need no person, whatever they wait for; how it went, for each of a page. */
export async function resolveConflicts(
  { after, limit, dryRun }: { readonly after?: string | undefined; readonly limit: number; readonly dryRun: boolean },
  service: Service,
): Promise<ResolvedConflicts> {
  const remaining = countdown(wholeMs);
  const page = await listConflicts(unresolved, { after, limit }, service);
  const results: (Resolved | { readonly id: string; readonly error: string })[] = [];
  let last = after;
  for (const { id, status } of page.conflicts) {
    if (remaining() === 0) return { results, last };
    results.push(
      await resolveConflict(id, service, { dryRun, force: true }).catch((error: unknown) => failed(id, error)),
    );
    last = `${status} ${id}`;
  }
  return { results, last: page.last };
}

function failed(id: string, error: unknown): { readonly id: string; readonly error: string } {
  if (error instanceof ChainUnavailable) return { id, error: error.message };
  throw error;
}
