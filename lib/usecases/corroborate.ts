import type { BasisDefinition, BasisSeen } from '../domain/basis.ts';
import { type BasisReader, blockRef, type Chain, type PinnedBlock } from '../domain/chain.ts';
import { digestOf } from '../domain/digest.ts';
import { type EntityDefinition, refKey } from '../domain/entity.ts';
import { ChainUnavailable } from '../domain/errors.ts';
import { type Judgement, judgementOn, type Statement } from '../domain/judgement.ts';
import type { EntityRecord, Observation } from '../domain/record.ts';
import type { Service } from '../domain/service.ts';
import { readBasis } from './bases.ts';
import { type Observed, observe } from './observe.ts';
import { storeFailed } from './reading.ts';

export interface Question {
  readonly definition: EntityDefinition;
  readonly record: EntityRecord;
  /** The disputed block. */
  readonly block: PinnedBlock;
  readonly signal: AbortSignal;
}

export interface Corroborated {
  readonly judgement: Judgement;
  readonly statements: readonly Statement[];
  /** What those who are right have seen; undefined where nobody is. */
  readonly observed: Observed | undefined;
}

type CorroborateService = Pick<Service, 'chain' | 'audit' | 'metrics' | 'clock' | 'log'>;

const nodesAsked = 3;

/**
 * Nobody is convicted on one word: what each of several nodes says of the entity at the disputed block, each by itself.
 * A node that the others contradict is suspected, and that is written down.
 */
export async function corroborate(question: Question, service: CorroborateService): Promise<Corroborated> {
  const names = service.chain.nodes().slice(0, nodesAsked);
  const heard = await Promise.all(names.map((node) => statementOf(node, question, service)));
  const judgement = judgementOn(heard, digestOf(question.record.value));
  if (!('digest' in judgement)) return { judgement, statements: heard, observed: undefined };
  for (const node of judgement.dissenters) await suspect(node, question, service);
  const { observed } = heard.find(({ digest }) => digest === judgement.digest) ?? {};
  return { judgement, statements: heard, observed };
}

type Heard = Statement & { readonly observed: Observed | undefined };

async function statementOf(node: string, question: Question, service: CorroborateService): Promise<Heard> {
  const { definition, record, block, signal } = question;
  const chain = onlyNode(node, service.chain);
  try {
    const bases = basesOf(chain, signal);
    const observed = await observe({ definition, ref: record.ref, block, before: record, signal }, { chain, bases });
    const { observation } = observed;
    return { node, digest: isComparable(question, observation) ? digestOf(observation.value) : undefined, observed };
  } catch (error) {
    if (error instanceof ChainUnavailable) return { node, digest: undefined, observed: undefined };
    throw error;
  }
}

/** What one of the two did not ask is no difference between them. */
function isComparable({ definition, record }: Question, { value, beside }: Observation): boolean {
  const stored = record.value;
  if (stored === null || value === null || digestOf(stored) === digestOf(value)) return true;
  const knowsLess = definition.supersedes?.(stored, value) === false;
  const knowsMore = definition.supersedes?.(value, stored) === false;
  return !knowsLess && !knowsMore && beside.every((asked) => record.beside.includes(asked));
}

const onlyNode = (node: string, chain: Pick<Chain, 'at'>): Pick<Chain, 'at'> => ({
  at: (reading) => chain.at({ ...reading, only: node }),
});

/** Read by the same node, and remembered by nobody: a basis from elsewhere would bring somebody else's word in. */
function basesOf(chain: Pick<Chain, 'at'>, signal: AbortSignal): BasisReader {
  const readings = new Map<string, Promise<BasisSeen>>();
  const bases = ((definition: BasisDefinition, block: PinnedBlock) => {
    const reading = readings.get(definition.name) ?? readBasis(definition, { block, bases, signal }, chain);
    readings.set(definition.name, reading);
    return reading;
  }) as BasisReader;
  return bases;
}

async function suspect(node: string, { record, block }: Question, service: CorroborateService): Promise<void> {
  const { chain, audit, metrics, clock, log } = service;
  const { ref } = record;
  const reason = `contradicts the other nodes at block ${block.height}`;
  metrics.count('NodeSuspected');
  log.warn('a node contradicts the others', { node, ref: refKey(ref), block: block.height });
  try {
    chain.suspect(node, reason);
  } catch (error) {
    // Somebody else has found it out already.
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
