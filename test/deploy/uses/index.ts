import { access } from './access.ts';
import { byHand } from './by-hand.ts';
import { conflict } from './conflict.ts';
import { contract } from './contract.ts';
import { days } from './days.ts';
import { events } from './events.ts';
import { failures } from './failures.ts';
import { localData } from './local-data.ts';
import { machines } from './machines.ts';
import { metrics } from './metrics.ts';
import { nodes } from './nodes.ts';
import { overdue } from './overdue.ts';
import { readersSeldom } from './readers.ts';
import { reading } from './reading.ts';
import { refused } from './refused.ts';
import { schedule } from './schedule.ts';
import { submission } from './submission.ts';
import type { Use } from './use.ts';
import { webhook } from './webhook.ts';

/** What is done with each environment that was deployed, in this order. */
export const uses: readonly Use[] = [
  reading,
  access,
  events,
  submission,
  conflict,
  byHand,
  localData,
  contract,
  schedule,
  webhook,
  days,
  metrics,
  machines,
  refused,
  failures,
  nodes,
  overdue,
  readersSeldom,
];
