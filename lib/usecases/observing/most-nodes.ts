import type { PinnedBlock } from '../../domain/block.ts';
import { digestOf } from '../../domain/digest.ts';
import type { EntityRef } from '../../domain/entity.ts';
import { ChainUnavailable } from '../../domain/errors.ts';
import { judgementOn, type Statement } from '../../domain/judgement.ts';
import type { RecordingState } from '../../domain/pinned-state.ts';
import type { Service } from '../../domain/service.ts';
import { nodesAsked, suspect, throughOneNode } from './corroborate.ts';

interface Question<T> {
  /** What it is about. */
  readonly ref: EntityRef;
  readonly block: PinnedBlock;
  readonly signal: AbortSignal;
  read(state: RecordingState): Promise<T>;
}

type Said<T> = Statement & { readonly value?: T; readonly failure?: ChainUnavailable };

/**
 * Rule COLLECT-3: what more than half of up to three nodes say, each by itself, of those that can say anything: for what decides
 * about more than one record. A node that most others contradict is suspected. Throws ChainUnavailable where there is no majority.
 */
export async function mostNodesSay<T>(question: Question<T>, service: Service): Promise<T> {
  const nodes = service.chain.nodes().slice(0, nodesAsked);
  const said = await Promise.all(nodes.map((node) => saidBy(node, question, service)));
  const judgement = judgementOn(said, '');
  if (!('digest' in judgement)) {
    const [failure] = said.flatMap((one) => one.failure ?? []);
    throw judgement.verdict === 'unknown' && failure ? failure : new ChainUnavailable('the nodes do not agree');
  }
  for (const node of judgement.dissenters) await suspect(node, question, service);
  return said.find(({ digest }) => digest === judgement.digest)?.value as T;
}

async function saidBy<T>(node: string, { block, signal, read }: Question<T>, service: Service): Promise<Said<T>> {
  const { chain, bases } = throughOneNode(node, service.chain, signal);
  try {
    const state = chain.at({ block, bases, signal });
    const value = await read(state);
    await state.proveAbsence();
    // Rule PROOF-4: nothing is taken from a block that validators have not signed.
    await state.proof();
    return { node, digest: digestOf({ value: value ?? null }), value };
  } catch (error) {
    if (!(error instanceof ChainUnavailable)) throw error;
    return { node, digest: undefined, failure: error };
  }
}
