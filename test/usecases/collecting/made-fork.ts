import { createNode } from '../../../infra/local/dev-chain/node.ts';
import { loadRecording } from '../../../infra/local/dev-chain/recording.ts';
import { rewind } from '../../../lib/usecases/following/rewind.ts';
import { type MadeCollection, madeTokensAt, withCollections } from '../../support/made-collection.ts';
import { changeable, type Json, type World, type WorldOptions } from '../following/world.ts';
import { madeWorld } from './made.ts';

export interface ForkedWorld {
  readonly world: World;
  /** From now on the node is of the other fork. */
  reset(): void;
  /** What an operator does then. */
  rewind(): Promise<void>;
  /** Of the fork that the node is of. */
  truthAt(height: number): ReadonlyMap<string, string | null>;
}

/** A chain whose network is reset to block `common`, and goes on with other blocks: in these the collection lives as `other` says. */
export async function forkedWorld(
  one: MadeCollection,
  other: MadeCollection,
  { common, ...options }: Omit<WorldOptions, 'made' | 'nodes'> & { readonly common: number },
): Promise<ForkedWorld> {
  const recorded = loadRecording('chain-d');
  const fork = createNode(withCollections(recorded, [other]), 0);
  let isReset = false;
  const isAbove = (hash: string): boolean => (recorded.heightOfBlock.get(hash) ?? 0) > common;
  const reversed = (hash: string): string => [...hash].reverse().join('');
  const outward = (hash: string): string => (isAbove(hash) ? reversed(hash) : hash);
  const inward = (hash: string): string =>
    isAbove(hash) ? '0'.repeat(64) : isAbove(reversed(hash)) ? reversed(hash) : hash;

  const world: World = await madeWorld([one], {
    ...options,
    nodes: [
      (method, params, forward) => {
        if (!isReset) return forward();
        fork.setHeight(world.nodes[0]?.height() ?? 0);
        return eachHash(fork.answer(1, method, eachHash(params, inward)), outward);
      },
    ],
  });
  return {
    world,
    reset: () => {
      isReset = true;
    },
    async rewind() {
      await rewind(common, { actor: 'operator', note: null }, world.process());
    },
    truthAt: (height) => madeTokensAt([isReset ? other : one], height),
  };
}

/** The hashes of blocks are changed; no other hash is one of theirs. */
const eachHash = (json: Json, change: (hash: string) => string): Json =>
  json === undefined ? json : changeable(JSON.parse(JSON.stringify(json).replace(/(?<=")[0-9a-f]{64}(?=")/g, change)));
