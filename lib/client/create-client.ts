import type { AnyInput, AnyOptions } from './build-request.ts';
import { type Caller, call } from './call.ts';
import { clientRoutes, type Schemas } from './contract.ts';
import { InvalidCallError } from './errors.ts';
import { createEtagCache } from './etag-cache.ts';
import { type Feed, type FeedFilter, type FeedOptions, followChanges } from './feed.ts';
import type {
  AnswerOf,
  ClientCallOptions,
  InputOf,
  Items,
  ListId,
  Methods,
  OperationId,
  OptionsOf,
  Pages,
  WholeAnswer,
} from './methods.ts';
import { createOwnWrites } from './own-writes.ts';
import { type CallBody, type CallWhole, listItems, listPages } from './pages.ts';
import { type ClientSettings, wholeSettings } from './settings.ts';
import { waitForTransaction } from './wait-for-transaction.ts';

/** A method for each operation of the contract, by its id, and what takes more than one request. */
export interface LookupClient extends Methods {
  /** The lists, page by page. */
  readonly pages: Pages;
  /** The lists, item by item. */
  readonly items: Items;
  /** One call with status and headers of its answer: `ETag`, `Location`, `RateLimit`. */
  request<Id extends OperationId, const Input extends InputOf<Id>>(
    id: Id,
    input: Input,
    options?: OptionsOf<Id>,
  ): Promise<WholeAnswer<AnswerOf<Id, Input>>>;
  /** All changes from a cursor on (`after`), or from now on. */
  follow(filter?: FeedFilter, options?: FeedOptions): Feed;
  /** Waits until the transaction is in a block or can be in none any more: 5 minutes, or `timeoutMs`. */
  waitForTransaction(hash: string, options?: ClientCallOptions): Promise<Schemas['TransactionAnswer']>;
  /** Reads are not older than this block: that of the newest own transaction, or what was given to `readFrom`. */
  readonly minHeight: number | undefined;
  /** Reads are not older than this block, for a client that goes on where another one wrote. */
  readFrom(height: number): void;
}

/** A client of one deployment. Throws an InvalidCallError for settings that cannot be used. */
export function createClient(settings: ClientSettings): LookupClient {
  const whole = wholeSettings(settings);
  const writes = createOwnWrites();
  const caller: Caller = { ...whole, cache: createEtagCache(whole.cacheEntries), writes };
  const callWhole: CallWhole = (id, input, options) => call(id, input, options, caller);
  const callBody: CallBody = async (id, input, options) => (await callWhole(id, input, options)).body;
  const ids = Object.keys(clientRoutes) as OperationId[];
  const lists = ids.filter((id) => clientRoutes[id].items !== undefined) as ListId[];
  const eachOf = <T>(names: readonly OperationId[], method: (id: OperationId) => T) =>
    Object.fromEntries(names.map((id) => [id, method(id)]));
  const client = {
    ...eachOf(
      ids,
      (id) =>
        (input: AnyInput = {}, options: AnyOptions = {}) =>
          callBody(id, input, options),
    ),
    pages: eachOf(
      lists,
      (id) =>
        (input: AnyInput = {}, options: AnyOptions = {}) =>
          listPages(id, input, options, callWhole),
    ),
    items: eachOf(
      lists,
      (id) =>
        (input: AnyInput = {}, options: AnyOptions = {}) =>
          listItems(id, input, options, callWhole),
    ),
    request: (id: OperationId, input: AnyInput, options: AnyOptions = {}) => callWhole(id, input, options),
    follow: (filter?: FeedFilter, options?: FeedOptions) => followChanges(filter ?? {}, options ?? {}, callBody, whole),
    waitForTransaction: async (hash: string, options?: ClientCallOptions) => {
      if (typeof hash === 'string') writes.await(hash);
      return waitForTransaction(hash, options ?? {}, callBody, whole.now);
    },
    get minHeight() {
      return writes.minHeight;
    },
    readFrom: (height: number) => {
      if (!Number.isSafeInteger(height)) throw new InvalidCallError('a height is a whole number');
      writes.raise(height);
    },
  };
  return client as unknown as LookupClient;
}
