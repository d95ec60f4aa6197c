import { afterEach, describe, expect, test } from '@jest/globals';
import { ed25519 } from '@noble/curves/ed25519.js';
import { loadRecording } from '../../infra/local/dev-chain/recording.ts';
import { signedBytes } from '../../lib/chain/proof/finality.ts';
import { headerHash } from '../../lib/chain/proof/header-hash.ts';
import type { EntityRef } from '../../lib/domain/entity.ts';
import { BlockNotServed } from '../../lib/domain/errors.ts';
import { defaultReadOptions } from '../../lib/domain/freshness.ts';
import { lookup } from '../../lib/usecases/reading/lookup.ts';
import { lacking } from '../support/lacking.ts';
import { recordedTruth } from '../support/recorded-truth.ts';
import type { Override } from '../support/rpc-proxy.ts';
import { type Network, outcomeOf, startNetwork } from './network.ts';
import { lyingWith, type OwnBlock } from './own-blocks.ts';

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

type Header = (typeof blocks)[number]['header'];
type OwnBlocks = ReadonlyMap<number, OwnBlock>;

/** Blocks from a height on with other headers, each the child of the one before; the node's own validators have signed them. */
function ownBlocks(from: number, change: (header: Header) => Partial<Header>): OwnBlocks {
  const own = new Map<number, OwnBlock>();
  const nameOf = (of: string | null): string | null => {
    const real = blocks.find(({ hash }) => hash === of)?.header.height ?? -1;
    return own.get(real)?.hash ?? of;
  };
  for (const { header, body } of blocks.slice(from, height + 1)) {
    const forged = {
      ...header,
      parent_hash: nameOf(header.parent_hash),
      last_switch_block_hash: nameOf(header.last_switch_block_hash),
      ...change(header),
    };
    const hash = headerHash(forged);
    const signed = { hash, height: header.height, eraId: header.era_id };
    const signature = ed25519.sign(signedBytes(signed, meta.chainspec_name), secret);
    const proofs = [{ public_key: publicKey, signature: `01${Buffer.from(signature).toString('hex')}` }];
    own.set(header.height, { hash, header: forged, body, proofs });
  }
  return own;
}

const weights = [{ validator: publicKey, weight: '1000' }];
/** From the end of the era on: the validators of the next one are the node's own. */
const own = ownBlocks(lastOfEra, ({ era_end }) => ({
  era_end: era_end && { ...era_end, next_era_validator_weights: weights },
}));

const naming = (named: OwnBlocks): Override => lyingWith(named, () => running?.node.url);
const lying = naming(own);
const until = () => AbortSignal.timeout(20_000);

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

  test('are believed at first by a process without an anchor, until it finds what another one has stored', async () => {
    const honest = await startNetwork({ recording: 'chain-e', height });
    await honest.service.chain.requireSigned(await honest.service.chain.tip({ signal: until() }), until());
    await honest.service.chain.keepTrust();
    const { trust } = honest.store.tables;
    await honest.close();

    const { service, store } = await startWith({});
    const block = await service.chain.tip({ signal: until() });
    await service.chain.requireSigned(block, until());
    store.tables.trust = trust;
    await expect(service.chain.keepTrust()).rejects.toBeInstanceOf(BlockNotServed);
    expect(store.tables.trust).toEqual(trust);
    await expect(service.chain.requireSigned(block, until())).rejects.toBeInstanceOf(BlockNotServed);
  });
});

// Rule PROOF-3.
test('trust does not begin with an older switch block than that of the era before, which a block names', async () => {
  const skipping = naming(ownBlocks(height, () => ({ last_switch_block_hash: blocks[39]?.hash ?? lacking() })));
  running = await startNetwork({ recording: 'chain-e', nodes: [skipping, skipping], height });
  const { service, store, logged } = running;
  await service.chain.requireSigned(await service.chain.tip({ signal: until() }), until());
  await service.chain.keepTrust();
  expect(store.tables.trust).toBeUndefined();
  expect(logged.filter((line) => line.includes('trust begins'))).toEqual([]);
});
