import { defaultReadOptions } from '../../../../lib/domain/freshness.ts';
import { runTick } from '../../../../lib/usecases/following/tick.ts';
import { lookup } from '../../../../lib/usecases/reading/lookup.ts';
import { recordedTruth } from '../../../support/recorded-truth.ts';
import { createWorld, type Json, type World } from '../world.ts';
import { pausedBefore } from './paused.ts';

export const truth = recordedTruth('chain-a');
const found = truth.tokens.find(({ collection }) => collection === 'villas');
if (found === undefined) throw new Error('the recording has villas');

/** The villa changes hands at 31. */
export const villa = found;
export const villaRef = { kind: 'asset', id: `${villa.packageHash}:${villa.tokenId}` };
export const villaKey = `asset#${villaRef.id}`;
const owners = truth.seed(villa.packageHash, 'token_owners', 30);
const ownerKey = truth.dictionaryWrites.find(({ seed, item }) => seed === owners && item === villa.tokenId)?.key;

export const cachedOnly = { ...defaultReadOptions, onlyIfCached: true, maxStale: 86_400 };

/** Answers of a node instead of the villa's recorded owner. */
export const instead = {
  undecodable: storedAs({ cl_type: 'Nothing known' }),
  'too large': storedAs({ cl_type: 'String', bytes: stringBytes('x'.repeat(140_000)) }),
  absent: () => ({
    jsonrpc: '2.0',
    id: 1,
    error: { code: -32003, message: 'Query failed', data: 'value was not found in the global state' },
  }),
} as const;

export interface Villas {
  readonly world: World;
  /** From now on the node gives this owner; undefined: the recorded one. */
  give(owner: keyof typeof instead | undefined): void;
}

export async function villasAt(height: number): Promise<Villas> {
  let given: keyof typeof instead | undefined;
  const world = await createWorld({
    height,
    nodes: [
      (method, params, forward) =>
        given !== undefined && method === 'query_global_state' && params.key === ownerKey
          ? instead[given](forward())
          : forward(),
    ],
  });
  return {
    world,
    give: (owner) => {
      given = owner;
    },
  };
}

/** A reader of the villa at 30 stops before this call of its store; in the next block the node gives this owner. */
export async function pausedVillaReader(call: string, owner: keyof typeof instead) {
  const { world, give } = await villasAt(30);
  await runTick(world.process());
  const { reader, paused, resume } = pausedBefore(call, villaRef, world);
  const reading = lookup(villaRef, defaultReadOptions, reader);
  await paused;
  world.setHeight(31);
  give(owner);
  return { world, give, reading, resume };
}

function storedAs(value: object): (answer: Json) => Json {
  return (answer) => ({ result: { ...answer.result, stored_value: { CLValue: value } } });
}

function stringBytes(text: string): string {
  const length = Buffer.alloc(4);
  length.writeUInt32LE(text.length);
  return Buffer.concat([length, Buffer.from(text)]).toString('hex');
}
