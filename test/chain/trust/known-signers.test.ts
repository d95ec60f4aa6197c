import { expect, test } from '@jest/globals';
import { asStored } from '../../../lib/chain/trust/first-trust.ts';
import { createKnownSigners } from '../../../lib/chain/trust/known-signers.ts';
import type { SignedBlocks } from '../../../lib/chain/trust/signed-blocks.ts';
import { ChainUnavailable } from '../../../lib/domain/errors.ts';
import type { StoredTrust } from '../../../lib/domain/trust.ts';
import { lacking } from '../../support/lacking.ts';
import { asking, from, known, madeChain, network } from './made-chain.ts';

const log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
const chain = madeChain(8, () => from(0, 4));

function signersWith(blocks: SignedBlocks, trust: () => Promise<StoredTrust | undefined>, hasAnchor = true) {
  return createKnownSigners({
    upstreams: { size: 1 },
    blocks,
    store: { trust, keepTrust: async () => true },
    network,
    anchor: hasAnchor ? chain.of(0) : null,
    clock: { now: () => 0, steady: () => 0 },
    log,
  });
}
const stored = async () => asStored(known(chain.of(3)), network, chain.of(0));

/** A header that its node keeps back until it is let go. */
function keepingBack(hash: string) {
  const asked = Promise.withResolvers<void>();
  const letGo = Promise.withResolvers<void>();
  const blocks: SignedBlocks = {
    ...chain.blocks,
    async byHash(block, given) {
      if (block.hash !== hash) return chain.blocks.byHash(block, given);
      asked.resolve();
      await letGo.promise;
      return chain.blocks.byHash(block, given);
    },
  };
  return { blocks, asked: asked.promise, letGo: letGo.resolve };
}

// Rule PROOF-3.
test('no reading waits for an era that another one looks for, and a node has made up', async () => {
  const invented = { ...chain.newest, hash: 'e'.repeat(64), lastSwitchBlockHash: 'f'.repeat(64) };
  const { blocks, asked, letGo } = keepingBack('f'.repeat(64));
  const signers = signersWith(blocks, stored);
  const waiting = signers.of(invented, asking);
  await asked;
  // Of an era that is known, of the same era, and of a later one.
  await signers.learn(4);
  expect(await signers.of(chain.of(4), asking)).toMatchObject({ eraId: 3 });
  await signers.learn(5);
  expect(await signers.of(chain.of(5), asking)).toMatchObject({ eraId: 4 });
  expect(await signers.of(chain.newest, asking)).toMatchObject({ eraId: 6 });
  expect(signers.newest()?.trusted.eraId).toBe(6);
  letGo();
  // What was made up is above no block any more that is trusted.
  expect(await waiting).toMatchObject({ refused: 'no_chain' });
  expect(signers.newest()?.trusted.eraId).toBe(6);
});

test('an older block is judged as such where others went past its era while it waited', async () => {
  const target = chain.of(4).hash;
  const { blocks: slow, asked, letGo } = keepingBack(target);
  let isFirst = true;
  const blocks: SignedBlocks = {
    ...slow,
    async byHash(block, given) {
      if (block.hash !== target || !isFirst) return chain.blocks.byHash(block, given);
      await slow.byHash(block, given);
      isFirst = false;
      throw new ChainUnavailable('no answer');
    },
  };
  const signers = signersWith(blocks, stored);
  const [one, other] = [signers.of(chain.of(5), asking), signers.of(chain.of(5), asking)];
  one.catch(() => undefined);
  await asked;
  await signers.of(chain.newest, asking);
  expect(signers.newest()?.trusted.eraId).toBe(6);
  expect(signers.known(5)).toBeUndefined();
  letGo();
  await expect(one).rejects.toBeInstanceOf(ChainUnavailable);
  expect(await other).toMatchObject({ hash: target, eraId: 4 });
});

test('no reading of an era that is known waits for the store', async () => {
  let read = stored;
  const signers = signersWith(chain.blocks, () => read());
  await signers.learn(4);
  const slow = Promise.withResolvers<StoredTrust | undefined>();
  read = () => slow.promise as ReturnType<typeof stored>;
  const waiting = signers.learn(77);
  await signers.learn(4);
  slow.resolve(await stored());
  await waiting;
});

test('what was found since trust that has begun anew does not count', async () => {
  const other = madeChain(8, () => from(50, 4)).of(3);
  const trustElsewhere = asStored(
    { ...other, hash: 'a'.repeat(64), nextWeights: other.nextWeights ?? lacking(), below: null },
    network,
    { height: 0, hash: 'b'.repeat(64) },
  );
  let trust = await stored();
  const { blocks, asked, letGo } = keepingBack(chain.of(5).hash);
  const signers = signersWith(blocks, async () => trust, false);
  const waiting = signers.of(chain.of(6), asking);
  await asked;
  trust = trustElsewhere;
  await signers.learn(99);
  expect(signers.newest()?.trusted.hash).toBe('a'.repeat(64));
  letGo();
  await waiting;
  expect(signers.newest()?.trusted.hash).toBe('a'.repeat(64));
  expect(signers.known(6)).toBeUndefined();
});
