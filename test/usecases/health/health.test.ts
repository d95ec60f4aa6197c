import { describe, expect, test } from '@jest/globals';
import { refKey } from '../../../lib/domain/entity.ts';
import { StoreUnavailable } from '../../../lib/domain/errors.ts';
import { LOGIC_VERSION, type Progress } from '../../../lib/domain/progress.ts';
import type { Reconciliation, Tally } from '../../../lib/domain/reconciliation.ts';
import { emptyTally } from '../../../lib/domain/tally.ts';
import { appendEvents } from '../../../lib/usecases/events/append-events.ts';
import { readHealth } from '../../../lib/usecases/health/health.ts';
import { recordOf } from '../../store/samples.ts';
import { recordedTruth } from '../../support/recorded-truth.ts';
import { type Alter, createWorld } from '../following/world.ts';

const truth = recordedTruth('chain-a');
const height = 60;
const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const tickOf = (at: number, changed: object = {}) =>
  ({
    at: new Date(at).toISOString(),
    from: null,
    to: null,
    refreshed: 0,
    calls: 1,
    milliseconds: 80,
    stoppedBy: 'done',
    reason: null,
    stuckAt: null,
    ...changed,
  }) as never;

interface Options {
  readonly nodes?: readonly (Alter | undefined)[];
  readonly env?: Readonly<Record<string, string>>;
}

/** A service of which every part is well. */
async function started({ nodes, env = {} }: Options = {}) {
  const world = await createWorld({ height, env, ...(nodes && { nodes }) });
  const failing = new Set<string>();
  const service = world.process({
    onCall: (name) => {
      if (failing.has(name)) throw new StoreUnavailable(`${name}: the disk is full`);
    },
  });
  const now = service.clock.now();
  /** What is stored of the progress. */
  const follow = (changed: Partial<Progress>): void => {
    world.tables.progress = { ...world.tables.progress, ...changed };
  };
  follow({
    network: service.network,
    head: { ...truth.block(height), seenAt: iso(now) },
    cursor: truth.block(height),
    mark: height,
    followedFrom: 10,
    logicVersion: LOGIC_VERSION,
  });
  await service.progress.noteTick(tickOf(now));
  return {
    ...world,
    service,
    now,
    failing,
    follow,
    ask: () => readHealth(service),
    /** Another process that knows only what is stored. */
    askAnother: () => readHealth(world.process()),
    /** Ticks go on to succeed, and the head is seen. */
    advance: async (milliseconds: number) => {
      world.pass(milliseconds);
      follow({ head: { ...truth.block(height), seenAt: iso(service.clock.now()) } });
      await service.progress.noteTick(tickOf(service.clock.now()));
    },
  };
}

const iso = (milliseconds: number): string => new Date(milliseconds).toISOString();

async function finishRun(
  { service }: Awaited<ReturnType<typeof started>>,
  finishedAt: number,
  tally: Partial<Tally> = {},
  { verified, trails }: { readonly verified?: number; readonly trails?: Reconciliation['trails'] } = {},
): Promise<void> {
  const run: Reconciliation = {
    id: `run-${finishedAt}`,
    scope: { of: 'all' },
    dryRun: false,
    startedBy: 'schedule',
    status: 'finished',
    startedAt: iso(finishedAt - minuteMs),
    finishedAt: iso(finishedAt),
    attempt: 1,
    takenUpAt: iso(finishedAt - minuteMs),
    block: truth.block(height),
    callsAllowed: 100,
    reason: null,
    coverage: verified === undefined ? null : { records: 100, verified, oldest: iso(finishedAt), at: iso(finishedAt) },
    ...(trails && { trails }),
    revision: 1,
  };
  await service.reconciliations.begin(run, await service.reconciliations.latest());
  await service.reconciliations.saveShard(run.id, {
    shard: 0,
    revision: 1,
    page: null,
    tally: { ...emptyTally, ...tally },
    updatedAt: iso(finishedAt),
    phase: 'rest',
    after: null,
    done: true,
  });
}

test('health is healthy where every part is, and no reason is given', async () => {
  const { ask, service } = await started();
  const { status, components } = await ask();
  expect(Object.entries(components).map(([name, part]) => [name, part.status, part.since, part.reasons])).toEqual(
    Object.keys(components).map((name) => [name, 'healthy', null, []]),
  );
  expect(status).toBe('healthy');
  expect(components.sync).toMatchObject({ cursor: { height }, lagBlocks: 0, lagSeconds: 0 });
  expect(service.storeWatch.uses().filter(({ failing }) => failing !== null)).toEqual([]);
});

describe('health is not healthy', () => {
  test('while sync is stalled: the reason, the moment that is stored, and the route that helps', async () => {
    const { ask, askAnother, now, follow, service } = await started();
    const since = iso(now - 5 * minuteMs);
    follow({ stalled: { since, reason: 'the network has another block' } });
    await service.progress.noteTick(tickOf(now, { stoppedBy: 'reset', reason: 'block 60 is another one; go to 58' }));
    for (const { status, components } of [await ask(), await askAnother()]) {
      expect(status).toBe('degraded');
      expect(components.sync).toMatchObject({
        status: 'down',
        since,
        reasons: [{ code: 'sync_stalled', since, action: expect.stringContaining('POST /v1/sync/rewind') }],
      });
      expect(components.sync.reasons[0]?.detail).toContain('go to 58');
    }
  });

  test('from the first tick that made no progress, since the first of them, with the record that was not read', async () => {
    const { ask, now, service, pass } = await started();
    pass(minuteMs);
    const stuckAt = 'account#account-hash-1';
    for (const ago of [40_000, 10_000]) {
      await service.progress.noteTick(
        tickOf(now + minuteMs - ago, { stoppedBy: 'chain', reason: 'it cannot be read', stuckAt }),
      );
    }
    expect((await ask()).components.sync).toMatchObject({
      status: 'degraded',
      since: iso(now + 20_000),
      reasons: [{ code: 'tick_chain', ref: { kind: 'account', id: 'account-hash-1' } }],
    });
  });

  test('while a block stops sync: it names the block and how to pass it', async () => {
    const { ask, now, service } = await started();
    await service.progress.noteTick(tickOf(now, { stoppedBy: 'chain', reason: 'too large', stuckAt: 'block#61' }));
    expect((await ask()).components.sync.reasons).toMatchObject([
      { ref: null, action: expect.stringContaining('{"passBlock": 61}') },
    ]);
  });

  test('while no tick runs, since the last one ended', async () => {
    const { ask, now, pass } = await started();
    pass(6 * minuteMs);
    const { sync } = (await ask()).components;
    expect(sync.reasons).toContainEqual(expect.objectContaining({ code: 'sync_idle', since: iso(now + 80) }));
    expect(sync.since).toBe(iso(now + 80));
  });

  test('while blocks were passed unseen and no reconciliation has covered them since', async () => {
    const { ask, now, follow } = await started();
    const reconcileFrom = { height: 55, reason: 'block 55 was passed unseen', at: iso(now - hourMs) };
    follow({ reconcileFrom });
    const { status, components } = await ask();
    expect(status).toBe('degraded');
    expect(components.sync).toMatchObject({
      status: 'degraded',
      since: iso(now - hourMs),
      reasons: [{ code: 'reconciliation_owed', action: expect.stringContaining('POST /v1/reconciliations') }],
    });
  });

  test('while the store takes no writes, although it can be read: the look itself tries one', async () => {
    const { ask, failing, now, pass } = await started();
    failing.add('progress.takeLease');
    expect((await ask()).components).toMatchObject({ reads: { status: 'healthy' }, writes: { status: 'down' } });
    pass(30_000);
    const { status, components } = await ask();
    expect(status).toBe('degraded');
    expect(components.writes).toMatchObject({
      status: 'down',
      since: iso(now),
      reasons: [{ code: 'writes_fail', table: 'progress', detail: expect.stringContaining('the disk is full') }],
    });
  });

  test('while writes to one table fail, until one succeeds; the recovery is logged and counted once', async () => {
    const { ask, failing, now, service, pass, logged, counted } = await started();
    failing.add('audit.append');
    const entry = {
      ref: { kind: 'service', id: 'x' },
      cause: 'sync',
      actor: 'service',
      before: null,
      after: { a: 1 },
      block: null,
      timestamp: iso(now),
    } as const;
    await expect(service.audit.append(entry)).rejects.toThrow('full');
    pass(12_000);
    await expect(service.audit.append(entry)).rejects.toThrow('full');
    expect((await ask()).components.writes).toMatchObject({
      status: 'degraded',
      since: iso(now),
      reasons: [{ table: 'audit', action: expect.stringContaining('disk') }],
    });
    failing.clear();
    pass(300_000);
    await service.audit.append(entry);
    await service.audit.append({ ...entry, after: { a: 2 } });
    expect((await ask()).components.writes).toMatchObject({ status: 'healthy', since: null });
    expect(logged.filter((line) => line.includes('succeed again'))).toEqual([
      'writes to the table audit succeed again after 312 s {"table":"audit","seconds":312}',
    ]);
    expect(counted.get('StoreRecovered')).toBe(1);
  });

  test('while the store cannot be read, and nothing is said of what it holds', async () => {
    const { ask, failing } = await started();
    for (const call of ['progress.read', 'conflicts.count', 'outbox.unpublished', 'reconciliations.list']) {
      failing.add(call);
    }
    const { status, components } = await ask();
    expect(status).toBe('degraded');
    expect(components).toMatchObject({
      reads: { status: 'down' },
      sync: { status: 'unknown' },
      conflicts: { status: 'unknown' },
      events: { status: 'unknown' },
      reconciliation: { status: 'unknown' },
      audit: { status: 'unknown' },
    });
  });

  test('while conflicts await a person, since the oldest of them; it names the records', async () => {
    const { ask, tables, now } = await started();
    const conflict = (id: string, ago: number, status = 'awaiting-review') =>
      tables.conflicts.set(id, {
        id,
        ref: { kind: 'account', id },
        status,
        openedAt: iso(now - ago),
        owner: 'operations',
        deadline: iso(now + hourMs),
      } as never);
    conflict('one', hourMs);
    conflict('two', 3 * hourMs);
    conflict('three', 4 * hourMs, 'resolved');
    const { status, components } = await ask();
    expect(status).toBe('degraded');
    expect(components.conflicts).toMatchObject({
      status: 'degraded',
      since: iso(now - 3 * hourMs),
      reasons: [
        { detail: '2 conflicts await the decision of a person.' },
        { ref: { kind: 'account', id: 'two' }, since: iso(now - 3 * hourMs) },
        { ref: { kind: 'account', id: 'one' } },
      ],
    });
    expect(components.conflicts.reasons[0]?.action).toContain('GET /v1/conflicts?status=awaiting-review');
  });

  test('while a conflict that needs no person is still open after ten minutes', async () => {
    const { ask, tables, now, advance } = await started();
    const conflict = { id: 'lost', ref: { kind: 'account', id: 'lost' }, status: 'open', openedAt: iso(now) };
    tables.conflicts.set('lost', conflict as never);
    await advance(9 * minuteMs);
    expect((await ask()).components.conflicts.status).toBe('healthy');
    await advance(2 * minuteMs);
    expect((await ask()).components.conflicts).toMatchObject({
      status: 'degraded',
      since: iso(now),
      reasons: [
        { code: 'conflict_unresolved', ref: conflict.ref, action: expect.stringContaining('dead-letter queue') },
      ],
    });
  });

  test('while an event waits for ten minutes, not before', async () => {
    const { ask, advance, service, now } = await started();
    await service.outbox.put({ id: 'SyncStalled#1', type: 'SyncStalled', at: iso(now), detail: {} });
    await advance(9 * minuteMs);
    expect((await ask()).components.events.status).toBe('healthy');
    await advance(2 * minuteMs);
    const { status, components } = await ask();
    expect(status).toBe('degraded');
    expect(components.events).toMatchObject({ since: iso(now), reasons: [{ code: 'feed_stands_still' }] });
    // Rule FEED-3: with a place in the feed, only the bus is behind.
    const [stored] = await service.outbox.find(['SyncStalled#1']);
    if (stored !== undefined) await appendEvents([stored.event], service);
    const after = (await ask()).components.events;
    expect(after).toMatchObject({ since: iso(now), reasons: [{ code: 'events_unpublished' }] });
  });

  test('while no reconciliation has finished for two hours, counted from the last one', async () => {
    const world = await started();
    const { ask, askAnother, advance, now } = world;
    await finishRun(world, now);
    await advance(119 * minuteMs);
    expect((await ask()).status).toBe('healthy');
    await advance(2 * minuteMs);
    for (const { status, components } of [await ask(), await askAnother()]) {
      expect(status).toBe('degraded');
      expect(components.reconciliation).toMatchObject({
        since: iso(now + 2 * hourMs),
        reasons: [{ code: 'reconciliation_overdue', action: expect.stringContaining('/v1/reconciliations') }],
      });
    }
  });

  test('while coverage is lower than it was, since the first run that left it so', async () => {
    const world = await started();
    const { ask, now, advance } = world;
    for (const [at, verified] of [70, 100, 96, 92, 90].entries()) {
      await advance(minuteMs);
      await finishRun(world, now + at * minuteMs, {}, { verified });
      if (verified === 96) expect((await ask()).status).toBe('healthy');
    }
    const { status, components } = await ask();
    expect(status).toBe('degraded');
    expect(components.reconciliation).toMatchObject({
      since: iso(now + 3 * minuteMs),
      reasons: [
        {
          code: 'coverage_falls',
          detail: expect.stringMatching(/left 90 % .* 100 % before/),
          action: expect.stringContaining(`GET /v1/reconciliations/run-${now + 4 * minuteMs}`),
        },
      ],
    });
    await finishRun(world, now + 5 * minuteMs, {}, { verified: 97 });
    expect((await ask()).status).toBe('healthy');
  });

  test('while none has ever finished, and a record has waited for more than two hours', async () => {
    const { ask, now, tables } = await started();
    const record = recordOf({ id: 'a', checkedAt: iso(now - 3 * hourMs) });
    tables.records.set(refKey(record.ref), record);
    expect((await ask()).components.reconciliation).toMatchObject({
      status: 'degraded',
      since: iso(now - hourMs),
      reasons: [{ code: 'reconciliation_overdue' }],
    });
  });

  test('while the last reconciliation has left problems, or has found a broken audit trail', async () => {
    const world = await started();
    const ref = { kind: 'account', id: 'account-hash-1' };
    const problems = [{ check: 'trail', problem: 'entry 2 is gone', outcome: 'unfixed' }] as const;
    const sample = { ref, finding: 'match', problems, outcome: 'unfixed', height, through: height, conflict: null };
    await finishRun(world, world.now, {
      counts: { ...emptyTally.counts, match: 1, unfixed: 1 },
      byCheck: { trail: { passed: 0, failed: 1, untold: 0 } },
      samples: [sample as never],
    });
    const { status, components } = await world.ask();
    expect(status).toBe('degraded');
    expect(components.reconciliation).toMatchObject({
      reasons: [{ code: 'problems_left', ref, since: iso(world.now) }],
    });
    expect(components.audit).toMatchObject({
      status: 'degraded',
      since: iso(world.now),
      reasons: [{ code: 'trail_broken', ref, detail: expect.stringContaining('entry 2 is gone') }],
    });
    expect(components.audit.reasons[0]?.action).toContain('audit:verify');
    // The next whole run decides, not one that was dry.
    await finishRun(world, world.now + 1);
    expect((await world.ask()).status).toBe('healthy');
  });

  test('while an audit trail is broken, with the sequence and since when (rule AUDIT-4)', async () => {
    const world = await started();
    const ref = { kind: 'service', id: 'reconciliations' };
    const since = iso(world.now - hourMs);
    const broken = [{ ref, sequence: 7, problem: 'the entry is missing', since }];
    await finishRun(world, world.now, {}, { trails: { broken, oldest: since, after: null } });
    expect((await world.ask()).components.audit).toMatchObject({
      status: 'degraded',
      since,
      reasons: [
        {
          code: 'trail_broken',
          ref,
          since,
          detail: expect.stringContaining('Entry 7 of service reconciliations: the'),
        },
      ],
    });
    await finishRun(world, world.now + 1, {}, { trails: { broken: [], oldest: since, after: null } });
    expect((await world.ask()).components.audit.status).toBe('healthy');
  });

  test('while a configured collection is not what the chain has; the chain is asked once a minute', async () => {
    const collections = JSON.stringify({ wrong: { package: '0'.repeat(64), standard: 'cep78' } });
    const { ask, pass, nodes, now } = await started({ env: { ASTAKE_COLLECTIONS: collections } });
    const { status, components } = await ask();
    expect(status).toBe('degraded');
    expect(components.configuration).toMatchObject({
      status: 'degraded',
      since: iso(now),
      reasons: [{ code: 'configured_contract', action: expect.stringContaining('ASTAKE_COLLECTIONS') }],
    });
    expect(components.configuration.reasons[0]?.detail).toContain('0'.repeat(64));
    const states = () => nodes[0]?.calls().byMethod.query_global_state;
    const asked = states();
    pass(30_000);
    expect((await ask()).components.configuration.since).toBe(iso(now));
    expect(states()).toBe(asked);
  });
});

describe('of nodes health says', () => {
  const refusing: Alter = () => ({ jsonrpc: '2.0', id: 1, error: { code: -32603, message: 'Internal error' } });

  test('which one, which method, which code, and since when', async () => {
    const { ask, pass, now } = await started({ nodes: [refusing, undefined] });
    await ask();
    pass(5_000);
    const { status, components } = await ask();
    expect(status).toBe('degraded');
    expect(components.nodes).toMatchObject({
      status: 'degraded',
      since: iso(now),
      reasons: [{ node: 'n1', method: 'info_get_status', code: 'rpc_-32603', since: iso(now) }],
    });
    expect(components.chain.status).toBe('healthy');
  });

  test('since when also to a process that has just started, where the breaker is open', async () => {
    const { ask, pass, now, service, askAnother } = await started({ nodes: [refusing, undefined] });
    for (let look = 0; look < 6; look += 1) {
      await ask();
      pass(2_000);
    }
    await service.chain.flushed();
    expect((await askAnother()).components.nodes).toMatchObject({
      since: iso(now),
      reasons: [{ node: 'n1', method: 'info_get_status', code: 'rpc_-32603' }],
    });
  });

  test('that they are well while the chain stands still, and for how long it has', async () => {
    const { ask, advance, now } = await started({
      nodes: [undefined, undefined],
      env: { ASTAKE_MAX_TIP_AGE_SECONDS: '120' },
    });
    const tip = Date.parse(truth.block(height).timestamp);
    await advance(Math.max(0, tip + 300_000 - now));
    const { status, components } = await ask();
    expect(status).toBe('degraded');
    expect(components.nodes).toMatchObject({ status: 'healthy', reasons: [] });
    expect(components.sync.status).toBe('healthy');
    expect(components.chain).toMatchObject({
      status: 'degraded',
      stalled: true,
      since: truth.block(height).timestamp,
      reasons: [{ code: 'stands_still', detail: expect.stringMatching(/no node has had a new block for \d+ s/) }],
    });
  });

  test('that they are down where none answers; while the store answers, the service is degraded', async () => {
    const { ask, failing } = await started({ nodes: [refusing] });
    expect(await ask()).toMatchObject({
      status: 'degraded',
      components: { nodes: { status: 'down' }, chain: { status: 'unknown' }, reads: { status: 'healthy' } },
    });
    failing.add('progress.read');
    expect((await ask()).status).toBe('down');
  });
});
