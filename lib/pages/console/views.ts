import type { ComponentType } from 'preact';
import type { ViewProps } from './view.ts';
import { AuditView } from './views/audit.tsx';
import { CacheView } from './views/cache.tsx';
import { ConflictsView } from './views/conflicts.tsx';
import { ExplainView } from './views/explain.tsx';
import { KeysView } from './views/keys.tsx';
import { NodesView } from './views/nodes.tsx';
import { OverviewView } from './views/overview.tsx';
import { ReconciliationView } from './views/reconciliation.tsx';
import { RecordsView } from './views/records.tsx';
import { SyncView } from './views/sync.tsx';
import { WebhooksView } from './views/webhooks.tsx';

export interface View {
  /** In the fragment of the URL. */
  readonly id: string;
  readonly title: string;
  /** The key that opens it. */
  readonly key: string;
  readonly component: ComponentType<ViewProps>;
}

export const views: readonly [View, ...View[]] = [
  { id: 'overview', title: 'Overview', key: '1', component: OverviewView },
  { id: 'nodes', title: 'Nodes', key: '2', component: NodesView },
  { id: 'sync', title: 'Sync', key: '3', component: SyncView },
  { id: 'cache', title: 'Cache', key: '4', component: CacheView },
  { id: 'conflicts', title: 'Conflicts', key: '5', component: ConflictsView },
  { id: 'records', title: 'Records', key: '6', component: RecordsView },
  { id: 'reconciliation', title: 'Reconciliation', key: '7', component: ReconciliationView },
  { id: 'webhooks', title: 'Webhooks', key: '8', component: WebhooksView },
  { id: 'keys', title: 'API keys', key: '9', component: KeysView },
  { id: 'audit', title: 'Audit', key: '0', component: AuditView },
  { id: 'explain', title: 'Explain', key: 'e', component: ExplainView },
];
