import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { recordedExamples } from '../../../infra/local/dev-chain/recorded-examples.ts';
import { type StagedOutages, stageOutages } from '../../support/outages.ts';
import { watchLocal } from './watch-local.ts';

const { owner } = recordedExamples['chain-a'];
let staged: StagedOutages;
let watch: ReturnType<typeof watchLocal>;
beforeAll(async () => {
  staged = await stageOutages();
  watch = watchLocal(staged, [`/v1/accounts/${owner}`, '/v1/assets/villas/0']);
  await staged.reconcile();
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
  /** Nothing runs sync meanwhile: the staged fault is this alone. */
  readonly withoutTicks?: true;
  /** After a day of it. */
  readonly afterADay?: readonly string[];
}

/** Three nodes; the alarms of one node have its place instead of its name. */
const ofNodes = (id: string): string[] => [0, 1, 2].map((node) => `${id}-${node}`);

const quarterMs = 900_000;

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
  { name: 'a node throttles', minutes: 3, heard: ['nodes-limp'], standing: ['node-quota-1'] },
  { name: 'the store takes no writes', minutes: 6, heard: ['store-failed'], standing: ['store-failed'] },
  {
    name: 'a conflict waits',
    minutes: 3,
    heard: [],
    standing: [],
    afterADay: ['conflicts-wait'],
  },
  {
    name: 'sync is stalled',
    minutes: 4,
    heard: ['sync-is-late'],
    standing: ['sync-lag', 'sync-stalled'],
    // They answer no request for a block: how many of their calls that are, follows from the readers.
    also: ['nodes-limp', ...ofNodes('node-fails')],
  },
  { name: 'sync runs no more', minutes: 4, withoutTicks: true, heard: ['truth-is-at-risk'], standing: ['sync-silent'] },
  { name: 'the network was reset', minutes: 4, heard: ['sync-is-late'], standing: ['sync-lag', 'sync-stalled'] },
  {
    name: 'events are in the dead-letter queue',
    minutes: 3,
    heard: ['dead-letters', 'outbox-stuck'],
    standing: ['dead-letters', 'outbox-stuck'],
  },
  {
    name: 'a row of the audit trail was removed',
    minutes: 2,
    heard: ['truth-is-at-risk'],
    standing: ['audit-broken'],
    also: ['audit-rewritten'],
  },
  { name: 'coverage falls', minutes: 3, heard: ['coverage'], standing: ['coverage'] },
];

test.each(outages)('$name: exactly its alarms', async ({ name, minutes, heard, standing, also = [], ...more }) => {
  const { stage, heal } = more.withoutTicks ? nothingElse : staged.outage(name);
  const stood = new Set<string>();
  const rang = new Set<string>();
  await stage();
  watch.flush();
  for (let passed = 0; passed < minutes; passed += 1) {
    await watch.minute(more.withoutTicks ? 0 : undefined);
    for (const id of watch.standing()) stood.add(id);
    for (const id of watch.heard()) rang.add(id);
  }
  const inADay = watch.heardAfterADay();
  await heal();
  watch.purge();
  watch.flush();
  await allQuiet();
  const certain = (ids: ReadonlySet<string>) => [...ids].filter((id) => !also.includes(id)).sort();
  expect([certain(rang), certain(stood)]).toEqual([[...heard].sort(), [...standing].sort()]);
  if (more.afterADay !== undefined) expect(inADay).toEqual(more.afterADay);
});

const nothingElse = { stage: async () => undefined, heal: async () => undefined };

/** Each alarm ends with its fault, when its own time has passed; what the next one meets is not left over from this one. */
async function allQuiet(): Promise<void> {
  staged.pass(Math.max(quarterMs, watch.longestStandingMs()));
  // These may be hours, and the run of each hour is missed then.
  await staged.reconcile();
  do await watch.minute();
  while (watch.standing().length > 0);
}
