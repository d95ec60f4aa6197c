import { startDevChain } from '../../../infra/local/dev-chain/dev-chain.ts';
import type { EntityRef } from '../../../lib/domain/entity.ts';
import { lacking } from '../../support/lacking.ts';
import { recordedTruth } from '../../support/recorded-truth.ts';
import type { Row } from '../row.ts';
import { median, ratios } from '../statistics.ts';
import { countsOfProofs } from './counts.ts';
import { type Proving, provings, recording } from './reader.ts';
import { startReader } from './reader-process.ts';

const warming = 8;
const rounds = 32;
const perRound = 12;
const goal = 1.5;

/** What it costs to prove what is read: CPU, and bytes and calls to nodes. Both processes take turns, at the same blocks. */
export async function proofs(profile?: string): Promise<Row[]> {
  const truth = recordedTruth(recording);
  const first = truth.lastHeight - warming - rounds;
  const node = await startDevChain({ recording, height: first });
  const readers = {
    proved: await startReader(node, 'proved', profile),
    unproved: await startReader(node, 'unproved'),
  };
  try {
    const subjects = subjectsAt(first);
    const taken = new Map<string, Record<Proving, number[]>>();
    const firstOf = 'the first read of a block, an account';
    for (let round = 0; round < warming + rounds; round += 1) {
      node.setHeight(first + 1 + round);
      const reads = [
        [firstOf, subjects.account, 1] as const,
        ...Object.entries(subjects).map(([kind, ref]) => [kind, ref, perRound] as const),
      ];
      // Each process is first in every other round.
      for (const [name, ref, times] of reads)
        for (const proving of round % 2 === 0 ? provings : provings.toReversed()) {
          const cpu = await readers[proving].ask({ ref, times });
          const figures = taken.get(name) ?? { proved: [], unproved: [] };
          taken.set(name, figures);
          if (round >= warming) figures[proving].push(cpu);
        }
    }
    node.setHeight(first);
    const counted = await countsOfProofs(node, subjects);
    return [...[...taken].map(([name, figures]) => cpuRow(name, figures, name !== firstOf)), ...counted];
  } finally {
    for (const reader of Object.values(readers)) reader.end();
    await node.close();
  }

  function subjectsAt(height: number): Readonly<Record<'account' | 'asset' | 'staking', EntityRef>> {
    const token = truth.tokens.find((each) => truth.asset(each, height)?.burnt === false) ?? lacking();
    const stakesOf = (id: string) => truth.staking(id, height)?.delegations as readonly object[] | undefined;
    const staker = truth.accounts.find(({ id }) => (stakesOf(id)?.length ?? 0) > 0) ?? lacking();
    return {
      account: { kind: 'account', id: staker.id },
      asset: { kind: 'asset', id: `${token.packageHash}:${token.tokenId}` },
      staking: { kind: 'staking', id: staker.id },
    };
  }
}

function cpuRow(name: string, { proved, unproved }: Record<Proving, number[]>, hasGoal: boolean): Row {
  const micros = (values: readonly number[]) => `${Math.round(median(values))} µs`;
  const { ratio, detail } = ratios(proved, unproved);
  return {
    bench: `read from the chain, proved over unproved: ${name}`,
    counts: 'CPU',
    figure: micros(proved),
    against: micros(unproved),
    ratio,
    detail,
    ...(hasGoal && { goal: `<= ${goal}`, met: ratio <= goal }),
  };
}
