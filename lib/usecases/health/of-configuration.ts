import { abortIn } from '../../domain/deadline.ts';
import { messageOf } from '../../domain/errors.ts';
import { type HealthReason, healthReason } from '../../domain/health.ts';
import type { Service } from '../../domain/service.ts';
import { checkConfiguration } from '../observing/check-configuration.ts';

const keptMs = 60_000;
const lookMs = 3_000;

/** Held against the chain once a minute: a few calls for each configured contract. */
export async function configurationReasons(service: Service): Promise<HealthReason[]> {
  const action = 'Correct ASTAKE_COLLECTIONS or ASTAKE_LIQUID_STAKING, or CASPER_CHAIN_NAME, and start again.';
  try {
    const checks = await service.memory.recent('configuration', keptMs, () =>
      checkConfiguration({ signal: abortIn(lookMs) }, service),
    );
    return checks.flatMap(({ what, packageHash, problem }) => {
      if (problem === null) return [];
      const detail = `${what} (${packageHash}): ${problem}`;
      return [healthReason({ status: 'degraded', code: 'configured_contract', detail, action })];
    });
  } catch (error) {
    const detail = `The configuration could not be held against the chain: ${messageOf(error)}`;
    return [healthReason({ status: 'unknown', code: 'not_checked', detail, action: 'See the component `nodes`.' })];
  }
}
