import { afterEach, expect, test } from '@jest/globals';
import { type DevChain, startDevChain } from '../../infra/local/dev-chain/dev-chain.ts';
import { loadRecording } from '../../infra/local/dev-chain/recording.ts';
import { defaultReadOptions } from '../../lib/domain/freshness.ts';
import { createService } from '../../lib/runtime/service.ts';
import { runTick } from '../../lib/usecases/following/tick.ts';
import { lookup } from '../../lib/usecases/reading/lookup.ts';
import { lacking } from '../support/lacking.ts';
import { recordedTruth } from '../support/recorded-truth.ts';
import { answerOf, type Override } from '../support/rpc-proxy.ts';
import { type Network, startNetwork } from './network.ts';

const { blocks } = loadRecording('chain-e');
const truth = recordedTruth('chain-e');
const [cursor, forgedFrom, trueFrom, trusted, tip] = [5, 20, 85, 91, 95];

let honest: DevChain;
let running: Network;
afterEach(async () => {
  await running.close();
  await honest.close();
});

/** Of the newest blocks, and of what is asked without a block, the node says what is so. */
function trueOnlyFrom(height: number, isOn: () => boolean): Override {
  const hashes = blocks.slice(height).flatMap(({ hash, header }) => [hash, header.state_root_hash]);
  return async ({ method, params }) => {
    const text = JSON.stringify(params ?? {});
    const isNew =
      Number(/"Height":(\d+)/.exec(text)?.[1] ?? -1) >= height || hashes.some((hash) => text.includes(hash));
    const isNewest =
      method === 'info_get_status' || (method === 'chain_get_block' && !text.includes('block_identifier'));
    if (!isOn() || !(isNew || isNewest)) return undefined;
    return answerOf(honest.url, { method, params });
  };
}

test('rule PROOF-4: sync that is behind a newer anchor takes nothing of blocks that all nodes make up in between', async () => {
  honest = await startDevChain({ recording: 'chain-e', height: tip });
  let areLying = false;
  const lying = trueOnlyFrom(trueFrom, () => areLying);
  running = await startNetwork({ recording: 'chain-e', nodes: [lying, lying, lying], height: cursor });
  const { node, store, service, another } = running;
  const ids = truth.accounts.filter(({ id }) => truth.account(id, cursor) !== null).map(({ id }) => id);
  for (const id of ids) await lookup({ kind: 'account', id }, { ...defaultReadOptions, noCache: true }, service);
  await runTick(another());
  const before = new Map(store.tables.records);
  expect(before.size).toBeGreaterThan(3);

  node.setHeight(tip);
  node.fault('forged', { fromHeight: forgedFrom });
  areLying = true;
  running.pass(60_000);
  const anchor = { height: trusted, hash: blocks[trusted]?.hash ?? lacking() };
  const later = createService({ ...service.config, anchor }, { clock: service.clock, store });
  for (let ticks = 1; ticks <= 3; ticks += 1)
    expect(await runTick(later)).toMatchObject({ stoppedBy: 'chain', to: null });
  expect(store.tables.progress.cursor?.height).toBe(cursor);
  expect(new Map(store.tables.records)).toEqual(before);

  // The nodes have come to their senses: it goes on.
  areLying = false;
  node.fault(undefined);
  running.pass(3_600_000);
  expect(await runTick(later)).toMatchObject({ stoppedBy: 'done', to: tip });
});
