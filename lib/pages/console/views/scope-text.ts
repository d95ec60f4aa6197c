import type { Schemas } from '../../../client/index.ts';

/** What a run compares, in words. */
export function scopeText(scope: Schemas['ReconciliationRun']['scope']): string {
  if (scope.of === 'all') return 'everything';
  if (scope.of === 'kind') return `every ${scope.kind}`;
  return scope.of === 'collection' ? `collection ${scope.collection}` : `owner ${scope.owner}`;
}
