import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { type DevChain, startDevChain } from '../../infra/local/dev-chain/dev-chain.ts';
import { type Fault, READING_FAULTS } from '../../infra/local/dev-chain/fault.ts';
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
import { patientStore } from '../chain/pool/cluster.ts';
import { clockOf } from '../support/clock.ts';
import { absent, examples, noTransaction, others } from './examples.ts';

const height = 60;
const warming: EntityRef = { kind: 'account', id: recordedExamples['chain-a'].owner };

let first: DevChain;
let second: DevChain;
let expectedData: ReadonlyMap<string, Answer['data']>;
let engine: Engine;
let dynamo: Dynamo;

beforeAll(async () => {
  delete process.env.AWS_ENDPOINT_URL_DYNAMODB;
  process.env.POWERTOOLS_LOG_LEVEL = 'CRITICAL';
  [first, second] = await Promise.all([startDevChain({ height }), startDevChain({ height })]);
  await startStore();
  expectedData = new Map();
  const { service } = serviceOn([second]);
  for (const { ref } of [...examples, ...others, ...absent]) {
    const { data } = await lookup(ref, defaultReadOptions, service);
    (expectedData as Map<string, Answer['data']>).set(ref.kind + ref.id, data);
  }
  await stopStore();
});
afterAll(() => Promise.all([first.close(), second.close()]));

/** Every case begins with an empty store and healthy nodes. */
beforeEach(startStore);
afterEach(async () => {
  first.fault(undefined);
  await stopStore();
});

async function startStore(): Promise<void> {
  engine = await startEngine();
  dynamo = createDynamo({ endpoint: engine.endpoint, ...patientStore });
  await createTables(dynamo, namePrefix('local'));
}

async function stopStore(): Promise<void> {
  dynamo.destroy();
  await engine.stop();
}

/** A process that has just started. Its clock stands still until it is moved, however long the machine takes. */
function serviceOn(nodes: readonly DevChain[]): { service: Running; pass(milliseconds: number): void } {
  let now = Date.now();
  const config = readConfig({
    ASTAKE_ENVIRONMENT: 'local',
    CASPER_RPC_URLS: nodes.map(({ url }) => url).join(','),
    CASPER_CHAIN_NAME: nodes[0]?.chainName,
    ASTAKE_MAX_TIP_AGE_SECONDS: '0',
    ASTAKE_PROVE_PERCENT: '0',
    ASTAKE_COLLECTIONS: JSON.stringify(recordedExamples['chain-a'].collections),
    // A busy machine must not look like a fault of the other node. A hedge replaces a silent node long before.
    ASTAKE_DEADLINE_MS: '50000',
    ASTAKE_ATTEMPT_MS: '20000',
  });
  const clock = clockOf(() => now);
  return {
    service: createService(config, { clock, store: createStore(dynamo, namePrefix('local')) }),
    pass: (milliseconds) => {
      now += milliseconds;
    },
  };
}

/** The answer of a read, and how often it asked the faulty node. */
async function readOf(ref: EntityRef, service: Running) {
  first.resetCalls();
  const { source, stale, block, data } = await lookup(ref, fromChain, service);
  return { ref, source, stale, height: block.height, data, calls: first.calls().total };
}

/** The chain must answer: an answer of the database is an error. */
const fromChain = { ...defaultReadOptions, staleIfError: 0 };

const asWithoutFault = (ref: EntityRef) => ({
  ref,
  source: 'chain',
  stale: false,
  height,
  data: expectedData.get(ref.kind + ref.id),
});

/** A transaction is absent only when no node knows it, so every node is asked for both of its kinds (rule KIND-2). */
const mostCalls = ({ kind, id }: EntityRef): number => (kind === 'transaction' && id === noTransaction ? 3 : 1);

/** What the chain does not have, or what is read with the help of keys that it does not have: the token is not burnt, no bid is there. */
const hasAbsences = (ref: EntityRef): boolean =>
  ref.kind === 'asset' || ref.kind === 'staking' || absent.some((one) => one.ref === ref);

/** Rule ANSWER-1: what one node sends too large is in the chain, though the other one finds nothing. */
async function expectTooLarge(ref: EntityRef, service: Running): Promise<void> {
  await expect(readOf(ref, service)).rejects.toMatchObject({ code: 'value_too_large', retryable: false });
}

/** A node that has lost its state has a right status: only its answers about state show the fault.
 * A slow node is one by the time that it takes: see `test/chain/pool/slow-node.test.ts`, in virtual time. */
const oneCall = READING_FAULTS.filter((fault) => fault !== 'nothing-found' && fault !== 'slow');

describe('While the first of two nodes is faulty', () => {
  describe.each(oneCall)('(%s)', (fault: Fault) => {
    test('a process that has just started answers as without the fault, for at most one call to that node', async () => {
      first.fault(fault, { blocksBehind: 20 });
      for (const { ref } of [...examples, ...absent]) {
        if (fault === 'huge' && ref.id === noTransaction) {
          // Its status is not believed, but every node is asked for what may be absent.
          await expectTooLarge(ref, serviceOn([first, second]).service);
          continue;
        }
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
        // The faulty node is due for a probe, until its breaker opens.
        pass(5_100);
        const { calls, ...read } = await readOf(ref, service);
        expect(read).toEqual(asWithoutFault(ref));
        expect(calls).toBeGreaterThanOrEqual(number === 0 ? 1 : 0);
        expect({ ref, few: calls <= mostCalls(ref) }).toEqual({ ref, few: true });
        // Until then it is not asked.
        const again = await readOf(examples[3]?.ref as EntityRef, service);
        expect(again.calls).toBe(0);
      }
    });
  });

  test('a node that has lost its state is found out before its "not found" counts as an absence (rule KIND-1)', async () => {
    first.fault('nothing-found');
    for (const { ref } of [...examples, ...absent]) {
      const { calls, ...read } = await readOf(ref, serviceOn([first, second]).service);
      expect(read).toEqual(asWithoutFault(ref));
      expect(calls).toBeLessThanOrEqual(8);
    }
  });

  test('a warm process that finds a node without state reads from the other node', async () => {
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
        const { service } = serviceOn([first, second]);
        if (fault === 'huge' && hasAbsences(ref)) await expectTooLarge(ref, service);
        else {
          const { calls: _calls, ...read } = await readOf(ref, service);
          expect(read).toEqual(asWithoutFault(ref));
        }
      }
    },
  );
});
