import type { PinnedBlock } from '../../domain/block.ts';
import { digestOf } from '../../domain/digest.ts';
import { ChainUnavailable } from '../../domain/errors.ts';
import { judgementOn } from '../../domain/judgement.ts';
import type { EraReading, EraShares } from '../../domain/rewards.ts';
import type { Service } from '../../domain/service.ts';
import { nodesAsked, suspect } from './corroborate.ts';

type EraService = Pick<Service, 'chain' | 'audit' | 'metrics' | 'clock' | 'log'>;

/**
 * Rule ACTIVITY-20: what the era paid that a switch block ended, as two nodes say; where they differ, most of three decide. Where only
 * one can say, its answer counts. undefined: no node serves it, or they do not agree. Throws ChainUnavailable.
 */
export async function eraPaid(
  block: PinnedBlock,
  signal: AbortSignal,
  service: EraService,
): Promise<EraShares | undefined> {
  const { chain, log } = service;
  const first = await chain.eraRewards(block, signal);
  if (first === undefined) return undefined;
  const said = [first];
  const others = chain.nodes().filter((node) => node !== first.node);
  for (const node of others.slice(0, nodesAsked - 1)) {
    said.push(...(await saidBy(node)));
    // Two that agree are enough; two that differ need a third one.
    if (said.length > 1 && doAgree()) break;
  }
  // The first answer may be remembered from a reading of long ago.
  if (!doAgree()) said.splice(0, 1, ...(await saidBy(first.node)));
  const statements = said.map((reading) => ({ node: reading.node, digest: digestOfPaid(reading) }));
  const judgement = judgementOn(statements, '');
  if (!('digest' in judgement)) {
    log.warn('the nodes do not agree on what an era paid', { era: block.eraId, block: block.height });
    return undefined;
  }
  const ref = { kind: 'era', id: String(block.eraId) };
  for (const node of judgement.dissenters) await suspect(node, { ref, block }, service);
  return said.find((reading) => digestOfPaid(reading) === judgement.digest)?.shares;

  function doAgree(): boolean {
    return new Set(said.map(digestOfPaid)).size === 1;
  }

  async function saidBy(node: string): Promise<readonly EraReading[]> {
    try {
      const reading = await chain.eraRewards(block, signal, node);
      return reading === undefined ? [] : [reading];
    } catch (error) {
      if (error instanceof ChainUnavailable) return [];
      throw error;
    }
  }
}

const digestOfPaid = ({ shares }: EraReading): string => digestOf(Object.fromEntries(shares));
