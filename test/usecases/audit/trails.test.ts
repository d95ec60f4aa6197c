import { afterEach, describe, expect, test } from '@jest/globals';
import { digestOf } from '../../../lib/domain/digest.ts';
import { defaultReadOptions } from '../../../lib/domain/freshness.ts';
import { LOGIC_VERSION } from '../../../lib/domain/progress.ts';
import { noteStall } from '../../../lib/usecases/following/sync-report.ts';
import { lookup } from '../../../lib/usecases/reading/lookup.ts';
import { accountPath, accounts, type Cluster, fromChain, startCluster, truth } from '../../chain/pool/cluster.ts';
import { eventually } from '../../faults/child.ts';
import { clockOf } from '../../support/clock.ts';
import { createMemoryStore } from '../../support/memory-store.ts';
import { startService } from '../../support/service.ts';

let cluster: Cluster | undefined;
afterEach(async () => {
  await cluster?.close();
  cluster = undefined;
});

describe('the trail of a node', () => {
  const nodeRef = ({ nodes }: Cluster) => ({ kind: 'node', id: new URL(nodes[0]?.url ?? '').host });
  const trail = (of: Cluster) => of.store.audit.history(nodeRef(of), { limit: 10 });
  const flushed = (of: Cluster) => Promise.all(of.instances.map(({ service }) => service.chain.flushed()));

  /** Reads at every instance until the first node's breaker has opened. */
  async function openFirst(of: Cluster): Promise<void> {
    of.nodes[0]?.fault('down');
    await eventually(async () => {
      for (const { get } of of.instances) await get(accountPath(0), fromChain);
      of.pass(5_100);
      await flushed(of);
      return (await of.store.progress.read()).nodes[nodeRef(of).id]?.open === true;
    });
  }

  test('has one entry for each time that its breaker opened or closed, from any process', async () => {
    cluster = await startCluster({ instances: 5 });
    const got = await cluster.instances[0]?.get(accountPath(0), fromChain);
    expect(got?.status).toBe(200);
    expect(await trail(cluster)).toEqual([]);

    await openFirst(cluster);
    // One process stores the transition. The store refuses it to the others, so they write no entry.
    for (const { get } of cluster.instances) await get(accountPath(1), fromChain);
    await flushed(cluster);
    const [opened, ...none] = await trail(cluster);
    expect(none).toEqual([]);
    expect(opened).toMatchObject({
      sequence: 1,
      cause: 'health',
      actor: 'service',
      before: { open: false },
      after: { open: true, reason: expect.stringContaining('info_get_status') },
      block: null,
    });

    cluster.nodes[0]?.fault(undefined);
    cluster.pass(60_000);
    for (const { get } of cluster.instances) await get(accountPath(2), fromChain);
    const of = cluster;
    await eventually(async () => (await of.store.progress.read()).nodes[nodeRef(of).id]?.open === false);
    await flushed(cluster);
    expect(await trail(cluster)).toMatchObject([
      { sequence: 2, before: { open: true }, after: { open: false, reason: null }, previousDigest: opened?.digest },
      { sequence: 1 },
    ]);
  });

  test('has no entry for failed probes, because the breaker was already open', async () => {
    cluster = await startCluster();
    await openFirst(cluster);
    for (let window = 0; window < 3; window += 1) {
      cluster.pass(60_000);
      await cluster.instances[0]?.get(accountPath(window), fromChain);
      await flushed(cluster);
    }
    expect(await trail(cluster)).toHaveLength(1);
  });

  test('does not affect a read when its entry cannot be written', async () => {
    const tried: unknown[] = [];
    cluster = await startCluster({
      onCall: (name, args) => {
        if (name !== 'audit.append') return;
        tried.push(args);
        throw new Error('no trail');
      },
    });
    await openFirst(cluster);
    expect(tried).toHaveLength(1);
    const got = await cluster.instances[0]?.get(accountPath(1), fromChain);
    expect(got?.body).toMatchObject({ meta: { source: 'chain' }, data: truth.account(accounts[1] ?? '', 60) });
  });
});

describe('a sync that stalls and advances again', () => {
  const since = '2026-11-24T10:00:00.000Z';
  const stalled = { since, reason: 'no node has block 61' };
  const later = { since: '2026-11-24T10:01:00.000Z', reason: 'still none' };

  function start() {
    let fail: string | undefined;
    const { tables, ...store } = createMemoryStore({
      onCall(name) {
        if (name !== fail) return;
        fail = undefined;
        throw new Error('the process has ended');
      },
    });
    const counted: string[] = [];
    const logged: string[] = [];
    const metrics = {
      count: (metric: string) => void counted.push(metric),
      gauge: () => undefined,
      measure: () => undefined,
      upstream: () => undefined,
    };
    const quiet = () => undefined;
    const log = { debug: quiet, info: quiet, error: quiet, warn: (message: string) => void logged.push(message) };
    const service = { ...store, metrics, log, clock: clockOf(() => Date.parse('2026-11-24T11:00:00.000Z')) };
    return {
      tables,
      counted,
      logged,
      note: (stall: typeof stalled | null) => noteStall(stall, service),
      endAt: (call: string) => {
        fail = call;
      },
      events: () => [...tables.outbox.values()].map(({ event }) => [event.type, event.at]),
      trail: () => (tables.audit.get('service#sync') ?? []).map(({ before, after }) => [before, after]),
    };
  }

  test('is published once, although several processes see it', async () => {
    const { note, events, trail, counted, logged, tables } = start();
    await note(null);
    expect([events(), trail()]).toEqual([[], []]);
    await note(stalled);
    await note(later);
    await note(later);
    expect(tables.progress.stalled).toEqual(stalled);
    expect(events()).toEqual([['SyncStalled', since]]);
    expect(trail()).toEqual([[{ stalled: null }, { stalled }]]);
    expect(counted).toEqual(['SyncStalled']);
    await note(null);
    await note(null);
    expect(tables.progress.stalled).toBeNull();
    // Said once, with how long it took.
    const seconds = (Date.parse('2026-11-24T11:00:00.000Z') - Date.parse(since)) / 1_000;
    expect(counted).toEqual(['SyncStalled', 'SyncRecovered']);
    expect(logged).toEqual([`sync moves again after ${seconds} s`]);
    expect(events()).toEqual([
      ['SyncStalled', since],
      ['SyncRecovered', '2026-11-24T11:00:00.000Z'],
    ]);
    expect(trail()).toEqual([
      [{ stalled: null }, { stalled }],
      [{ stalled }, { stalled: null }],
    ]);
  });

  test.each(['audit.append', 'outbox.put', 'progress.read'])(
    'is published by the next process when one ends at %s',
    async (call) => {
      const { note, events, trail, endAt } = start();
      endAt(call);
      await expect(note(stalled)).rejects.toThrow('ended');
      await note(later);
      expect([events(), trail()]).toEqual([[['SyncStalled', since]], [[{ stalled: null }, { stalled }]]]);
    },
  );

  test.each(['audit.append', 'outbox.put', 'progress.noteStall'])(
    'publishes its end when a process ends at %s',
    async (call) => {
      const { note, events, trail, endAt, tables } = start();
      await note(stalled);
      endAt(call);
      await expect(note(null)).rejects.toThrow('ended');
      await note(null);
      expect(tables.progress.stalled).toBeNull();
      expect(events().map(([type]) => type)).toEqual(['SyncStalled', 'SyncRecovered']);
      expect(trail()).toHaveLength(2);
    },
  );
});

test('a write of code with an older logic version is refused and audited once for each value; the reader gets an answer', async () => {
  const running = await startService({ height: 60 });
  try {
    const ref = { kind: 'account', id: accounts[0] ?? '' };
    const read = () => lookup(ref, { ...defaultReadOptions, noCache: true }, running.service);
    await read();
    const key = `account#${ref.id}`;
    const { records, audit } = running.store.tables;
    const value = { mainPurse: 'of a newer logic version' };
    const newer = { ...records.get(key), logicVersion: LOGIC_VERSION + 1, value, digest: digestOf(value) } as never;
    records.set(key, newer);
    const answers = [await read(), await read()];
    for (const { source, data } of answers)
      expect({ source, data }).toEqual({ source: 'chain', data: truth.account(ref.id, 60) });
    expect(records.get(key)).toEqual(newer);
    const refusals = audit.get(`refusal#${key}`) ?? [];
    expect(refusals).toHaveLength(1);
    expect(refusals[0]).toMatchObject({
      cause: 'refusal',
      before: null,
      after: {
        reason: expect.stringContaining(`logic version ${LOGIC_VERSION}`),
        digest: expect.stringMatching(/^[0-9a-f]{64}$/),
      },
      block: { height: 60 },
    });
    expect(refusals[0]?.after).not.toMatchObject({ digest: digestOf(value) });
    expect(running.service.telemetry.counts()).toMatchObject({ Refused: 2 });
  } finally {
    await running.close();
  }
});
