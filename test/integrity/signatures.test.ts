import { afterEach, describe, expect, test } from '@jest/globals';
import { loadRecording } from '../../infra/local/dev-chain/recording.ts';
import type { EntityRef } from '../../lib/domain/entity.ts';
import type { ReadingProof } from '../../lib/domain/proof.ts';
import type { Running } from '../../lib/runtime/service.ts';
import { observe } from '../../lib/usecases/observing/observe.ts';
import { lacking } from '../support/lacking.ts';
import { recordedTruth } from '../support/recorded-truth.ts';
import type { Override } from '../support/rpc-proxy.ts';
import { type Network, startNetwork } from './network.ts';

const height = 60;
const truth = recordedTruth('chain-e');
const token = truth.tokens.find((each) => truth.asset(each, height)?.burnt === false) ?? lacking();
const asset: EntityRef = { kind: 'asset', id: `${token.packageHash}:${token.tokenId}` };
const { blocks } = loadRecording('chain-e');
const switchBlock = (at: number) => blocks.findLast(({ header }) => header.height < at && header.era_end !== null);
const below = switchBlock(height) ?? lacking();

let running: Network;
afterEach(() => running.close());

const startWith = async (nodes: readonly Override[], env: Record<string, string> = {}): Promise<Network> => {
  running = await startNetwork({ recording: 'chain-e', nodes, height, env });
  return running;
};
const sound: Override = () => undefined;
const until = () => AbortSignal.timeout(20_000);

async function proofOf(service: Running, at?: number): Promise<ReadingProof | undefined> {
  const signal = until();
  const tip = await service.chain.tip({ signal });
  const block = at === undefined ? tip : await service.chain.blockAt(at, signal);
  const definition = service.definitions.get('asset') ?? lacking();
  const { observation } = await observe({ definition, ref: asset, block, before: undefined, signal }, service);
  return observation.proof;
}

const anchorOf = ({ hash, header }: typeof below) => `${header.height}:${hash}`;

// Rule PROOF-4.
test('a reading is signed by more than two thirds of the weight of its era', async () => {
  const { service } = await startWith([sound]);
  expect(await proofOf(service)).toMatchObject({ level: 'signed', reason: null, weight: 0.6666 });
});

test('an era before the trusted ones is not known', async () => {
  const { service } = await startWith([sound], { ASTAKE_ANCHOR: anchorOf(below) });
  expect(await proofOf(service, 20)).toMatchObject({ level: 'state', reason: 'era_unknown', weight: null });
});
