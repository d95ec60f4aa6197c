import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { ProvedHeader } from '../../../lib/chain/proof/block-proof.ts';
import { type Advancing, advanceTo, type KnownSwitchBlock } from '../../../lib/chain/trust/advance-trust.ts';
import { reachEra } from '../../../lib/chain/trust/reach-era.ts';
import type { Given, SignedBlocks } from '../../../lib/chain/trust/signed-blocks.ts';
import { ChainUnavailable } from '../../../lib/domain/errors.ts';
import { lacking } from '../../support/lacking.ts';
import { asking, from, keyOf, known, madeChain, network } from './made-chain.ts';

const seed = Number(process.env.ASTAKE_SEED ?? 20_261_130);
const node = {} as Given['node'];
const mostEras = 24;

function walk(blocks: SignedBlocks) {
  const steps: KnownSwitchBlock[] = [];
  const advancing: Advancing = { blocks, network, asking, mostEras, onStep: (step) => void steps.push(step) };
  return { advancing, steps };
}

/** Of each era one validator of the ten is another one. */
const slowly = (era: number) => from(era, 10);

// Rule PROOF-3.
describe('the way down from a block', () => {
  const { of, at, blocks, newest } = madeChain(22, slowly);
  const first = known(of(0));

  test('leads through every era, each trusted by those before', async () => {
    const { advancing, steps } = walk(blocks);
    expect(await advanceTo(newest, first, advancing)).toMatchObject({ hash: of(20).hash, eraId: 20 });
    // Of ten validators seven must be known: block 40 is the highest that those of the first era have signed.
    expect(steps.map(({ eraId }) => eraId)).toEqual(from(4, 17));
    expect(steps.at(-1)?.below).toBe(of(19).hash);
  });

  test.each([
    ['of a later era than the block above allows', (): Partial<ProvedHeader> => ({ eraId: 12 })],
    ['of an earlier one', () => ({ eraId: 9 })],
    ['as high as the block above', () => ({ height: 110 })],
    ['as low as what is trusted', () => ({ height: 0 })],
    ['that names no validators', () => ({ nextWeights: null })],
    ['that names the trusted one, eras below', () => ({ lastSwitchBlockHash: first.hash })],
    ['that names none', () => ({ lastSwitchBlockHash: null })],
  ])('ends at a switch block %s: there is no such chain', async (_, change) => {
    const invented = madeChain(22, slowly, () => []);
    invented.put({ ...invented.of(10), ...change() });
    const other: SignedBlocks = {
      ...invented.blocks,
      byHash: async ({ hash }, given) =>
        hash === of(10).hash ? { ...of(10), signatures: [], ...change() } : invented.blocks.byHash({ hash }, given),
    };
    const { advancing, steps } = walk(other);
    expect(await advanceTo(newest, first, advancing)).toMatchObject({ refused: 'no_chain' });
    expect(steps).toEqual([]);
  });

  test('says nothing of who gave the block, where a node shows a switch block in a form whose hash is not checked', async () => {
    const { advancing } = walk({ ...blocks, byHash: async () => undefined });
    expect(await advanceTo(newest, first, advancing)).toEqual({ refused: 'too_far' });
  });

  test('ends at another block in the place of the trusted one', async () => {
    const { advancing } = walk(madeChain(22, slowly, () => []).blocks);
    const other = { ...first, hash: 'f'.repeat(64) };
    expect(await advanceTo(newest, other, advancing)).toEqual({
      refused: 'no_chain',
      why: 'block 10 of era 1 does not name block 0 of era 0 as the last one of the era before',
    });
    for (const block of [at(5), of(0)])
      expect(await advanceTo(block ?? lacking(), other, advancing)).toMatchObject({ refused: 'no_chain' });
  });

  test('ends at the switch block of the next era, where those known have not signed it: other nodes may have more', async () => {
    const { advancing } = walk(madeChain(22, slowly, () => [99]).blocks);
    const found = await advanceTo(newest, first, advancing);
    expect(found).toMatchObject({
      refused: 'not_signed',
      at: { height: 10, hash: of(1).hash },
      given: [{ header: {} }],
    });
  });

  test('is no longer than its limit', async () => {
    const long = madeChain(mostEras + 4, slowly, () => []);
    const { advancing } = walk(long.blocks);
    expect(await advanceTo(long.newest, known(long.of(0)), advancing)).toEqual({ refused: 'too_far' });
    expect(long.calls()).toBe(mostEras + 1);
    // One era fewer, and the next one is reached: one call more asks for its signatures.
    const less = madeChain(mostEras + 3, slowly, () => []);
    expect(await advanceTo(less.newest, known(less.of(0)), walk(less.blocks).advancing)).toMatchObject({
      refused: 'not_signed',
    });
    expect(less.calls()).toBe(mostEras + 2);
  });
});

describe('an era that is far', () => {
  const eras = 400;
  const chain = madeChain(eras, slowly);

  test('is reached, with few calls for so many eras', async () => {
    const before = chain.calls();
    const { advancing, steps } = walk(chain.blocks);
    expect(await reachEra(chain.newest, known(chain.of(0)), advancing)).toMatchObject({ eraId: eras - 2 });
    expect(steps.at(-1)?.eraId).toBe(eras - 2);
    for (const [at, step] of steps.entries()) expect(step.eraId).toBeGreaterThan(steps[at - 1]?.eraId ?? 0);
    // Of ten validators seven must be known, so that four eras are skipped at most.
    expect(chain.calls() - before).toBeLessThan(3 * eras);
  });

  test('is reached in parts: what was reached is kept when time runs out', async () => {
    let at = known(chain.of(0));
    let tries = 0;
    for (let isReached = false; !isReached; tries++) {
      let left = 80;
      const inTime = <Answer>(answer: () => Promise<Answer>): Promise<Answer> => {
        left -= 1;
        return left < 0 ? Promise.reject(new ChainUnavailable('no answer in time')) : answer();
      };
      const blocks: SignedBlocks = {
        byHash: (block, given) => inTime(() => chain.blocks.byHash(block, given)),
        atHeight: (height, signal) => inTime(() => chain.blocks.atHeight(height, signal)),
      };
      const before = at.eraId;
      const onStep = (step: KnownSwitchBlock): void => {
        at = step;
      };
      const advancing = { ...walk(blocks).advancing, onStep };
      isReached = await reachEra(chain.newest, at, advancing).then(
        (found) => !('refused' in found),
        () => false,
      );
      expect(at.eraId).toBeGreaterThan(before);
    }
    expect({ era: at.eraId, isInParts: tries > 3 }).toEqual({ era: eras - 2, isInParts: true });
  });

  test('is reached though another node invents blocks at every height, and names what no node has', async () => {
    const invented = madeChain(eras, slowly, () => [500]);
    const blocks: SignedBlocks = {
      async byHash(block, given) {
        if (block.hash.startsWith('f')) throw new ChainUnavailable('no node has it');
        return chain.blocks.byHash(block, given);
      },
      async atHeight(height, signal) {
        const [one] = await invented.blocks.atHeight(height, signal);
        const lie = {
          hash: `e${height}`.padEnd(64, '0'),
          lastSwitchBlockHash: `f${height}`.padEnd(64, '0'),
          nextWeights: new Map([[keyOf(500), 1n]]),
        };
        const lies = one === undefined ? [] : [{ node, header: { ...one.header, ...lie } }];
        return [...lies, ...(await chain.blocks.atHeight(height, signal))];
      },
    };
    expect(await reachEra(chain.newest, known(chain.of(0)), walk(blocks).advancing)).toMatchObject({ eraId: eras - 2 });
  });
});

describe('whatever nodes make up', () => {
  const trusted = known(madeChain(1, slowly).of(0));
  const hash = fc.integer({ min: 100, max: 140 }).map((name) => name.toString(16).padStart(64, '0'));
  const natural = fc.oneof(fc.nat(60), fc.maxSafeNat());
  const header = fc.record({
    height: natural,
    eraId: natural,
    lastSwitchBlockHash: fc.option(fc.oneof(hash, fc.constant(trusted.hash))),
    isSwitchBlock: fc.boolean(),
  });
  const headers = fc.dictionary(hash, header, { minKeys: 1, maxKeys: 40 });

  test('few calls are made, and nothing is trusted', async () => {
    const ends = new Set<string>();
    await fc.assert(
      fc.asyncProperty(headers, natural, natural, hash, fc.boolean(), async (given, height, eraId, last, isTidy) => {
        let calls = 0;
        const invent = (name: string, named?: ProvedHeader): ProvedHeader => {
          const { isSwitchBlock, ...one } = given[name] ?? Object.values(given)[0] ?? lacking();
          const nextWeights = isSwitchBlock || isTidy ? new Map([[keyOf(77), 1n]]) : null;
          // As good a chain as can be made, without an end.
          const tidy = isTidy && named !== undefined ? { height: named.height - 1, eraId: named.eraId - 1 } : {};
          return { ...one, hash: name, signatures: [], json: {}, nextWeights, ...tidy };
        };
        let above = { height, eraId } as ProvedHeader;
        const blocks: SignedBlocks = {
          async byHash({ hash: name }) {
            calls += 1;
            above = invent(name, above);
            return isTidy ? { ...above, lastSwitchBlockHash: above.eraId === 1 ? trusted.hash : last } : above;
          },
          async atHeight(at) {
            calls += 1;
            return [{ node, header: { ...invent(last), height: at } }];
          },
        };
        const block = { hash: 'b'.repeat(64), height, eraId, lastSwitchBlockHash: last };
        const { advancing, steps } = walk(blocks);
        const near = await advanceTo(block, trusted, advancing);
        expect(calls).toBeLessThanOrEqual(mostEras + 2);
        calls = 0;
        above = { height, eraId } as ProvedHeader;
        const far = await reachEra(block, trusted, advancing);
        expect(calls).toBeLessThanOrEqual(mostEras + 4);
        for (const found of [near, far]) if ('refused' in found) ends.add(found.refused);
        expect({ near, far, steps }).toMatchObject({
          near: { refused: expect.anything() },
          far: { refused: expect.anything() },
          steps: [],
        });
      }),
      { seed, numRuns: 1_000 },
    );
    expect([...ends].sort()).toEqual(['no_chain', 'not_signed', 'too_far']);
  });
});
