import { enumerate } from './enumerate.ts';
import type { FunctionName } from './functions.ts';
import { headDigest } from './head-digest.ts';
import { reconcile } from './reconcile.ts';
import type { StateMachineDefinition } from './states-language.ts';
import { syncLoop } from './sync-loop.ts';
import { webhookLoop } from './webhook-loop.ts';

/**
 * `EXPRESS`: an execution takes at most five minutes, and costs little enough to start one each minute. `STANDARD`: an
 * execution may take hours, its name can be used only once, and each step is in its history, which has at most 25,000 events.
 */
export interface StateMachine {
  readonly type: 'EXPRESS' | 'STANDARD';
  readonly definition: StateMachineDefinition;
}

export const stateMachines = {
  'sync-loop': { type: 'EXPRESS', definition: syncLoop },
  'webhook-loop': { type: 'EXPRESS', definition: webhookLoop },
  enumerate: { type: 'STANDARD', definition: enumerate },
  reconcile: { type: 'STANDARD', definition: reconcile },
  'head-digest': { type: 'STANDARD', definition: headDigest },
} as const satisfies Record<string, StateMachine>;

export type StateMachineName = keyof typeof stateMachines;

export const stateMachineNames = Object.keys(stateMachines) as StateMachineName[];

/** The functions that a state machine runs. */
export const functionsRunBy = (name: StateMachineName): FunctionName[] => [
  ...new Set(
    [...JSON.stringify(stateMachines[name]).matchAll(/"\$\{([\w-]+)\}"/g)].map(([, of]) => of as FunctionName),
  ),
];
