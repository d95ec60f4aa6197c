import type * as z from 'zod/mini';
import { problem } from './answers.ts';
import type { Parameter } from './parameters.ts';

export interface ResponseSpec {
  readonly description: string;
  /** undefined: no body. */
  readonly schema?: z.ZodMiniType;
  readonly headers?: readonly string[];
  /** A media type in which it is given as well, as text. */
  readonly orAs?: string;
}

export interface Operation {
  readonly operationId: string;
  readonly method: 'get' | 'post';
  readonly path: string;
  readonly summary: string;
  readonly parameters: readonly Parameter[];
  readonly body?: z.ZodMiniType;
  /** The body may be left out. */
  readonly mayLackBody?: true;
  /** Needs a credential of this role. */
  readonly role?: 'operator' | 'writer';
  /** By status. */
  readonly responses: Readonly<Record<number, ResponseSpec>>;
}

export const refused = (text: string): ResponseSpec => ({ description: text, schema: problem });
export const later = (text: string): ResponseSpec => ({ ...refused(text), headers: ['Retry-After'] });

export const invalid = { 400: refused('The request or an identifier is not valid') };
export const guarded = {
  401: refused('The route needs a valid credential'),
  403: refused('The credential lacks the role that the route needs'),
};
/** Of every route that takes a body. */
export const tooLarge = { 413: refused('The body is too large') };
export const defect = { 500: refused('A defect of the service') };
export const noStore = { 503: later('The store cannot be reached') };
