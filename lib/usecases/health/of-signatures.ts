import { unlessDefect } from '../../domain/errors.ts';
import { type HealthReason, healthReason } from '../../domain/health.ts';
import type { Service } from '../../domain/service.ts';

const actions = {
  no_trust: 'Set ASTAKE_ANCHOR, as docs/operations.md says. Until then no answer is shown to be signed.',
  not_signed: 'Compare the block with a node of another operator, as docs/operations.md says: Trust does not advance.',
} as const;

/** Rule PROOF-4: whether validators have signed the newest block. Where no node answers, the component `nodes` says so. */
export async function signatureReasons(
  { chain }: Pick<Service, 'chain'>,
  signal: AbortSignal,
): Promise<readonly HealthReason[]> {
  const problem = await chain.signatureProblem(signal).catch(unlessDefect);
  if (problem === undefined) return [];
  const { code, reason } = problem;
  return [
    healthReason({ status: 'degraded', code, detail: `Readings are not signed: ${reason}.`, action: actions[code] }),
  ];
}
