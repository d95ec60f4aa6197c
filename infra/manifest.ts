/**
 * The one inventory: functions, routes, schedules, streams, and the permissions of each function. The CDK stacks, their
 * grants, the bundle and the local stack all read it, so a local run has the same parts as a deployment.
 */
export * from './manifest/concurrency.ts';
export * from './manifest/functions.ts';
export * from './manifest/rollouts.ts';
export * from './manifest/route-settings.ts';
export * from './manifest/routes.ts';
export * from './manifest/schedules.ts';
export * from './manifest/state-machines.ts';
export * from './manifest/states-language.ts';
export * from './manifest/streams.ts';
export { type TableUse, type TableUses, tableActions } from './manifest/table-uses.ts';
