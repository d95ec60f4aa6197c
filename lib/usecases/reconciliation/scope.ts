import type { Scope } from '../../domain/reconciliation.ts';

/** Of those that a run goes through by shards, whether a record (by its ref key) is one of those that it is about. */
export function isWithin(scope: Exclude<Scope, { readonly of: 'owner' }>, key: string): boolean {
  if (scope.of === 'all') return true;
  return key.startsWith(scope.of === 'kind' ? `${scope.kind}#` : `${scope.kind}#${scope.collection}:`);
}
