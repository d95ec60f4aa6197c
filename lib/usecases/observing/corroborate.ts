import { blockRef, type PinnedBlock } from '../../domain/block.ts';
import { digestOf } from '../../domain/digest.ts';
import { type EntityDefinition, type EntityRef, refKey } from '../../domain/entity.ts';
import { ChainUnavailable } from '../../domain/errors.ts';
import { type Judgement, judgementOn, type Statement } from '../../domain/judgement.ts';
import type { EntityRecord, Observation } from '../../domain/record.ts';
import type { Service } from '../../domain/service.ts';
import { storeFailed } from '../store-access.ts';
import { throughOneNode } from './by-one-node.ts';
import { type Observed, observe } from './observe.ts';

export interface Question {
  readonly definition: EntityDefinition;
  readonly ref: EntityRef;
  /** What is to be borne out, as it is stored; undefined: nothing is, and what most say is all that is asked. */
  readonly record: EntityRecord | undefined;
  /** What the reading goes on from; the record, where this is left out. */
  readonly known?: EntityRecord | undefined;
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
  const judgement = judgementOn(heard, question.record === undefined ? '' : digestOf(question.record.value));
  if (!('digest' in judgement)) return { judgement, statements: heard, observed: undefined };
  for (const node of judgement.dissenters) await suspect(node, question, service);
  const { observed } = heard.find(({ digest }) => digest === judgement.digest) ?? {};
  return { judgement, statements: heard, observed };
}

type Heard = Statement & { readonly observed: Observed | undefined };

async function statementOf(node: string, question: Question, service: CorroborateService): Promise<Heard> {
  const { definition, ref, block, signal } = question;
  const before = question.known ?? question.record;
  try {
    const observed = await observe(
      { definition, ref, block, before, signal },
      throughOneNode(node, service.chain, signal),
    );
    const { observation } = observed;
    return { node, digest: isComparable(question, observation) ? digestOf(observation.value) : undefined, observed };
  } catch (error) {
    if (error instanceof ChainUnavailable) return { node, digest: undefined, observed: undefined };
    throw error;
  }
}

/** What one of the two did not ask is no difference between them. */
function isComparable({ definition, record }: Question, { value, probedValidators }: Observation): boolean {
  if (record?.value == null) return true;
  const stored = record.value;
  if (value === null || digestOf(stored) === digestOf(value)) return true;
  const knowsLess = definition.supersedes?.(stored, value) === false;
  const knowsMore = definition.supersedes?.(value, stored) === false;
  return !knowsLess && !knowsMore && probedValidators.every((asked) => record.probedValidators.includes(asked));
}

async function suspect(node: string, { ref, block }: Question, service: CorroborateService): Promise<void> {
  const { chain, audit, metrics, clock, log } = service;
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
