import { InvalidConfig } from '../lib/runtime/config.ts';
import type { DeployEnv, Settings } from './environments.ts';

const rollouts = ['gradual', 'at-once'] as const satisfies Settings['rollout'][];

/** How new versions come into use: as the profile has it, unless `ASTAKE_ROLLOUT` says otherwise. Throws InvalidConfig. */
export function rolloutOf({ rollout, alarms }: Pick<Settings, 'rollout' | 'alarms'>, given: DeployEnv) {
  const text = given.ASTAKE_ROLLOUT?.trim() || rollout;
  const asked = rollouts.find((one) => one === text);
  if (asked === undefined) throw new InvalidConfig([`ASTAKE_ROLLOUT must be ${rollouts.join(' or ')}`]);
  if (asked === 'gradual' && alarms === 'few')
    throw new InvalidConfig(['ASTAKE_ROLLOUT=gradual needs the alarms of the profile staging or production']);
  return asked;
}
