export const metricsNamespace = 'AstakeLookup';
