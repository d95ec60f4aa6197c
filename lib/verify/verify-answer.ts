import { provedValue } from '../chain/proof/merkle-proof.ts';
import { trieKey } from '../chain/proof/trie-key.ts';
import type { PinnedBlock } from '../domain/block.ts';
import type { EntityDefinition } from '../domain/entity.ts';
import { InvalidId } from '../domain/errors.ts';
import type { FullProof } from '../domain/full-proof.ts';
import { type EntitySettings, entityDefinitions } from '../entities/index.ts';
import { type GivenAnswer, givenAnswer } from './given-answer.ts';
import { ProofRefused } from './proof-refused.ts';
import { createReplayedState } from './replayed-state.ts';
import { formOf } from './same-data.ts';
import { trustedBlock } from './trusted-block.ts';
import type { ProofAnchor, ProvedAnswer, VerifyOptions } from './types.ts';

/**
 * Rule PROOF-5: checks an answer with `?proof=full`, from a switch block that the caller trusts. It needs no network, and believes nothing of what the service says.
 * Throws ProofRefused, which names what does not hold.
 */
export async function verifyAnswer(
  answer: unknown,
  anchor: ProofAnchor,
  options: VerifyOptions = {},
): Promise<ProvedAnswer> {
  try {
    return await verified(givenAnswer(answer), anchor, options);
  } catch (error) {
    if (error instanceof ProofRefused) throw error;
    // Whatever it is, the answer is not proved.
    throw new ProofRefused('unreadable', error instanceof Error ? error.message : String(error), error);
  }
}

async function verified(given: GivenAnswer, anchor: ProofAnchor, options: VerifyOptions): Promise<ProvedAnswer> {
  const { full } = given;
  const { chainName } = anchor;
  if (full.chainName !== chainName) throw new ProofRefused('chain_name', `the answer is of ${full.chainName}`);
  const { header, weight, newest } = trustedBlock(full, anchor, chainName);
  const block = pinnedIn(full.block.header, header.hash);
  mustBeBlockOf(given, block, weight);
  const isNewEnough = block.height >= (options.minHeight ?? 0);
  if (!isNewEnough) throw new ProofRefused('too_old', `the block is ${block.height}`);
  const root = (full.block.header as { readonly state_root_hash: string }).state_root_hash;
  const { data, proved, absent, unproved } = await readAgain(given, provedBytes(full.proofs, root), block, options);
  return {
    kind: given.data.kind,
    id: given.data.id,
    data,
    block: { height: block.height, hash: block.hash, timestamp: block.timestamp, eraId: block.eraId },
    weight,
    proved,
    absent,
    unproved,
    anchor: { chainName, height: newest.height, hash: newest.hash },
  };
}

/** The header has this hash, so its members have their forms. */
function pinnedIn(header: object, hash: string): PinnedBlock {
  const {
    height,
    timestamp,
    era_id: eraId,
    proposer,
  } = header as {
    readonly height: number;
    readonly timestamp: string;
    readonly era_id: number;
    readonly proposer: string;
  };
  return { height, hash, timestamp, eraId, proposer };
}

function mustBeBlockOf(given: GivenAnswer, { height, hash, timestamp }: PinnedBlock, weight: number): void {
  const { block } = given;
  if (block.height !== height || block.hash !== hash || block.timestamp !== timestamp)
    throw new ProofRefused('meta', 'meta.block is not the block of the proofs');
  if (given.weight !== null && given.weight !== weight)
    throw new ProofRefused('meta', `meta.proof.weight is not ${weight}`);
}

/** Each of them, so that no byte goes unchecked. */
function provedBytes(proofs: FullProof['proofs'], root: string): ReadonlyMap<string, Uint8Array> {
  return new Map(
    Object.entries(proofs).map(([key, proof]) => {
      const bytes = provedValue(proof, trieKey(key), root);
      if (bytes === undefined) throw new ProofRefused('proof', `the proof of ${key} does not hold`);
      return [key, bytes];
    }),
  );
}

async function readAgain(
  { data: answered, full }: GivenAnswer,
  values: ReadonlyMap<string, Uint8Array>,
  block: PinnedBlock,
  { settings, ...asked }: VerifyOptions,
) {
  const { kind, id } = answered;
  const definition = definitionOf(kind, settings ?? settingsIn(full));
  mustBeAsked(answered, asked, definitionOf(kind, settings ?? noSettings));
  // A part of an id may be left out of what is read.
  if (definition.canonicalId(id) !== id) throw new ProofRefused('other_id', `${id} is no id`);
  const replayed = createReplayedState(block, values, full);
  const reading = await definition.read(id, replayed.state, nothingKnown);
  const { proved, absent, joined } = replayed;
  if (!replayed.isAllRead() || proved.size === 0)
    throw new ProofRefused('incomplete', 'the value does not depend on all that is given');
  const made = reading && formOf(answered, definition.present(id, reading.value, joined));
  if (made === undefined) throw new ProofRefused('data', 'the answer is not what the proofs make of it');
  const { collections, liquidStaking } = full.settings;
  const isSettled = settings !== undefined || (Object.keys(collections).length === 0 && liquidStaking === null);
  const unproved = [...replayed.unproved, ...made.unproved, ...(isSettled ? [] : (['settings'] as const))];
  return { data: made.data, proved: [...proved].sort(), absent: [...absent].sort(), unproved: unproved.sort() };
}

/** What the caller means by an id, the caller's settings alone say: the service could call anything by any name. */
function mustBeAsked(
  { kind, id }: GivenAnswer['data'],
  asked: Pick<VerifyOptions, 'kind' | 'id'>,
  { canonicalId }: EntityDefinition,
): void {
  if ((asked.kind ?? kind) !== kind) throw new ProofRefused('other_id', `the answer is of the kind ${kind}`);
  if (asked.id === undefined) return;
  try {
    if (canonicalId(asked.id) === id) return;
  } catch (error) {
    if (!(error instanceof InvalidId)) throw error;
    throw new ProofRefused('other_id', error.message, error);
  }
  throw new ProofRefused('other_id', `the answer is about ${id}`);
}

const noSettings: EntitySettings = { collections: {} };

/** What the service knew before of the account is in what it claims. */
const nothingKnown = { value: null, probedValidators: [] };

const settingsIn = ({ settings: { collections, liquidStaking } }: FullProof) =>
  ({ collections, liquidStaking: liquidStaking ?? undefined }) as EntitySettings;

function definitionOf(kind: string, settings: EntitySettings): EntityDefinition {
  const definition = entityDefinitions(settings).get(kind);
  return definition ?? refuse(`a kind that is not known here: ${kind}`);
}

function refuse(message: string): never {
  throw new ProofRefused('unreadable', message);
}
