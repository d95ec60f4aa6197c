import type { Widget } from './widget.ts';
import { nodesWidgets } from './widgets-of-nodes.ts';
import { readersWidgets } from './widgets-of-readers.ts';
import { storeWidgets } from './widgets-of-store.ts';
import { syncWidgets } from './widgets-of-sync.ts';
import { truthWidgets } from './widgets-of-truth.ts';

/** Every chart that operators look at, described once. */
export const widgets: readonly Widget[] = [
  ...readersWidgets,
  ...nodesWidgets,
  ...syncWidgets,
  ...truthWidgets,
  ...storeWidgets,
];
