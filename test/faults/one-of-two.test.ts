import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { type DevChain, startDevChain } from '../../infra/local/dev-chain/dev-chain.ts';
import { FAULTS, type Fault } from '../../infra/local/dev-chain/fault.ts';
import { recordedExamples } from '../../infra/local/dev-chain/recorded-examples.ts';
import { createTables, type Engine, startEngine } from '../../infra/local/engine/engine.ts';
import type { Answer } from '../../lib/domain/answer.ts';
import type { EntityRef } from '../../lib/domain/entity.ts';
import { defaultReadOptions } from '../../lib/domain/freshness.ts';
import { readConfig } from '../../lib/runtime/config.ts';
import { namePrefix } from '../../lib/runtime/names.ts';
import { createService, type Running } from '../../lib/runtime/service.ts';
import { createDynamo, type Dynamo } from '../../lib/store/dynamodb/client.ts';
import { createStore } from '../../lib/store/store.ts';
import { lookup } from '../../lib/usecases/reading/lookup.ts';
import { absent, examples, noTransaction, others } from './examples.ts';

const height = 60;
const warming: EntityRef = { kind: 'account', id: recordedExamples['chain-a'].owner };

let first: DevChain;
let second: DevChain;
let sound: ReadonlyMap<string, Answer['data']>;
let engine: Engine;
let dynamo: Dynamo;

beforeAll(async () => {
  delete process.env.AWS_ENDPOINT_URL_DYNAMODB;
  process.env.POWERTOOLS_LOG_LEVEL = 'CRITICAL';
  [first, second] = await Promise.all([startDevChain({ height }), startDevChain({ height })]);
  await startStore();
  sound = new Map();
  const { service } = serviceOn([second]);
  for (const { ref } of [...examples, ...others, ...absent]) {
    const { data } = await lookup(ref, defaultReadOptions, service);
    (sound as Map<string, Answer['data']>).set(ref.kind + ref.id, data);
  }
  await stopStore();
});
afterAll(() => Promise.all([first.close(), second.close()]));

/** Every case begins with an empty store and sound nodes. */
beforeEach(startStore);
afterEach(async () => {
  first.fault(undefined);
  await stopStore();
});

async function startStore(): Promise<void> {
  engine = await startEngine();
  dynamo = createDynamo({ endpoint: engine.endpoint });
  await createTables(dynamo, namePrefix('local'));
}

async function stopStore(): Promise<void> {
  dynamo.destroy();
  await engine.stop();
}

/** A process that has just started, on a clock that can be put forward past the time for which a node is avoided. */
function serviceOn(nodes: readonly DevChain[]): { service: Running; pass(milliseconds: number): void } {
  let ahead = 0;
  const config = readConfig({
    ASTAKE_ENVIRONMENT: 'local',
    CASPER_RPC_URLS: nodes.map(({ url }) => url).join(','),
    CASPER_CHAIN_NAME: nodes[0]?.chainName,
    ASTAKE_MAX_TIP_AGE_SECONDS: '0',
    ASTAKE_COLLECTIONS: JSON.stringify(recordedExamples['chain-a'].collections),
    // A busy machine is no fault of the other node's.
    ASTAKE_DEADLINE_MS: '8000',
    ASTAKE_ATTEMPT_MS: '2000',
  });
  const clock = { now: () => Date.now() + ahead };
  return {
    service: createService(config, { clock, store: createStore(dynamo, namePrefix('local')) }),
    pass: (milliseconds) => {
      ahead += milliseconds;
    },
  };
}

/** What a read says, and how often it asked the faulty node. */
async function readOf(ref: EntityRef, service: Running) {
  first.resetCalls();
  const { source, stale, block, data } = await lookup(ref, defaultReadOptions, service);
  return { ref, source, stale, height: block.height, data, calls: first.calls().total };
}

const asWithoutFault = (ref: EntityRef) => ({
  ref,
  source: 'chain',
  stale: false,
  height,
  data: sound.get(ref.kind + ref.id),
});

/** Only when no node knows a transaction is it absent, so that one is asked for everywhere, in both of its kinds. */
const mostCalls = ({ kind, id }: EntityRef): number => (kind === 'transaction' && id === noTransaction ? 3 : 1);

/** A node that finds nothing has a sound status: only what it says of state gives it away, after it has been asked. */
const oneCall = FAULTS.filter((fault) => fault !== 'nothing-found');

describe('While the first of two nodes is faulty', () => {
  describe.each(oneCall)('(%s)', (fault: Fault) => {
    test('a process that has just started answers as without the fault, for at most one call to that node', async () => {
      first.fault(fault, { blocksBehind: 20 });
      for (const { ref } of [...examples, ...absent]) {
        const { calls, ...read } = await readOf(ref, serviceOn([first, second]).service);
        expect(read).toEqual(asWithoutFault(ref));
        expect(calls).toBeGreaterThanOrEqual(1);
        expect({ ref, few: calls <= mostCalls(ref) }).toEqual({ ref, few: true });
      }
    });

    test('a warm process answers as without the fault, for at most one call to that node', async () => {
      const { service, pass } = serviceOn([first, second]);
      await lookup(warming, defaultReadOptions, service);
      first.fault(fault, { blocksBehind: 20 });
      for (const [number, { ref }] of [...others, ...absent].entries()) {
        // Time to look after a node that failed: on the side, and until its breaker opens.
        pass(5_100);
        const { calls, ...read } = await readOf(ref, service);
        expect(read).toEqual(asWithoutFault(ref));
        expect(calls).toBeGreaterThanOrEqual(number === 0 ? 1 : 0);
        expect({ ref, few: calls <= mostCalls(ref) }).toEqual({ ref, few: true });
        // In between nobody asks it.
        const again = await readOf(examples[3]?.ref as EntityRef, service);
        expect(again.calls).toBe(0);
      }
    });
  });

  test('a node that finds nothing in state is caught before its word for absence counts', async () => {
    first.fault('nothing-found');
    for (const { ref } of [...examples, ...absent]) {
      const { calls, ...read } = await readOf(ref, serviceOn([first, second]).service);
      expect(read).toEqual(asWithoutFault(ref));
      expect(calls).toBeLessThanOrEqual(8);
    }
  });

  test('a warm process that finds out about lost state reads from the other node', async () => {
    const { service } = serviceOn([first, second]);
    await lookup(warming, defaultReadOptions, service);
    first.fault('nothing-found');
    for (const { ref } of [...others, ...absent]) {
      const { calls: _calls, ...read } = await readOf(ref, service);
      expect(read).toEqual(asWithoutFault(ref));
    }
  });

  test.each(oneCall.filter((fault) => fault !== 'lagging' && fault !== 'catching-up' && fault !== 'wrong-network'))(
    'a node whose status is right and whose state fails (%s) is replaced in the middle of a read',
    async (fault) => {
      first.fault(fault, { methods: ['query_global_state', 'query_balance_details', 'info_get_transaction'] });
      for (const { ref } of [...examples, ...absent]) {
        const { calls: _calls, ...read } = await readOf(ref, serviceOn([first, second]).service);
        expect(read).toEqual(asWithoutFault(ref));
      }
    },
  );
});
