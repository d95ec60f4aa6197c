import type { Schemas } from '../../client/contract.ts';

/** The command that does, or shows, what the reason's action says; undefined: there is none. */
export function commandFor({ code, action, ref }: Schemas['HealthReason']): string | undefined {
  if (action.includes('/v1/sync/rewind')) return 'astake-lookup rewind';
  if (code === 'awaiting_review') return 'astake-lookup conflicts --status awaiting-review';
  if (code === 'conflict_unresolved') return 'astake-lookup conflicts --status open';
  if (code === 'sync_idle' || code === 'sync_not_begun') return 'astake-lookup sync now';
  if (code === 'trail_broken') return ref === null ? 'astake-lookup reconcile report' : 'astake-lookup audit verify';
  if (['changes_missed', 'problems_left', 'coverage_falls'].includes(code)) return 'astake-lookup reconcile report';
  if (['reconciliation_overdue', 'reconciliation_owed', 'events_unpublished'].includes(code))
    return 'astake-lookup reconcile start';
  if (code.startsWith('sync_') || code.startsWith('tick_')) return 'astake-lookup sync status';
  return code.startsWith('webhook_') ? 'astake-lookup webhooks list' : undefined;
}
