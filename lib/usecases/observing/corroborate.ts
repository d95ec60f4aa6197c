import { blockRef, type PinnedBlock } from '../../domain/block.ts';
import { digestOf } from '../../domain/digest.ts';
import { type EntityDefinition, type EntityRef, refKey } from '../../domain/entity.ts';
import { BlockNotServed, ChainUnavailable } from '../../domain/errors.ts';
import { type Judgement, judgementOn, type Statement } from '../../domain/judgement.ts';
import type { BasisReader, Chain } from '../../domain/ports/chain.ts';
import type { EntityRecord, Observation } from '../../domain/record.ts';
import type { Service } from '../../domain/service.ts';
import { storeFailed } from '../store-access.ts';
import { readAlone } from './bases.ts';
import { type Observed, type ObserveRequest, observe, observeAnywhere } from './observe.ts';

export interface CorroborateRequest {
  readonly definition: EntityDefinition;
  readonly ref: EntityRef;
  /** The stored record that the nodes confirm or refute; undefined: only the majority's answer is wanted. */
  readonly record: EntityRecord | undefined;
  /** What the reading builds on; the record, where this is left out. */
  readonly known?: EntityRecord | undefined;
  /** The disputed block. */
  readonly block: PinnedBlock;
  readonly signal: AbortSignal;
}

export interface Corroborated {
  readonly judgement: Judgement;
  readonly statements: readonly Statement[];
  /** The majority's observation; undefined: there is no majority. */
  readonly observed: Observed | undefined;
  /** Set where no node could answer, and one said that it does not have the block. */
  readonly notServed?: BlockNotServed | undefined;
}

type CorroborateService = Pick<Service, 'chain' | 'audit' | 'metrics' | 'clock' | 'log'>;

export const nodesAsked = 3;

/**
 * Asks up to three nodes, each by itself, for the entity at the disputed block: more than half of those that can answer decide
 * (rule CONFLICT-3). If only one can answer, its answer decides. A node that the majority contradicts becomes suspect, and its
 * audit trail says so.
 */
export async function corroborate(request: CorroborateRequest, service: CorroborateService): Promise<Corroborated> {
  const names = service.chain.nodes().slice(0, nodesAsked);
  const answers = await Promise.all(names.map((node) => answerOf(node, request, service)));
  const judgement = judgementOn(answers, request.record === undefined ? '' : digestOf(request.record.value));
  const isAnswered = answers.some(({ observed }) => observed !== undefined);
  const notServed = isAnswered ? undefined : answers.find((answer) => answer.notServed !== undefined)?.notServed;
  if (!('digest' in judgement)) return { judgement, statements: answers, observed: undefined, notServed };
  for (const node of judgement.dissenters) await suspect(node, request, service);
  const { observed } = answers.find(({ digest }) => digest === judgement.digest) ?? {};
  return { judgement, statements: answers, observed, notServed };
}

/**
 * What most nodes say of an entity at a block; undefined: the nodes contradict each other, or none can say. Where one
 * reading may know more than another (`supersedes`), readings differ and none is wrong: then one node is enough. Throws
 * BlockNotServed.
 */
export async function quorumRead(request: ObserveRequest, service: Service): Promise<Observed | undefined> {
  if (request.definition.supersedes !== undefined) return observeAnywhere(request, service);
  const { observed, notServed } = await corroborate({ ...request, record: undefined, known: request.before }, service);
  if (notServed !== undefined) throw notServed;
  return observed;
}

/**
 * The chain as one node alone sees it. Bases are read from the same node and not shared: a basis from elsewhere would
 * mix another node's answers in.
 */
export function throughOneNode(
  node: string,
  all: Pick<Chain, 'at'>,
  signal: AbortSignal,
): { readonly chain: Pick<Chain, 'at'>; readonly bases: BasisReader } {
  return readAlone({ at: (reading) => all.at({ ...reading, only: node }) }, signal);
}

type NodeAnswer = Statement & Pick<Corroborated, 'observed' | 'notServed'>;

async function answerOf(node: string, request: CorroborateRequest, service: CorroborateService): Promise<NodeAnswer> {
  const { definition, ref, block, signal } = request;
  const before = request.known ?? request.record;
  try {
    const observed = await observe(
      { definition, ref, block, before, signal },
      throughOneNode(node, service.chain, signal),
    );
    const { observation } = observed;
    return { node, digest: isComparable(request, observation) ? digestOf(observation.value) : undefined, observed };
  } catch (error) {
    const notServed = error instanceof BlockNotServed ? error : undefined;
    if (error instanceof ChainUnavailable) return { node, digest: undefined, observed: undefined, notServed };
    throw error;
  }
}

/** False where one of the two readings did not ask all that the other one asked: then a difference proves nothing. */
function isComparable({ definition, record }: CorroborateRequest, { value, probedValidators }: Observation): boolean {
  if (record?.value == null) return true;
  const stored = record.value;
  if (value === null || digestOf(stored) === digestOf(value)) return true;
  const knowsLess = definition.supersedes?.(stored, value) === false;
  const knowsMore = definition.supersedes?.(value, stored) === false;
  return !knowsLess && !knowsMore && probedValidators.every((asked) => record.probedValidators.includes(asked));
}

/** A node that most others contradict is not asked for a while, and its own trail says so. */
export async function suspect(
  node: string,
  { ref, block }: Pick<CorroborateRequest, 'ref' | 'block'>,
  service: CorroborateService,
): Promise<void> {
  const { chain, audit, metrics, clock, log } = service;
  const reason = `contradicts the other nodes at block ${block.height}`;
  metrics.count('NodeSuspected');
  log.warn('a node contradicts the others', { node, ref: refKey(ref), block: block.height });
  try {
    chain.suspect(node, reason);
  } catch (error) {
    // Thrown where the node is suspected already.
    if (!(error instanceof ChainUnavailable)) throw error;
  }
  const entry = {
    ref: { kind: 'node', id: node },
    cause: 'refusal',
    actor: 'service',
    before: null,
    after: { reason, ref },
    block: blockRef(block),
    timestamp: new Date(clock.now()).toISOString(),
  } as const;
  await audit.append(entry).catch((error: unknown) => storeFailed(error, service));
}
