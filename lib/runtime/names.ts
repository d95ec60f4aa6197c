/** The prefix of the names of all resources of one environment. */
export const namePrefix = (environment: string): string => `astake-lookup-${environment}`;

export const functionName = (environment: string, name: string): string => `${namePrefix(environment)}-${name}`;

/** The EventBridge bus that domain events are put on. */
export const busName = (environment: string): string => `${namePrefix(environment)}-events`;

export const stateMachineName = (environment: string, name: string): string => `${namePrefix(environment)}-${name}`;
