import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { recordedExamples } from '../../../infra/local/dev-chain/recorded-examples.ts';
import { eventually } from '../../faults/child.ts';
import { asOperator } from '../../support/local.ts';
import { type StagedOutages, stageOutages } from '../../support/outages.ts';
import { watchLocal } from './watch-local.ts';

const { owner } = recordedExamples['chain-a'];
let staged: StagedOutages;
let watch: ReturnType<typeof watchLocal>;
beforeAll(async () => {
  staged = await stageOutages();
  watch = watchLocal(staged, [`/v1/accounts/${owner}`, '/v1/assets/villas/0']);
  const { body } = await staged.local.post('/v1/reconciliations', {}, asOperator);
  await eventually(
    async () => (await staged.local.get(`/v1/reconciliations/${body.id}`, asOperator)).body.status !== 'running',
  );
  watch.flush();
});
afterAll(() => staged?.close());

interface Expected {
  readonly name: string;
  /** For how long it is watched. */
  readonly minutes: number;
  /** Who is called hears of these, and of nothing else. */
  readonly heard: readonly string[];
  /** Those that stand, also where they call no one by themselves. */
  readonly standing: readonly string[];
  /** Those that may stand, too: which node is asked how often is left to the pool. */
  readonly also?: readonly string[];
  /** After a day of it. */
  readonly afterADay?: readonly string[];
}

/** Three nodes; the alarms of one node have its place instead of its name. */
const ofNodes = (id: string): string[] => [0, 1, 2].map((node) => `${id}-${node}`);

/** In the order in which they are staged. */
const outages: readonly Expected[] = [
  {
    name: 'the nodes are down',
    minutes: 9,
    heard: ['no-healthy-node'],
    standing: ['no-healthy-node', 'sync-lag', 'sync-stalled'],
    also: ['one-node-left', ...ofNodes('node-fails')],
  },
  { name: 'one node lies', minutes: 3, heard: ['nodes-limp'], standing: ['node-barred-0'] },
  { name: 'the store takes no writes', minutes: 6, heard: ['store-failed'], standing: ['store-failed'] },
  {
    name: 'a conflict waits',
    minutes: 3,
    heard: [],
    standing: [],
    afterADay: ['conflicts-wait'],
  },
  { name: 'sync is stalled', minutes: 4, heard: ['sync-is-late'], standing: ['sync-lag', 'sync-stalled'] },
  {
    name: 'events are in the dead-letter queue',
    minutes: 3,
    heard: ['dead-letters', 'outbox-stuck'],
    standing: ['dead-letters', 'outbox-stuck'],
  },
  { name: 'a row of the audit trail was removed', minutes: 2, heard: ['truth-is-at-risk'], standing: ['audit-broken'] },
];

test.each(outages)('$name: exactly its alarms', async ({ name, minutes, heard, standing, also = [], afterADay }) => {
  const { stage, heal } = staged.outage(name);
  const stood = new Set<string>();
  const rang = new Set<string>();
  await stage();
  watch.flush();
  for (let passed = 0; passed < minutes; passed += 1) {
    await watch.minute();
    for (const id of watch.standing()) stood.add(id);
    for (const id of watch.heard()) rang.add(id);
  }
  const inADay = watch.heardAfterADay();
  await heal();
  watch.purge();
  watch.flush();
  // Each alarm ends with its fault, when its own time has passed; the last one looks at an hour.
  const isLast = name === outages.at(-1)?.name;
  for (let left = 25; !isLast && left > 0 && watch.standing().length > 0; left -= 1) await watch.minute();
  if (!isLast) expect(watch.standing()).toEqual([]);
  const certain = [...stood].filter((id) => !also.includes(id));
  expect([[...rang].sort(), certain.sort()]).toEqual([[...heard].sort(), [...standing].sort()]);
  if (afterADay !== undefined) expect(inADay).toEqual(afterADay);
});
