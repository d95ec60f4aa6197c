import type { EntityRef } from '../../../../lib/domain/entity.ts';
import type { Chain } from '../../../../lib/domain/ports/chain.ts';
import type { Service } from '../../../../lib/domain/service.ts';
import { createBasisReader } from '../../../../lib/usecases/observing/bases.ts';
import { createMemory } from '../../../../lib/usecases/process/memory.ts';
import { createSnapshots } from '../../../../lib/usecases/process/snapshots.ts';
import { createTraffic } from '../../../../lib/usecases/process/traffic.ts';
import { clockOf } from '../../../support/clock.ts';
import { createMemoryStore, type MemoryStore, type MemoryTables } from '../../../support/memory-store.ts';
import { createFakeChain, type Histories, type Network } from './fake-chain.ts';
import { definitions, shared } from './kinds.ts';

export type Role = 'reader' | 'runner' | 'client' | 'world';

/** One process: its role and its work. */
export interface Actor {
  readonly name: string;
  readonly role: Role;
  run(self: Self): Promise<void>;
  /** Begins when these have ended. */
  readonly after?: readonly string[];
  /** How far its clock is ahead: for a runner that finds the lease of another one expired. */
  readonly aheadMs?: number;
  /** How many blocks its node is behind. */
  readonly behind?: number;
  /** It may be killed at any point: everything must be right without its further steps. */
  readonly mortal?: true;
  /** Its writes of the head are steps of their own. Elsewhere they happen with the step before: no claim depends on them. */
  readonly publishes?: true;
}

/** What a process works with. */
export interface Self {
  readonly service: Service;
  readonly world: World;
  /** A step that is not a call of a port. */
  step(name: string): Promise<void>;
  /** Moves its own clock. */
  pass(milliseconds: number): void;
}

export interface Scenario {
  readonly name: string;
  readonly histories: Histories;
  /** What is looked up and compared with the true values. */
  readonly refs: readonly EntityRef[];
  /** What happens before the race, one after the other. */
  readonly before: readonly Actor[];
  readonly actors: readonly Actor[];
  /** How many interruptions a schedule has at most, when every schedule is tried. */
  readonly preemptions: number;
}

/** Everything that processes share, and what was found wrong. */
export interface World {
  readonly tables: MemoryTables;
  readonly network: Network;
  readonly clock: { now: number };
  readonly histories: Histories;
  readonly wrong: string[];
}

export type Ports = Omit<MemoryStore, 'tables'> & { readonly chain: Chain };

/** From what a rule is taken out: the ports and the service of one process. */
export interface Parts {
  readonly role: Role;
  readonly ports: Ports;
  /** The same tables without a gate: for a step that happens together with the call before. */
  readonly direct: Omit<MemoryStore, 'tables'>;
  readonly world: World;
  gate(call: string): Promise<void>;
}

/** Takes a rule out of all processes, or of those of one role. `rule`: its id, and a sentence. */
export interface Mutation {
  readonly rule: string;
  ports?(parts: Parts): Partial<Ports>;
  service?(service: Service, parts: Parts): Partial<Service>;
}

const beginning = Date.parse('2026-11-24T00:00:00.000Z');

/** Figures, which no test here reads. */
const traffic = createTraffic(clockOf(() => beginning));

export const emptyWorld = (histories: Histories): World => ({
  tables: createMemoryStore().tables,
  network: { fork: 0, tip: 1, oldest: 0 },
  clock: { now: beginning },
  histories,
  wrong: [],
});

export const copyOf = ({ tables, network, clock, histories }: World): World => ({
  ...structuredClone({ tables, network, clock }),
  histories,
  wrong: [],
});

/** A process with memory, snapshots and clock of its own. `gate` is awaited before each call that others may notice, or whose answer others may change. */
export function createProcess(
  actor: Omit<Actor, 'run'>,
  world: World,
  gate: (call: string) => Promise<void>,
  mutation?: Mutation,
): Self {
  const { tables, network, histories, wrong } = world;
  let passed = actor.aheadMs ?? 0;
  const clock = clockOf(() => world.clock.now + passed);
  const isStep = (call: string): boolean => isSeen(call) || (call === 'progress.seeHead' && actor.publishes === true);
  const onCall = (call: string) => (isStep(call) ? gate(call) : undefined);
  const { tables: _, ...gated } = createMemoryStore({ tables, onCall });
  const { tables: __, ...direct } = createMemoryStore({ tables });
  const look = () => gate('chain.tip');
  const whole = { ...gated, chain: createFakeChain({ histories, network, look, behind: actor.behind ?? 0 }) };
  const parts: Parts = { role: actor.role, ports: whole, direct, world, gate };
  const ports: Ports = { ...whole, ...mutation?.ports?.(parts) };
  const quiet = () => undefined;
  const limits = {
    deadlineMs: 10_000,
    staleLimitSeconds: 1_000_000_000,
    lateSeconds: 0,
    absentCallsPerMinute: 0,
    reconcileCalls: 0,
    sampleShare: 0,
  };
  const snapshots = createSnapshots({ progress: ports.progress, records: ports.records, clock });
  const service: Service = {
    ...ports,
    network: 'interleaving',
    snapshots,
    bases: createBasisReader({ chain: ports.chain, snapshots, clock, limits }),
    memory: createMemory(clock, 100),
    traffic,
    storeWatch: { uses: () => [] },
    refresher: { request: async () => undefined },
    reconciler: { start: async () => undefined },
    clock,
    log: {
      debug: quiet,
      info: quiet,
      warn: quiet,
      error: (message, details) => void wrong.push(`${actor.name}: ${message} ${JSON.stringify(details)}`),
    },
    metrics: { count: quiet, gauge: quiet, measure: quiet, upstream: quiet },
    limits,
    review: { fourEyes: false, owner: 'operations', hours: 72 },
    definitions,
    shared,
  };
  return {
    service: { ...service, ...mutation?.service?.(service, parts) },
    world,
    step: gate,
    pass: (milliseconds) => {
      passed += milliseconds;
    },
  };
}

/** Calls that no claim depends on happen with the step before; `watches.put` itself does nothing before its first write. */
const unseen = new Set([
  'watches.put',
  'progress.seeHead',
  'progress.takeLease',
  'progress.endLease',
  'progress.leasedUntil',
  'progress.releaseSyncLease',
]);

const isSeen = (call: string): boolean => !unseen.has(call);
