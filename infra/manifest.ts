/**
 * The one inventory: what runs, on which routes, schedules and streams, and what each function may touch. The CDK stacks,
 * their grants, the bundle and the local runner all read it, so that what runs locally is what is deployed.
 */
export * from './manifest/functions.ts';
export * from './manifest/routes.ts';
export * from './manifest/schedules.ts';
export * from './manifest/state-machines.ts';
export * from './manifest/states-language.ts';
export * from './manifest/streams.ts';
