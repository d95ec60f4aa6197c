import { fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { loadRecording } from '../../../infra/local/dev-chain/recording.ts';
import { blake2b, bytesToHex, concatBytes, hex, u8, u32 } from '../../../lib/chain/proof/bytes.ts';
import { headerHash } from '../../../lib/chain/proof/header-hash.ts';
import { trieKey } from '../../../lib/chain/proof/trie-key.ts';
import { createRpcClient } from '../../../lib/chain/rpc/rpc-client.ts';
import { createProvedValues } from '../../../lib/chain/state/proved-values.ts';
import { claimedValues } from '../../../lib/chain/state/value-in-answer.ts';
import { lacking } from '../../support/lacking.ts';
import type { Row } from '../row.ts';
import { median, ratios } from '../statistics.ts';
import { recording } from './reader.ts';

const key = `balance-${'5a'.repeat(32)}`;
const serialised = '05000000' + '04' + '00e1f505' + '08';
/** Nodes of 256 children on the way to a leaf: with so many a proof has 34 KB. On mainnet proofs have 10 to 38 KB. */
const levels = 4;
const [warming, rounds, perRound] = [10, 40, 40];
const goal = 1.5;

/** One answer with a proof as large as on mainnet: the recorded chain is small, and so are its proofs. */
export async function largeProof(): Promise<Row> {
  const { block, answer } = largeAnswer();
  const child = fork(join(import.meta.dirname, '../static-node.ts'), [JSON.stringify(answer), 'gzip'], {
    execArgv: ['--disable-warning=ExperimentalWarning'],
  });
  try {
    const [url] = await once(child, 'message');
    const client = createRpcClient({ url: String(url) });
    const asked = async (): Promise<unknown> => {
      const got = await client.call('query_global_state', {}, 10_000, AbortSignal.timeout(60_000));
      return 'result' in got ? got.result : lacking();
    };
    const reading = {
      proved: async () => (await createProvedValues(block)).of(await asked(), key),
      unproved: async () => claimedValues.of(await asked(), key),
    };
    const taken = { proved: [] as number[], unproved: [] as number[] };
    for (let round = 0; round < warming + rounds; round += 1) {
      const names = ['proved', 'unproved'] as const;
      for (const name of round % 2 === 0 ? names : names.toReversed()) {
        const before = process.cpuUsage();
        for (let done = 0; done < perRound; done += 1) await reading[name]();
        const { user, system } = process.cpuUsage(before);
        if (round >= warming) taken[name].push((user + system) / perRound);
      }
    }
    const { ratio, detail } = ratios(taken.proved, taken.unproved);
    return {
      bench: `one answer with a proof of ${Math.round(answer.merkle_proof.length / 2048)} KB, as on mainnet, proved over unproved`,
      counts: 'CPU',
      figure: `${Math.round(median(taken.proved))} µs`,
      against: `${Math.round(median(taken.unproved))} µs`,
      ratio,
      detail,
      goal: `<= ${goal}`,
      met: ratio <= goal,
    };
  } finally {
    child.disconnect();
  }
}

/** A block of the recorded form whose state root leads to the value, and what its node answers. */
function largeAnswer() {
  const way = trieKey(key);
  const leaf = concatBytes(way, u8(0), hex(serialised));
  let below = concatBytes(u8(0), blake2b(concatBytes(u8(0), leaf)));
  const steps: Uint8Array[] = [];
  for (const hole of way.subarray(0, levels).toReversed()) {
    const children = Array.from({ length: 256 }, (_, place) =>
      place === hole ? below : concatBytes(u8(1), randomBytes(32)),
    );
    const others = children.flatMap((child, place) => (place === hole ? [] : [u8(place), child]));
    steps.push(concatBytes(u8(0), u8(hole), u32(255), ...others));
    below = concatBytes(u8(1), blake2b(concatBytes(u8(1), ...children.flatMap((child) => [u8(1), child]))));
  }
  const proof = bytesToHex(concatBytes(u32(1), leaf, u32(steps.length), ...steps));
  const recorded = loadRecording(recording).blocks[60]?.header ?? lacking();
  const header = { ...recorded, state_root_hash: bytesToHex(below.subarray(1)) };
  const { height, timestamp, era_id: eraId, proposer } = recorded;
  return {
    block: { height, timestamp, eraId, proposer, hash: headerHash(header) },
    answer: {
      block_header: { Version2: header },
      stored_value: { CLValue: { cl_type: 'U512', bytes: serialised.slice(8, -2), parsed: '100000000' } },
      merkle_proof: proof,
    },
  };
}
