import type { Schemas } from '../../client/contract.ts';
import { shownDigits } from './conflicts.ts';

/** The command that does, or shows, what the reason's action says; undefined: there is none. */
export function commandFor({ code, action, detail, ref }: Schemas['HealthReason']): string | undefined {
  if (action.includes('/v1/sync/rewind')) return 'astake-lookup rewind';
  if (code === 'awaiting_review') return 'astake-lookup conflicts --status awaiting-review';
  if (code === 'conflict')
    return withId('astake-lookup conflicts', /\b[0-9a-f]{64}\b/.exec(detail)?.[0].slice(0, shownDigits));
  if (code === 'conflict_unresolved') return 'astake-lookup conflicts --status open';
  if (code === 'sync_idle' || code === 'sync_not_begun') return 'astake-lookup sync now';
  if (code === 'trail_broken') return ref === null ? 'astake-lookup reconcile report' : 'astake-lookup audit verify';
  if (['changes_missed', 'problems_left', 'coverage_falls'].includes(code)) return 'astake-lookup reconcile report';
  if (['reconciliation_overdue', 'reconciliation_owed', 'events_unpublished'].includes(code))
    return 'astake-lookup reconcile start';
  if (code.startsWith('sync_') || code.startsWith('tick_')) return 'astake-lookup sync status';
  if (!code.startsWith('webhook_')) return undefined;
  const webhook = /\bwh_[0-9a-f]+\b/.exec(detail)?.[0];
  return webhook === undefined ? 'astake-lookup webhooks list' : `astake-lookup webhooks show ${webhook}`;
}

const withId = (command: string, id: string | undefined): string => (id === undefined ? command : `${command} ${id}`);
