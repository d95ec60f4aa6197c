export const metricsNamespace = 'AstakeLookup';

/** A dimension of every metric, in addition to the environment. */
export const serviceName = 'astake-lookup';
