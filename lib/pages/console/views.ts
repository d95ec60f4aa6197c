import type { ComponentType } from 'preact';
import type { ViewProps } from './view.ts';
import { ConflictsView } from './views/conflicts.tsx';
import { NodesView } from './views/nodes.tsx';
import { OverviewView } from './views/overview.tsx';
import { SyncView } from './views/sync.tsx';

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
  { id: 'conflicts', title: 'Conflicts', key: '5', component: ConflictsView },
];
