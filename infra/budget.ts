import type { DeployEnv, Environment, Settings } from './environments.ts';
import { numberFor } from './per-environment.ts';

/** Dollars that an environment may cost in a month; 0: no budget. Throws InvalidConfig. */
export const monthlyDollars = (environment: Environment, { budgetDollars }: Settings, given: DeployEnv): number =>
  numberFor(environment, 'ASTAKE_BUDGET', given) ?? budgetDollars;
