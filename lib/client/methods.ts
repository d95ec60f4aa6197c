import type { Operations } from './contract.ts';
import type { FreshnessOptions } from './freshness.ts';

export type OperationId = keyof Operations;

/** What every call takes. */
export interface ClientCallOptions {
  readonly signal?: AbortSignal | undefined;
  /** How long the call may take, its retries included; `wait` is added to it. */
  readonly timeoutMs?: number | undefined;
  /** How often it is repeated after a failure that may pass. */
  readonly retries?: number | undefined;
}

type Takes<Id extends OperationId, Name extends string, Options> = Name extends Operations[Id]['takes']
  ? Options
  : object;

/** The options of one operation: those that its route knows. */
export type OptionsOf<Id extends OperationId> = ClientCallOptions &
  // A list is never read from the chain: it knows `maxAge` alone.
  Takes<Id, 'minHeight', FreshnessOptions & { readonly minHeight?: number | undefined }> &
  Takes<Id, 'Cache-Control', Pick<FreshnessOptions, 'maxAge'>> &
  Takes<Id, 'at', { readonly at?: number | undefined }> &
  Takes<Id, 'If-Match', { readonly ifMatch?: string | undefined }> &
  (Operations[Id]['input'] extends { readonly body: unknown }
    ? Takes<Id, 'If-None-Match', { readonly ifNoneMatch?: string | undefined }>
    : object) &
  Takes<Id, 'Idempotency-Key', { readonly idempotencyKey?: string | undefined }>;

/** Path, query and body. A body without a form of its own may be JSON text, which is sent as it is. */
export type InputOf<Id extends OperationId> = Operations[Id]['input'] extends { readonly body: infer Body }
  ? Readonly<Record<string, unknown>> extends Body
    ? Omit<Operations[Id]['input'], 'body'> & { readonly body: Body | string }
    : Operations[Id]['input']
  : Operations[Id]['input'];

/** The body of the answer; with the format `csv` or `html` it is text. */
export type AnswerOf<Id extends OperationId, Input = unknown> = Input extends { readonly format: 'csv' | 'html' }
  ? string
  : Operations[Id]['answer'];

/** An answer with what its headers say. */
export interface WholeAnswer<Body> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Body;
}

type Arguments<Id extends OperationId, Input> =
  object extends InputOf<Id> ? [input?: Input, options?: OptionsOf<Id>] : [input: Input, options?: OptionsOf<Id>];

export type Methods = {
  readonly [Id in OperationId]: <const Input extends InputOf<Id>>(
    ...given: Arguments<Id, Input>
  ) => Promise<AnswerOf<Id, Input>>;
};

export type ListId = {
  [Id in OperationId]: Operations[Id] extends { readonly item: unknown } ? Id : never;
}[OperationId];

export type ItemOf<Id extends ListId> = Operations[Id] extends { readonly item: infer Item } ? Item : never;

/** What is read page by page is read as JSON. */
type ListInputOf<Id extends ListId> = 'format' extends keyof InputOf<Id>
  ? Omit<InputOf<Id>, 'format'> & { readonly format?: 'json' | undefined }
  : InputOf<Id>;

/** `cursor` may be given: the list then begins there. */
export type Pages = {
  readonly [Id in ListId]: <const Input extends InputOf<Id>>(
    ...given: Arguments<Id, Input>
  ) => AsyncGenerator<AnswerOf<Id, Input>, void, undefined>;
};

export type Items = {
  readonly [Id in ListId]: (...given: Arguments<Id, ListInputOf<Id>>) => AsyncGenerator<ItemOf<Id>, void, undefined>;
};
