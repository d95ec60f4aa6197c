export const metricsNamespace = 'AstakeLookup';

/** A dimension of every metric, beside the environment. */
export const serviceName = 'astake-lookup';
