import { headers as answered } from './contract/about.ts';
import { operations } from './contract/operations.ts';

/** What pages of other origins may send and read. The origins are configured, the rest follows from the contract. */
export interface CorsRules {
  readonly origins: readonly string[];
  readonly methods: readonly string[];
  readonly requestHeaders: readonly string[];
  readonly exposedHeaders: readonly string[];
  /** How long a browser may keep the answer to a preflight request. */
  readonly maxAgeSeconds: number;
}

/** undefined: no origin is configured, and no page of another origin can use the service. */
export const corsRules = (origins: readonly string[]): CorsRules | undefined =>
  origins.length === 0
    ? undefined
    : {
        origins,
        methods: [...new Set([...operations.map(({ method }) => method), 'HEAD'])].sort(),
        requestHeaders: lowerCase(['Authorization', 'Content-Type', ...sentHeaders()]),
        // An answer to a request without a credential names what it asks for (RFC 9110, 11.6.1).
        exposedHeaders: lowerCase([...Object.keys(answered), 'WWW-Authenticate']),
        maxAgeSeconds: 600,
      };

const sentHeaders = (): string[] =>
  operations.flatMap(({ parameters = [] }) =>
    parameters.filter((parameter) => parameter.in === 'header').map(({ name }) => name),
  );

const lowerCase = (names: readonly string[]): string[] => [...new Set(names.map((name) => name.toLowerCase()))].sort();
