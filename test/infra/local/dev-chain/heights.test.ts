import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type DevChain, startDevChain } from '../../../../infra/local/dev-chain/dev-chain.ts';
import { ask, askText } from './exchange.ts';

interface StateLine {
  readonly key: string;
  readonly versions: readonly { readonly height: number; readonly value?: object; readonly error?: object }[];
}

const TRANSFER_AT_11 = {
  transaction_hash: { Version1: 'cafc223003c10e5a809136966a1ab8dde6f8ca71bbd83b74b501107d549f376c' },
};
const NODE_1 = '01052d915be2a17d532a0676815ddd8add66a599b8699fcaebc51fc6f92553d1ce';
const NEVER_DELEGATED = '01e2767db075546e04160453a4404de23590df7c8865177e5a395b1fd1c5db2b03';

let chain: DevChain;
beforeAll(async () => {
  chain = await startDevChain();
});
afterAll(() => chain.close());

describe('the tip', () => {
  test('is in the status, and moves by setHeight', async () => {
    for (const height of [0, 60, 120, 12]) {
      chain.setHeight(height);
      const { result } = await ask(chain.url, 'info_get_status');
      expect([chain.height(), result.last_added_block_info.height]).toEqual([height, height]);
    }
  });

  test.each([-1, 121, 1.5, Number.NaN])('cannot be %d', (height) => {
    expect(() => chain.setHeight(height)).toThrow(RangeError);
  });

  test.each([
    [10, 0],
    [11, 11],
    [21, 11],
    [120, 120],
  ])('at %d has its newest switch block at %d', async (height, switchHeight) => {
    chain.setHeight(height);
    const { result } = await ask(chain.url, 'info_get_status');
    const block = await ask(chain.url, 'chain_get_block', { block_identifier: { Height: switchHeight } });
    expect(result.latest_switch_block_hash).toBe(block.result.block_with_signatures.block.Version2.hash);
  });

  test('makes a transaction unknown, then pending, then executed', async () => {
    const infoAt = (height: number) => {
      chain.setHeight(height);
      return ask(chain.url, 'info_get_transaction', TRANSFER_AT_11);
    };
    expect((await infoAt(9)).error?.code).toBe(-32014);
    expect((await infoAt(10)).result.execution_info).toBeNull();
    expect((await infoAt(11)).result.execution_info.block_height).toBe(11);
  });

  test('grows to the end of the recording, if it has an interval, and says that it has come there', async () => {
    const ends: number[] = [];
    const growing = await startDevChain({ height: 117, secondsPerBlock: 0.005, onEnd: (height) => ends.push(height) });
    const seen = [growing.height()];
    while (seen.at(-1) !== growing.lastHeight) {
      const { result } = await ask(growing.url, 'info_get_status');
      seen.push(result.last_added_block_info.height);
    }
    await growing.close();
    expect(ends).toEqual([120]);
    expect(seen).toEqual(seen.toSorted((a, b) => a - b));
    expect(growing.height()).toBe(120);
  });
});

describe('rewards and era summaries', () => {
  test('are those of the newest ended era, or of the requested era or block', async () => {
    chain.setHeight(60);
    const reward = async (era_identifier?: object) =>
      (await ask(chain.url, 'info_get_reward', { validator: NODE_1, ...(era_identifier && { era_identifier }) })).result
        ?.era_id;
    expect(await reward()).toBe(5);
    expect(await reward({ Era: 4 })).toBe(4);
    expect(await reward({ Block: { Height: 43 } })).toBe(4);
    expect(await reward({ Block: { Height: 40 } })).toBe(4);
  });

  test('do not exist for an era that has not ended, or for genesis', async () => {
    chain.setHeight(60);
    const code = async (era: number) =>
      (await ask(chain.url, 'info_get_reward', { validator: NODE_1, era_identifier: { Era: era } })).error?.code;
    expect([await code(6), await code(0)]).toEqual([-32023, -32024]);
  });

  test('are zero for a delegator without a reward, and an error for a validator outside the era', async () => {
    chain.setHeight(120);
    const { result } = await ask(chain.url, 'info_get_reward', { validator: NODE_1, delegator: NEVER_DELEGATED });
    expect(result.reward_amount).toBe('0');
    const outsider = await ask(chain.url, 'info_get_reward', { validator: NEVER_DELEGATED });
    expect(outsider.error).toMatchObject({ code: -32022, message: 'No rewards found' });
  });

  test('have the era of the requested block, and the allocations of the last era end', async () => {
    chain.setHeight(60);
    const at = async (height: number) =>
      (await ask(chain.url, 'chain_get_era_summary', { block_identifier: { Height: height } })).result.era_summary;
    const [atSwitch, after] = [await at(54), await at(55)];
    expect(after.stored_value).toEqual(atSwitch.stored_value);
    expect([atSwitch.era_id, after.era_id]).toEqual([5, 6]);
  });
});

describe.each(['chain-a', 'chain-d'] as const)('%s', (recording) => {
  const lines = readFileSync(
    new URL(`../../../../infra/local/recordings/${recording}/state.jsonl`, import.meta.url),
    'utf8',
  )
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as StateLine);
  const sample = lines.filter(({ versions }, at) => at % 40 === 0 || versions.length > 12);

  let node: DevChain;
  beforeAll(async () => {
    node = await startDevChain({ recording });
    node.setHeight(node.lastHeight);
  });
  afterAll(() => node.close());

  test('has the recorded value at every height, by block and by state root', async () => {
    let changes = 0;
    for (const { key, versions } of sample) {
      for (let height = 0; height <= node.lastHeight; height += 1) {
        const recorded = versions.findLast((version) => version.height <= height);
        const answer = await ask(node.url, 'query_global_state', {
          key,
          path: [],
          state_identifier: { BlockHeight: height },
        });
        expect([height, answer.result?.stored_value ?? answer.error]).toEqual([
          height,
          recorded?.value ?? recorded?.error,
        ]);
        if (recorded?.height !== height) continue;
        changes += 1;
        const { result } = await ask(node.url, 'chain_get_state_root_hash', { block_identifier: { Height: height } });
        const byRoot = await ask(node.url, 'query_global_state', {
          key,
          path: [],
          state_identifier: { StateRootHash: result.state_root_hash },
        });
        expect(byRoot.result?.stored_value).toEqual(answer.result?.stored_value);
        if (byRoot.result) expect(byRoot.result.block_header).toBeNull();
      }
    }
    expect(changes).toBeGreaterThan(sample.length);
  });

  test('keeps every digit of an integer above 2^53', async () => {
    const bid = lines.find((line) => JSON.stringify(line.versions.at(-1)).includes(String(2 ** 64)));
    const text = await askText(node.url, 'query_global_state', { key: bid?.key, path: [] });
    expect(text).toContain('"maximum_delegation_amount":18446744073709551615,');
  });

  test('answers a URef with any access rights', async () => {
    const { key, versions } = lines.find((line) => line.key.startsWith('uref-')) as StateLine;
    for (const rights of ['000', '007']) {
      const { result } = await ask(node.url, 'query_global_state', { key: `${key.slice(0, -3)}${rights}`, path: [] });
      expect(result.stored_value).toEqual(versions.at(-1)?.value);
    }
  });
});

test('two nodes of one recording have their own tip, fault and counts', async () => {
  const [one, two] = await Promise.all([startDevChain({ height: 20 }), startDevChain({ height: 30 })]);
  one.fault('wrong-network');
  const names = [await ask(one.url, 'info_get_status'), await ask(two.url, 'info_get_status')];
  expect(names[1]?.result.chainspec_name).toBe(two.chainName);
  expect(names[0]?.result.chainspec_name).not.toBe(two.chainName);
  await ask(two.url, 'info_get_peers');
  expect([one.calls().total, two.calls()]).toEqual([
    1,
    { total: 2, byMethod: { info_get_status: 1, info_get_peers: 1 } },
  ]);
  expect([one.height(), two.height()]).toEqual([20, 30]);
  await Promise.all([one.close(), two.close()]);
});
