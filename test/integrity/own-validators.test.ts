import { afterEach, describe, expect, test } from '@jest/globals';
import { ed25519 } from '@noble/curves/ed25519.js';
import { loadRecording } from '../../infra/local/dev-chain/recording.ts';
import { signedBytes } from '../../lib/chain/proof/finality.ts';
import { headerHash } from '../../lib/chain/proof/header-hash.ts';
import type { EntityRef } from '../../lib/domain/entity.ts';
import { defaultReadOptions } from '../../lib/domain/freshness.ts';
import { lookup } from '../../lib/usecases/reading/lookup.ts';
import { lacking } from '../support/lacking.ts';
import { recordedTruth } from '../support/recorded-truth.ts';
import type { Override } from '../support/rpc-proxy.ts';
import { type Network, outcomeOf, startNetwork } from './network.ts';

/** The last block of era 4, which names who signs era 5. */
const lastOfEra = 52;
const height = 60;
const truth = recordedTruth('chain-e');
const { id } = truth.accounts.find((one) => truth.account(one.id, 40) !== null) ?? lacking();
const account: EntityRef = { kind: 'account', id };
const { blocks, meta } = loadRecording('chain-e');
const fromChain = { ...defaultReadOptions, noCache: true };

let running: Network | undefined;
afterEach(async () => {
  await running?.close();
  running = undefined;
});

const secret = new Uint8Array(32).fill(7);
const publicKey = `01${Buffer.from(ed25519.getPublicKey(secret)).toString('hex')}`;

/** Blocks from the end of the era on, in which the validators of the next one are the node's own; these have signed all of them. */
function ownBlocks() {
  const own = new Map<number, { hash: string; header: object; body: object; proofs: object[] }>();
  const nameOf = (of: string | null): string | null => {
    const real = blocks.find(({ hash }) => hash === of)?.header.height ?? -1;
    return own.get(real)?.hash ?? of;
  };
  for (const { header, body } of blocks.slice(lastOfEra, height + 1)) {
    const weights = [{ validator: publicKey, weight: '1000' }];
    const forged = {
      ...header,
      parent_hash: nameOf(header.parent_hash),
      last_switch_block_hash: nameOf(header.last_switch_block_hash),
      era_end: header.era_end && { ...header.era_end, next_era_validator_weights: weights },
    };
    const hash = headerHash(forged);
    const signed = { hash, height: header.height, eraId: header.era_id };
    const signature = ed25519.sign(signedBytes(signed, meta.chainspec_name), secret);
    const proofs = [{ public_key: publicKey, signature: `01${Buffer.from(signature).toString('hex')}` }];
    own.set(header.height, { hash, header: forged, body, proofs });
  }
  return own;
}
const own = ownBlocks();
const at = (of: string) => [...own.entries()].find(([, { hash }]) => hash === of)?.[0];
const realHash = (hash: string): string => blocks[at(hash) ?? -1]?.hash ?? hash;

/** Everything that names a block names its own one; all values are true, with true proofs. */
const lying: Override = async ({ method, params }, forward) => {
  if (method === 'info_get_status') {
    const { result } = await forward();
    const { last_added_block_info: last } = result;
    last.hash = own.get(last.height)?.hash ?? last.hash;
    return { result };
  }
  if (method === 'chain_get_block') {
    const { Hash, Height } = params.block_identifier ?? {};
    const found = own.get(Height ?? at(Hash));
    if (found === undefined) return undefined;
    const { proofs, ...Version2 } = found;
    return { result: { api_version: '2.0.0', block_with_signatures: { block: { Version2 }, proofs } } };
  }
  const { BlockHash } = params?.state_identifier ?? {};
  if (BlockHash === undefined) return undefined;
  const node = running?.node.url ?? '';
  const body = JSON.stringify({
    jsonrpc: '2.0',
    id: 1,
    method,
    params: { ...params, state_identifier: { BlockHash: realHash(BlockHash) } },
  });
  const answer = await fetch(node, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
  // biome-ignore lint/suspicious/noExplicitAny: answers of every method
  const got: any = await answer.json();
  const header = own.get(at(BlockHash) ?? -1)?.header;
  if (got.result?.block_header && header !== undefined) got.result.block_header = { Version2: header };
  return got.result === undefined ? { error: got.error } : { result: got.result };
};

// Rule PROOF-3: a forged change of era.
describe('nodes that name validators of their own, and sign with these', () => {
  const startWith = async (env: Record<string, string>): Promise<Network> => {
    running = await startNetwork({ recording: 'chain-e', nodes: [lying, lying], height, env });
    return running;
  };

  test('are refused, whatever these validators sign', async () => {
    const { service } = await startWith({ ASTAKE_ANCHOR: `39:${blocks[39]?.hash}` });
    expect(await outcomeOf(lookup(account, fromChain, service))).toEqual({ failed: 'chain_unavailable' });
  });

  test('are believed by who takes their switch block for the anchor: all else is as on a chain', async () => {
    const { service } = await startWith({ ASTAKE_ANCHOR: `${lastOfEra}:${own.get(lastOfEra)?.hash}` });
    const block = await service.chain.tip({ signal: AbortSignal.timeout(20_000) });
    expect(block.hash).toBe(own.get(height)?.hash);
    await service.chain.requireSigned(block, AbortSignal.timeout(20_000));
    const { data } = await lookup(account, fromChain, service);
    expect(data).toEqual(truth.account(id, height));
  });
});
