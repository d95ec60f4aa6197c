export type { Operations, Schemas } from './contract.ts';
export { createClient, type LookupClient } from './create-client.ts';
export {
  ClientError,
  type ClientErrorCode,
  InvalidCallError,
  NoAnswerError,
  RefusedError,
  UntrustedWebhookError,
  UnusableAnswerError,
} from './errors.ts';
export type { Feed, FeedFilter, FeedOptions } from './feed.ts';
export type { FreshnessOptions } from './freshness.ts';
export type { AnswerOf, ClientCallOptions, InputOf, ItemOf, OperationId, OptionsOf, WholeAnswer } from './methods.ts';
export type { ClientSettings } from './settings.ts';
export { type SignedDelivery, verifyWebhook } from './verify-webhook.ts';
