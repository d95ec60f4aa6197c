/**
 * Also a part of the names of functions, which have at most 64 characters. Without a hyphen, so that no name of a resource can be of two
 * environments: the function `sync` of `x-force` would be the function `force-sync` of `x`.
 */
export const isEnvironmentName = (text: string): boolean => /^[a-z0-9]{1,20}$/.test(text);

/** The prefix of the names of all resources of one environment. */
export const namePrefix = (environment: string): string => `astake-lookup-${environment}`;

/**
 * The prefix of the names of the tables: the environment's own, or that of another generation of its tables, as after a restore,
 * which makes tables of new names. `problem` where the given prefix could be that of another environment.
 */
export function tablePrefix(
  environment: string,
  given: string | undefined,
): { readonly prefix: string; readonly problem?: string } {
  const own = namePrefix(environment);
  const prefix = given?.trim() || own;
  const isOwn = prefix === own || (prefix.startsWith(`${own}-`) && /^[a-z0-9-]{1,90}$/.test(prefix));
  if (isOwn) return { prefix };
  return {
    prefix: own,
    problem: `ASTAKE_TABLES must be ${own}, or begin with ${own}- and have letters a to z, digits and "-" (at most 90)`,
  };
}

export const functionName = (environment: string, name: string): string => `${namePrefix(environment)}-${name}`;

/** The alias of each deployed function that points at the version in use. */
export const liveAlias = 'live';

/** A function's version in use, as all invoke it. */
export const liveFunction = (environment: string, name: string): string =>
  `${functionName(environment, name)}:${liveAlias}`;

/** The EventBridge bus that domain events are put on. */
export const busName = (environment: string): string => `${namePrefix(environment)}-events`;

export const stateMachineName = (environment: string, name: string): string => `${namePrefix(environment)}-${name}`;
