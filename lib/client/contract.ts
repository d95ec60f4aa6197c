// Made from the OpenAPI document by `npm run client`. A test compares the two.

/** The schemas of the contract, by their names. */
export interface Schemas {
  /** An amount of CSPR, exact, in two units. 1 CSPR is 1,000,000,000 motes. */
  readonly Amount: {
    /** The amount in motes */
    readonly motes: string;
    /** The same amount in CSPR, with up to nine decimal places */
    readonly cspr: string;
  };
  /** One block of the chain */
  readonly Block: {
    /** The height of the block */
    readonly height: number;
    /** The hash of the block: 64 hexadecimal digits */
    readonly hash: string;
    /** The time of the block by the clock of the chain, ISO 8601 in UTC */
    readonly timestamp: string;
  };
  /** A token of a CEP-78, CEP-95 or CEP-47 collection */
  readonly Asset: {
    /** The kind of the entity: `asset` */
    readonly kind: 'asset';
    /** The id of the asset: `<package hash>:<token id>` */
    readonly id: string;
    /** The configured alias of the collection; null where it has none */
    readonly collection: string | null;
    /** The token standard of the contract */
    readonly standard: 'cep78' | 'cep47' | 'cep95';
    /** The hash of the contract package of the collection: 64 hexadecimal digits */
    readonly packageHash: string;
    /** The hash of the newest enabled contract version; null where the package has none */
    readonly contractHash: string | null;
    /** The id of the token within its collection */
    readonly tokenId: string;
    /** The owner: `account-hash-…`, or `hash-…` of a contract or package; null where the token has no owner */
    readonly owner: string | null;
    /** true when the token is burnt */
    readonly burnt: boolean;
    /** The account or contract that may transfer the token for its owner, written like `owner`; null without an approval */
    readonly approved: string | null;
    /** The metadata of the token: parsed where the chain holds JSON, else the text; null where there is none */
    readonly metadata: null | string | Readonly<Record<string, unknown>> | readonly (unknown)[];
    /** The value of the asset as its metadata states it, at the JSON pointer that the collection configures; null where there is no text */
    readonly assetValue: string | null;
    /** The verification mark of the metadata, at the JSON pointer that the collection configures; null where there is no boolean */
    readonly verified: boolean | null;
    /** The own data of the caller's application for the entity, which the chain knows nothing of; null where there is none, and for every caller without an application */
    readonly local: Readonly<Record<string, unknown>> | null;
  };
  /** The balance of an account */
  readonly Account: {
    /** The kind of the entity: `account` */
    readonly kind: 'account';
    /** The account hash: `account-hash-` and 64 hexadecimal digits */
    readonly id: string;
    /** The main purse of the account: a URef with its access rights */
    readonly mainPurse: string;
    /** The same as `total` */
    readonly balance: Schemas['Amount'];
    /** The whole balance of the main purse, with amounts on hold */
    readonly total: Schemas['Amount'];
    /** The part of the balance that is not on hold */
    readonly available: Schemas['Amount'];
    /** The parts that are on hold, the oldest first; an empty list where everything is available; null where no node serves them */
    readonly holds: readonly ({
      /** The amount as it was held at first */
      readonly amount: Schemas['Amount'];
      /** What it is held for: `gas` for the fee of a transaction, `processing` while a transaction runs; null where the node does not show it */
      readonly kind: 'gas' | 'processing' | null;
      /** The time of the block that began the hold, ISO 8601 in UTC */
      readonly since: string;
      /** The hold is in effect in each block through this time, and in no later one; null where the rules of the network cannot be read */
      readonly until: string | null;
      /** `accrued`: all of it is kept back until its end. `amortized`: it is released evenly, a little in every block. null where the rules of the network cannot be read */
      readonly handling: 'accrued' | 'amortized' | null;
    })[] | null;
    /** The own data of the caller's application for the entity, which the chain knows nothing of; null where there is none, and for every caller without an application */
    readonly local: Readonly<Record<string, unknown>> | null;
  };
  /** The staking position of an account */
  readonly Staking: {
    /** The kind of the entity: `staking` */
    readonly kind: 'staking';
    /** The account hash: `account-hash-` and 64 hexadecimal digits */
    readonly id: string;
    /** The sum of all delegations */
    readonly totalStaked: Schemas['Amount'];
    /** The delegations, ordered by the public key of the validator */
    readonly delegations: readonly ({
      /** The public key of the validator, in hexadecimal */
      readonly validator: string;
      /** The amount that is staked with this validator */
      readonly staked: Schemas['Amount'];
    })[];
    /** The withdrawals under way, ordered by the public key of the validator */
    readonly unbondings: readonly ({
      /** The public key of the validator that the stake leaves, in hexadecimal */
      readonly validator: string;
      /** The amount that is being withdrawn */
      readonly amount: Schemas['Amount'];
      /** The era in which the withdrawal began */
      readonly eraOfCreation: number;
      /** The public key of the validator that gets the stake next; null where the stake returns to the account */
      readonly redelegatesTo: string | null;
    })[];
    /** The bid of the account as a validator; null where it has none */
    readonly bid: {
      /** The own stake of the validator */
      readonly staked: Schemas['Amount'];
      /** The share of the rewards that the validator keeps, in percent */
      readonly delegationRate: number;
      /** true when the bid takes no part in the auction */
      readonly inactive: boolean;
    } | null;
    /** true when a node gave every bid of the account; false when only the known validators were read, so that a delegation may be missing */
    readonly complete: boolean;
    /** The rewards of the latest era that has ended; null where no era has ended, or no node has its summary */
    readonly rewards: {
      /** The era of the rewards */
      readonly era: number;
      /** The rewards of this era */
      readonly amount: Schemas['Amount'];
    } | null;
    /** The position in the configured liquid-staking contract; null where none is configured */
    readonly liquid: {
      /** The balance in the smallest unit of the token */
      readonly balance: string;
      /** CSPR per token, a decimal number rounded down to 18 places; null while the contract has no rate */
      readonly exchangeRate: string | null;
      /** The balance in CSPR, rounded down to motes; null while the contract has no rate */
      readonly value: Schemas['Amount'] | null;
    } | null;
    /** The own data of the caller's application for the entity, which the chain knows nothing of; null where there is none, and for every caller without an application */
    readonly local: Readonly<Record<string, unknown>> | null;
  };
  /** A transaction or deploy, and the result of its execution */
  readonly Transaction: {
    /** The kind of the entity: `transaction` */
    readonly kind: 'transaction';
    /** The hash of the transaction: 64 hexadecimal digits */
    readonly id: string;
    /** The same as `id` */
    readonly hash: string;
    /** `Version1`: a transaction of Casper 2; `Deploy`: a deploy of Casper 1 */
    readonly type: 'Version1' | 'Deploy';
    /** `pending`: not executed yet; `processed`: executed without an error; `failed`: executed with an error; `expired`: its time to live has passed and it was not executed */
    readonly status: 'pending' | 'processed' | 'failed' | 'expired';
    /** The account that sent the transaction: a public key in hexadecimal, or `account-hash-…` */
    readonly initiator: string | string;
    /** When the transaction was created, ISO 8601 in UTC */
    readonly timestamp: string;
    /** The time to live from `timestamp` on, as the chain writes it: `30m`, `2h` */
    readonly ttl: string;
    /** The block in which the transaction was executed; null while it was not executed */
    readonly executedAt: {
      /** The height of the block */
      readonly height: number;
      /** The hash of the block */
      readonly hash: string;
    } | null;
    /** What the execution cost; null while it was not executed */
    readonly cost: Schemas['Amount'] | null;
    /** The gas that the execution consumed; null while it was not executed */
    readonly consumed: string | null;
    /** The refund of the execution; null where the chain states none */
    readonly refund: Schemas['Amount'] | null;
    /** The error of a failed execution; null otherwise */
    readonly errorMessage: string | null;
    /** The CSPR transfers of the execution, in their order */
    readonly transfers: readonly ({
      /** The account hash of the sender */
      readonly from: string;
      /** The account hash of the recipient; null where the recipient is a purse without an account */
      readonly to: string | null;
      /** The amount of the transfer */
      readonly amount: Schemas['Amount'];
      /** The transfer id that the sender chose; null where there is none */
      readonly id: string | null;
    })[];
    /** The own data of the caller's application for the entity, which the chain knows nothing of; null where there is none, and for every caller without an application */
    readonly local: Readonly<Record<string, unknown>> | null;
  };
  /** How many tokens of a collection are known, and whether these are all */
  readonly Tokens: {
    /** How many tokens have a record, burnt ones included; null: not counted yet */
    readonly tracked: number | null;
    /** How many of these are burnt; null: not counted yet */
    readonly burnt: number | null;
    /** How many owners they have; null: not counted yet */
    readonly holders: number | null;
    /** The block at which the three numbers are exactly those of the chain; null where not all tokens are known: they say what the database has */
    readonly block: Schemas['Block'] | null;
    /** Whether all tokens are known */
    readonly whole: {
      /** `whole`: all tokens are known, and kept current. `enumerating`: they are being read. `effects-only`: the contract lists its tokens nowhere, so that those are known that were written since, or asked for. `broken`: they were all known; some may not be now, until they are enumerated again. `none`: they were not enumerated */
      readonly state: 'none' | 'enumerating' | 'whole' | 'effects-only' | 'broken';
      /** The last block through which all tokens are known; null where they are not */
      readonly through: Schemas['Block'] | null;
      /** Why they are not known, as a sentence; null where they are */
      readonly reason: string | null;
      /** How far the latest enumeration is, or was; null before the first one */
      readonly progress: {
        /** How many places of the list of the contract were read */
        readonly done: number;
        /** How many it has; null where it has no list */
        readonly total: number | null;
        /** When it began, ISO 8601 in UTC */
        readonly startedAt: string;
      } | null;
    };
  };
  /** A CEP-78, CEP-95 or CEP-47 collection, as its contract describes it */
  readonly Collection: {
    /** The kind of the entity: `collection` */
    readonly kind: 'collection';
    /** The hash of the contract package of the collection: 64 hexadecimal digits */
    readonly id: string;
    /** The configured alias of the collection; null where it has none */
    readonly alias: string | null;
    /** The same as `id` */
    readonly packageHash: string;
    /** The hash of the newest enabled contract version; null where the package has none */
    readonly contractHash: string | null;
    /** The token standard of the contract */
    readonly standard: 'cep78' | 'cep47' | 'cep95';
    /** The name of the collection; null where its contract says none */
    readonly name: string | null;
    /** The symbol of the collection; null where its contract says none */
    readonly symbol: string | null;
    /** The most tokens that there may be; null where the contract sets no limit that is known */
    readonly supply: string | null;
    /** How many tokens were ever minted, burnt ones included; null where the contract does not count them */
    readonly minted: string | null;
    /** What this service knows of the tokens; null where that could not be read, and in the history */
    readonly tokens: Schemas['Tokens'] | null;
    /** The own data of the caller's application for the entity, which the chain knows nothing of; null where there is none, and for every caller without an application */
    readonly local: Readonly<Record<string, unknown>> | null;
  };
  /** An error (RFC 9457) */
  readonly Problem: {
    /** Always `about:blank`: `code` says what happened */
    readonly type: 'about:blank';
    /** What happened, in a few words; the same for each `code` */
    readonly title: string;
    /** The HTTP status code of the answer */
    readonly status: number;
    /** What happened to this request, in a sentence */
    readonly detail: string;
    /** The error, for programs */
    readonly code: 'invalid_request' | 'invalid_id' | 'unauthenticated' | 'forbidden' | 'not_found' | 'invalid_transaction' | 'rejected_by_chain' | 'idempotency_key_reused' | 'precondition_failed' | 'rate_limited' | 'conflict_state' | 'too_old' | 'cursor_gone' | 'block_gone' | 'too_large' | 'value_too_large' | 'value_unreadable' | 'collection_unreadable' | 'method_not_allowed' | 'unsupported_media_type' | 'uri_too_long' | 'headers_too_large' | 'expectation_failed' | 'timed_out' | 'chain_unavailable' | 'overloaded' | 'store_unavailable' | 'issuer_unavailable' | 'not_cached' | 'internal_error';
    /** true when the same request may succeed later without a change */
    readonly retryable: boolean;
    /** The id of the request, for the logs */
    readonly requestId: string;
    /** Of `rejected_by_chain`: the refusal in the words of the node */
    readonly reason?: string | undefined;
    /** Of `rejected_by_chain`: the JSON-RPC error code of the node */
    readonly nodeCode?: number | undefined;
    /** Of `cursor_gone`: the cursor behind which the oldest kept event comes */
    readonly oldest?: string | undefined;
    /** Of `block_gone`: the lowest block that a node holds */
    readonly lowestHeight?: number | undefined;
    /** The path under which operators and auditors read for a day why the request failed; left out where that is not kept */
    readonly explain?: string | undefined;
    /** The faults of the request, where faults have a place: the first ten; `detail` says how many more there are */
    readonly errors?: readonly ({
      /** The field, parameter or header: `refs.0.id`, `minHeight` */
      readonly path: string;
      /** What is wrong with it, for example `must be JSON` */
      readonly message: string;
    })[] | undefined;
  };
  /** The answer of API Gateway when it refuses a request */
  readonly Throttled: {
    /** The reason, in the words of API Gateway: `Too Many Requests` */
    readonly message: string;
  };
  /** The header of a block, with the signatures of validators */
  readonly SignedHeader: {
    /** The BLAKE2b-256 hash of the serialised header, which validators sign */
    readonly hash: string;
    /** The header, as nodes write it in JSON */
    readonly header: Readonly<Record<string, unknown>>;
    /** Signatures of validators that are known by then, each once. Of a switch block no more than suffice */
    readonly signatures: readonly ({
      /** The public key of the validator in lower-case hexadecimal, with the byte of its algorithm */
      readonly publicKey: string;
      /** Its signature in lower-case hexadecimal, with the byte of its algorithm */
      readonly signature: string;
    })[];
  };
  /** All that the value was made of at `meta.block`, for a caller who checks it without a node and without trusting this service. `astake-lookup/verify` does so */
  readonly FullProof: {
    /** The version of this form */
    readonly format: 1;
    /** The name of the chain, which is part of what validators sign */
    readonly chainName: string;
    /** The block that the value was read at */
    readonly block: Schemas['SignedHeader'];
    /** The way of trust: first the switch block at `anchor` without signatures, since the caller knows its hash, then those that validators of more than two thirds of the weight known so far have signed. The last one names the validators of the era of the block */
    readonly switchBlocks: readonly (Schemas['SignedHeader'])[];
    /** Merkle proofs by the keys of global state */
    readonly proofs: Readonly<Record<string, string>>;
    /** Keys of global state under which there is nothing, as nodes say: there is no proof of that */
    readonly absent: readonly (string)[];
    /** What nodes say of the value without a proof; a member is left out where the value is not made of it */
    readonly claimed: {
      /** What is held back of the balance, whose total is proved */
      readonly balance?: {
        /** What may be spent, in motes */
        readonly available: string;
        /** The holds; null: no node serves them */
        readonly holds: readonly ({
          /** The amount in motes, as it was held at first */
          readonly amount: string;
          /** What it is for; null: the node does not show it */
          readonly kind: 'gas' | 'processing' | null;
          /** The time of the block that began it */
          readonly since: string;
        })[] | null;
      } | undefined;
      /** Public keys of the validators that the account holds something with, which is proved, and its own if it was asked, sorted; null: no node serves the list of all bids */
      readonly stakes?: readonly (string)[] | null | undefined;
      /** The same of all validators that were asked */
      readonly validators?: readonly (string)[] | undefined;
      /** The rewards of the account; null: unknown */
      readonly rewards?: {
        /** The era */
        readonly era: number;
        /** The amount in motes */
        readonly amount: string;
      } | null | undefined;
    };
    /** What the value depends on of the configuration of the service */
    readonly settings: {
      /** The configured collection of the value by its alias; empty: it is not configured */
      readonly collections: Readonly<Record<string, unknown>>;
      /** The configured liquid-staking contract; null: none is, or the value is not made of it */
      readonly liquidStaking: Readonly<Record<string, unknown>> | null;
    };
  };
  /** How far a value is proved */
  readonly Proof: {
    /** How far the value is proved, whatever nodes say. `signed`: Merkle proofs lead to it from the state of a block that validators with more than two thirds of their era's weight have signed; `state`: they lead to it from the state of the block with this hash, of which a node says that it is the chain's; `none`: nodes have said so. It says nothing of what `unproved` lists */
    readonly level: 'signed' | 'state' | 'none';
    /** Why it is not `signed`. `not_asked`: this service proves no reading, or only a share of them, or an earlier version read it; `nothing_proved`: nodes give no proof of this, as of an absence or a transaction; `older_block`: a block of 1.x; `no_trust`: no block is trusted yet; `era_unknown`: the validators of the era of the block are not known; `unsigned`: validators of too little weight are known to have signed the block, and the service is set to answer nevertheless; `not_in_time`: that was not found in time, or no node gave what says so, and the service is set to answer nevertheless; `disputed`: the chain contradicts the stored value */
    readonly reason?: 'not_asked' | 'nothing_proved' | 'older_block' | 'no_trust' | 'era_unknown' | 'unsigned' | 'not_in_time' | 'disputed' | undefined;
    /** Only with `signed`: the share of the era's weight that is known to have signed the block, 0 to 1, rounded down. It is at least that: no more signatures are verified than suffice */
    readonly weight?: number | undefined;
    /** Left out with `none`: the lowest block at which a part of the value was proved, each part where it was read. That the value still holds at the end of `verifiedThrough` follows from the blocks that the service has read in between, and is not covered by this proof */
    readonly height?: number | undefined;
    /** What the value rests on besides the proofs, as nodes have said; empty: nothing */
    readonly unproved: readonly ('absence' | 'holds' | 'stakes' | 'rewards' | 'transaction' | 'validators')[];
    /** Only with `proof=full`: all that proves the value */
    readonly full?: Schemas['FullProof'] | undefined;
  };
  /** How far a value was proved when it was read, with what shows it */
  readonly ReadingProof: {
    /** How far the value is proved, whatever nodes say. `signed`: Merkle proofs lead to it from the state of a block that validators with more than two thirds of their era's weight have signed; `state`: they lead to it from the state of the block with this hash, of which a node says that it is the chain's; `none`: nodes have said so. It says nothing of what `unproved` lists */
    readonly level: 'signed' | 'state' | 'none';
    /** Why it is not `signed`; null where it is */
    readonly reason: 'not_asked' | 'nothing_proved' | 'older_block' | 'no_trust' | 'era_unknown' | 'unsigned' | 'not_in_time' | 'disputed' | null;
    /** The share of the era's weight that is known to have signed the block; null: not signed */
    readonly weight: number | null;
    /** What the value rests on besides the proofs, as nodes have said; empty: nothing */
    readonly unproved: readonly ('absence' | 'holds' | 'stakes' | 'rewards' | 'transaction' | 'validators')[];
    /** The lowest block at which a part of the value was proved; null with `none` */
    readonly height: number | null;
    /** The state root and the digest of the proofs that lead to it, of the keys that the value itself was read from: shared state is a record of its own (kind `basis`), and its entries have their own; null: there were none */
    readonly evidence: {
      /** The state root of the block */
      readonly root: string;
      /** SHA-256 over the Merkle proofs: of each key, in their order, the key and the SHA-256 of its proof in lower-case hexadecimal, one line each */
      readonly digest: string;
    } | null;
  };
  /** Where an answer comes from, and how current it is */
  readonly Meta: {
    /** `cache`: known to be current; `chain`: read for this request; `history`: of the block `at`, from the audit trail of the record, without a call to a node; `database`: the last known value, because no node answered, none was to be asked, or the caller has no chain read left, and in every list */
    readonly source: 'cache' | 'chain' | 'database' | 'history';
    /** true when `age` is beyond the limit, or when the database answered in place of the chain. The limit is that of the kind, or a shorter `max-age` of the caller. An item of a list is judged by its own age. */
    readonly stale: boolean;
    /** The block that the request named: the value is what was there as of this block, and `block` is not */
    readonly at?: number | undefined;
    /** Only with `at`: the value is known to have held from this block through `verifiedThrough`, without a break, and `at` is one of these blocks. With `chain` it is `at` */
    readonly heldFrom?: number | undefined;
    /** The block at which the value was read. With `history` it may be below or above `at`: the trail shows that the value held there too */
    readonly block: Schemas['Block'];
    /** The last block through which the value is known to hold; with `at`, of those without a break from `at` on */
    readonly verifiedThrough: {
      /** The height of the block */
      readonly height: number;
      /** The time of the block by the clock of the chain, ISO 8601 in UTC; null only with `history`, where the trail names the height alone */
      readonly timestamp: string | null;
    };
    /** How far the value is proved, at the block that it was read at */
    readonly proof: Schemas['Proof'];
    /** How far behind the chain the value may be, in seconds; 0 where the request named a block */
    readonly age: number;
    /** The id of the request, for the logs */
    readonly requestId: string;
    /** The id of an unresolved conflict of the record: the chain contradicts the stored value. Left out without one. */
    readonly conflict?: string | undefined;
    /** Present when the own data of the caller's application could not be read: `local` is null, and says nothing */
    readonly localUnavailable?: true | undefined;
  };
  /** The chain has no such entity at the block in `meta`: an error (RFC 9457) with the facts behind it */
  readonly Absence: {
    /** Always `about:blank`: `code` says what happened */
    readonly type: 'about:blank';
    /** What happened, in a few words; the same for each `code` */
    readonly title: string;
    /** The HTTP status code of the answer */
    readonly status: number;
    /** What happened to this request, in a sentence */
    readonly detail: string;
    /** Always `not_found` */
    readonly code: 'not_found';
    /** true when the same request may succeed later without a change */
    readonly retryable: boolean;
    /** The id of the request, for the logs */
    readonly requestId: string;
    /** Of `rejected_by_chain`: the refusal in the words of the node */
    readonly reason?: string | undefined;
    /** Of `rejected_by_chain`: the JSON-RPC error code of the node */
    readonly nodeCode?: number | undefined;
    /** Of `cursor_gone`: the cursor behind which the oldest kept event comes */
    readonly oldest?: string | undefined;
    /** Of `block_gone`: the lowest block that a node holds */
    readonly lowestHeight?: number | undefined;
    /** The path under which operators and auditors read for a day why the request failed; left out where that is not kept */
    readonly explain?: string | undefined;
    /** The faults of the request, where faults have a place: the first ten; `detail` says how many more there are */
    readonly errors?: readonly ({
      /** The field, parameter or header: `refs.0.id`, `minHeight` */
      readonly path: string;
      /** What is wrong with it, for example `must be JSON` */
      readonly message: string;
    })[] | undefined;
    /** How current this statement is */
    readonly meta: Schemas['Meta'];
  };
  /** The outcomes of a batch, in the order of the request */
  readonly Batch: {
    /** One outcome for each entity of the request, in the same order */
    readonly results: readonly ({
      /** The entity, as the request names it */
      readonly ref: {
        /** The kind of the entity: asset, account, staking, transaction, collection */
        readonly kind: string;
        /** The id of the entity */
        readonly id: string;
      };
      /** The entity, in the form of its kind */
      readonly data: Schemas['Asset'] | Schemas['Account'] | Schemas['Staking'] | Schemas['Transaction'] | Schemas['Collection'];
      /** Where the answer comes from, and how current it is */
      readonly meta: Schemas['Meta'];
    } | {
      /** The entity, as the request names it */
      readonly ref: {
        /** The kind of the entity: asset, account, staking, transaction, collection */
        readonly kind: string;
        /** The id of the entity */
        readonly id: string;
      };
      /** The error: the entity does not exist, or the lookup failed */
      readonly error: Schemas['Problem'];
      /** How current the statement is that the entity does not exist; left out after a failure */
      readonly meta?: Schemas['Meta'] | undefined;
    })[];
  };
  /** What is tracked for an account, read from the chain */
  readonly RefreshedAccount: {
    /** One outcome for each entity: the account, its staking position, then its tokens */
    readonly results: readonly ({
      /** The entity */
      readonly ref: {
        /** The kind of the entity: asset, account, staking, transaction, collection */
        readonly kind: string;
        /** The id of the entity */
        readonly id: string;
      };
      /** What became of the record. `created`: there is one now; `changed`, `unchanged`: compared with the record before the request; `disputed`: the record contradicts the chain, see `meta.conflict`; `unsaved`: the answer is the chain's, and the record is still of an earlier block; `unavailable`: not read, ask again; `failed`: it cannot be read */
      readonly outcome: 'created' | 'changed' | 'unchanged' | 'disputed' | 'unsaved' | 'unavailable' | 'failed';
      /** The entity, in the form of its kind */
      readonly data: Schemas['Asset'] | Schemas['Account'] | Schemas['Staking'] | Schemas['Transaction'] | Schemas['Collection'];
      /** Where the answer comes from, and how current it is */
      readonly meta: Schemas['Meta'];
    } | {
      /** The entity */
      readonly ref: {
        /** The kind of the entity: asset, account, staking, transaction, collection */
        readonly kind: string;
        /** The id of the entity */
        readonly id: string;
      };
      /** What became of the record. `created`: there is one now; `changed`, `unchanged`: compared with the record before the request; `disputed`: the record contradicts the chain, see `meta.conflict`; `unsaved`: the answer is the chain's, and the record is still of an earlier block; `unavailable`: not read, ask again; `failed`: it cannot be read */
      readonly outcome: 'created' | 'changed' | 'unchanged' | 'disputed' | 'unsaved' | 'unavailable' | 'failed';
      /** The error: the entity does not exist, or the lookup failed */
      readonly error: Schemas['Problem'];
      /** How current the statement is that the entity does not exist; left out after a failure */
      readonly meta?: Schemas['Meta'] | undefined;
    })[];
    /** The `cursor` of the next page; null on the last page */
    readonly next: string | null;
  };
  /** Configured collections, by their package hashes */
  readonly CollectionList: {
    /** One outcome for each collection */
    readonly items: readonly ({
      /** The collection */
      readonly ref: {
        /** The kind of the entity: asset, account, staking, transaction, collection */
        readonly kind: string;
        /** The id of the entity */
        readonly id: string;
      };
      /** The entity, in the form of its kind */
      readonly data: Schemas['Asset'] | Schemas['Account'] | Schemas['Staking'] | Schemas['Transaction'] | Schemas['Collection'];
      /** Where the answer comes from, and how current it is */
      readonly meta: Schemas['Meta'];
    } | {
      /** The collection */
      readonly ref: {
        /** The kind of the entity: asset, account, staking, transaction, collection */
        readonly kind: string;
        /** The id of the entity */
        readonly id: string;
      };
      /** The error: the entity does not exist, or the lookup failed */
      readonly error: Schemas['Problem'];
      /** How current the statement is that the entity does not exist; left out after a failure */
      readonly meta?: Schemas['Meta'] | undefined;
    })[];
    /** The `cursor` of the next page; null on the last page */
    readonly next: string | null;
  };
  /** An answer about one asset */
  readonly AssetAnswer: {
    /** The asset */
    readonly data: Schemas['Asset'];
    /** Where the answer comes from, and how current it is */
    readonly meta: Schemas['Meta'];
  };
  /** Assets of an owner or of a collection, as far as they are in the database */
  readonly AssetList: {
    /** Assets */
    readonly items: readonly (Schemas['AssetAnswer'])[];
    /** true: of `collections`, this page has exactly what the chain has at the block in `meta`, between the page before and `next`. false: assets may be missing */
    readonly complete: boolean;
    /** What `complete` is about: the collection that was asked for, or every configured one that the caller may use */
    readonly collections: readonly ({
      /** The hash of the contract package: 64 hexadecimal digits */
      readonly packageHash: string;
      /** `whole`: all tokens are known, and kept current. `enumerating`: they are being read. `effects-only`: the contract lists its tokens nowhere, so that those are known that were written since, or asked for. `broken`: they were all known; some may not be now, until they are enumerated again. `none`: they were not enumerated */
      readonly state: 'none' | 'enumerating' | 'whole' | 'effects-only' | 'broken';
      /** The last block through which all tokens are known; null where they are not */
      readonly through: Schemas['Block'] | null;
      /** Why they are not known, as a sentence; null where they are */
      readonly reason: string | null;
    })[];
    /** The `cursor` of the next page; null on the last page */
    readonly next: string | null;
    /** Where the list comes from */
    readonly meta: {
      /** Always `database` */
      readonly source: 'database';
      /** Where `complete` is true, the block at which the page is exact; else the last block that sync has applied, null before its first run */
      readonly block: Schemas['Block'] | null;
      /** The id of the request, for the logs */
      readonly requestId: string;
    };
  };
  /** The audit entries of one record, newest first */
  readonly History: {
    /** The entity of the record */
    readonly ref: {
      /** The kind of the entity: asset, account, staking, transaction, collection */
      readonly kind: string;
      /** The id of the entity */
      readonly id: string;
    };
    /** Through which block the history is known: where the present value is known to have held. null where that is not known: there is no record, or it is in dispute, edited, too large or out of date */
    readonly current: {
      /** The entry after which it came */
      readonly sequence: number;
      /** Where it is known to have held, ascending */
      readonly spans: readonly ({
        /** The first block */
        readonly from: number;
        /** The last block */
        readonly through: number;
      })[];
    } | null;
    /** The changes, newest first */
    readonly entries: readonly ({
      /** The number of the entry: 1 for the first value of the record */
      readonly sequence: number;
      /** What changed the record: `lookup` a request; `sync` a new block; `reconciliation` a check of the store; `resolution` of a conflict by the service; `review` a decision of a person; `submission` a write to the chain; `enumeration` of a whole collection */
      readonly cause: 'lookup' | 'sync' | 'reconciliation' | 'resolution' | 'review' | 'submission' | 'enumeration';
      /** Who caused the change: `service`, or who was authenticated: on AWS the ARN of the principal, locally the name of the key */
      readonly actor: string;
      /** The changed fields before the change, named as in `data`, in the form in which they are stored; null where there was no value */
      readonly before: Readonly<Record<string, unknown>> | null;
      /** The changed fields after the change, named as in `data`, in the form in which they are stored; null where there is no value */
      readonly after: Readonly<Record<string, unknown>> | null;
      /** The block at which the new value was read */
      readonly block: Schemas['Block'];
      /** When the entry was written, ISO 8601 in UTC */
      readonly timestamp: string;
      /** Where the value before the change is known to have held; left out where that is not known */
      readonly held?: {
        /** SHA-256 of the value before the change */
        readonly digest: string;
        /** The definition that it was read by */
        readonly definition: string;
        /** The version of the logic that read it */
        readonly logicVersion: number;
        /** How many rewinds there were before */
        readonly fork: number;
        /** The block at which it was read last */
        readonly block: Schemas['Block'];
        /** Where it is known to have held, ascending */
        readonly spans: readonly ({
          /** The first block */
          readonly from: number;
          /** The last block */
          readonly through: number;
        })[];
        /** How far it was proved at `block`, in the form of the proof of an entry, without the evidence */
        readonly proof?: Readonly<Record<string, unknown>> | undefined;
      } | undefined;
      /** How far the new value was proved; left out where it was not, or was not read from the chain */
      readonly proof?: Schemas['ReadingProof'] | undefined;
      /** The value after the change in the form of an answer, also where it was refuted later; null where there is none, left out where the trail does not show it, and further back than 1,000 changes */
      readonly data?: Readonly<Record<string, unknown>> | null | undefined;
      /** The digest of the previous entry; null in the first one */
      readonly previousDigest: string | null;
      /** SHA-256 of all other members of the entry but `data`, and its `ref`, in their canonical form (RFC 8785) */
      readonly digest: string;
      /** Present when the stored entry was altered: members that cannot be read are null or empty */
      readonly unreadable?: true | undefined;
    })[];
    /** What does not hold in this page of the trail, highest number first; empty where everything does. The first page is held against the record too */
    readonly problems: readonly ({
      /** The number of the entry, which may be one that is missing */
      readonly sequence: number;
      /** What is wrong: the entry does not match its digest, does not follow the one before, is missing, or is not the newest one that the record names */
      readonly problem: string;
    })[];
    /** The `cursor` of the next page; null on the last page */
    readonly next: string | null;
  };
  /** The audit entries of an application's own data for one entity, newest first. The `ref` under their digests is that of the trail: the kind `local`, and the id `<application>#<kind>#<id>` */
  readonly LocalHistory: {
    /** The entity of the record */
    readonly ref: {
      /** The kind of the entity: asset, account, staking, transaction, collection */
      readonly kind: string;
      /** The id of the entity */
      readonly id: string;
    };
    /** The changes, newest first */
    readonly entries: readonly ({
      /** The number of the entry: 1 for the first value of the record */
      readonly sequence: number;
      /** Always `application` */
      readonly cause: 'application';
      /** Who caused the change: `service`, or who was authenticated: on AWS the ARN of the principal, locally the name of the key */
      readonly actor: string;
      /** The changed fields before the change, named as in `data`, in the form in which they are stored; null where there was no value */
      readonly before: Readonly<Record<string, unknown>> | null;
      /** The changed fields after the change, named as in `data`, in the form in which they are stored; null where there is no value */
      readonly after: Readonly<Record<string, unknown>> | null;
      /** Always null: the data belongs to no block */
      readonly block: null;
      /** When the entry was written, ISO 8601 in UTC */
      readonly timestamp: string;
      /** Where the value before the change is known to have held; left out where that is not known */
      readonly held?: {
        /** SHA-256 of the value before the change */
        readonly digest: string;
        /** The definition that it was read by */
        readonly definition: string;
        /** The version of the logic that read it */
        readonly logicVersion: number;
        /** How many rewinds there were before */
        readonly fork: number;
        /** The block at which it was read last */
        readonly block: Schemas['Block'];
        /** Where it is known to have held, ascending */
        readonly spans: readonly ({
          /** The first block */
          readonly from: number;
          /** The last block */
          readonly through: number;
        })[];
        /** How far it was proved at `block`, in the form of the proof of an entry, without the evidence */
        readonly proof?: Readonly<Record<string, unknown>> | undefined;
      } | undefined;
      /** How far the new value was proved; left out where it was not, or was not read from the chain */
      readonly proof?: Schemas['ReadingProof'] | undefined;
      /** The value after the change in the form of an answer, also where it was refuted later; null where there is none, left out where the trail does not show it, and further back than 1,000 changes */
      readonly data?: Readonly<Record<string, unknown>> | null | undefined;
      /** The digest of the previous entry; null in the first one */
      readonly previousDigest: string | null;
      /** SHA-256 of all other members of the entry but `data`, and its `ref`, in their canonical form (RFC 8785) */
      readonly digest: string;
      /** Present when the stored entry was altered: members that cannot be read are null or empty */
      readonly unreadable?: true | undefined;
    })[];
    /** What does not hold in this page of the trail, highest number first; empty where everything does. The first page is held against the record too */
    readonly problems: readonly ({
      /** The number of the entry, which may be one that is missing */
      readonly sequence: number;
      /** What is wrong: the entry does not match its digest, does not follow the one before, is missing, or is not the newest one that the record names */
      readonly problem: string;
    })[];
    /** The `cursor` of the next page; null on the last page */
    readonly next: string | null;
  };
  /** An application's own data for one entity */
  readonly LocalData: {
    /** The data, every number as it was written */
    readonly data: Readonly<Record<string, unknown>>;
    /** What the data is for, and since when */
    readonly meta: {
      /** The application whose data it is */
      readonly application: string;
      /** The entity */
      readonly ref: {
        /** The kind of the entity: asset, account, staking, transaction, collection */
        readonly kind: string;
        /** The id of the entity */
        readonly id: string;
      };
      /** The number of the change that left it, from 1 */
      readonly sequence: number;
      /** When it was changed, ISO 8601 in UTC */
      readonly updatedAt: string;
    };
  };
  /** Transactions of an account, newest first */
  readonly AccountTransactions: {
    /** The page. It may have fewer items than `limit`, even none, while `next` is not null. */
    readonly items: readonly ({
      /** `initiated`: the account sent the transaction; `transfer-in`, `transfer-out`: the transaction moved CSPR to the account, or from it. A transaction has one item for each of its parts that concern the account. */
      readonly role: 'initiated' | 'transfer-in' | 'transfer-out';
      /** The hash of the transaction: 64 hexadecimal digits */
      readonly hash: string;
      /** `processed`: executed without an error; `failed`: executed with an error */
      readonly status: 'processed' | 'failed';
      /** The block in which the transaction was executed */
      readonly block: Schemas['Block'];
      /** The account that sent the transaction */
      readonly initiator: string;
      /** What the execution cost its initiator */
      readonly cost: Schemas['Amount'];
      /** The error of a failed execution, its first 1,000 characters; null otherwise */
      readonly errorMessage: string | null;
      /** The transfer; null for `initiated` */
      readonly transfer: {
        /** The account in whose name the transfer was made. The purse is `source`: a contract may pay from its own purse in the name of the account that called it. */
        readonly from: string;
        /** The account to which the transfer was made; null where the sender named a purse */
        readonly to: string | null;
        /** The purse that was debited: `uref-…` */
        readonly source: string;
        /** The purse that was credited: `uref-…` */
        readonly target: string;
        /** The amount of the transfer */
        readonly amount: Schemas['Amount'];
        /** The transfer id that the sender chose, exact; null where there is none */
        readonly id: string | null;
      } | null;
    })[];
    /** Every transaction of these blocks that concerns the account is in the list. Items of older blocks are from an earlier time of tracking: they are true, and others may be missing among them. Null: the account is not tracked, since what was read of it could not be stored; ask again. */
    readonly completeBlocks: {
      /** The height of the first block: the one after the block at which tracking began, or after the last block that sync could not read */
      readonly from: number;
      /** The height of the last block. Below `from`: no block yet */
      readonly through: number;
    } | null;
    /** The `cursor` of the next page; null on the last page */
    readonly next: string | null;
    /** Where the list comes from */
    readonly meta: {
      /** Always `database` */
      readonly source: 'database';
      /** The last block that sync has applied; null before its first run */
      readonly block: Schemas['Block'] | null;
      /** The id of the request, for the logs */
      readonly requestId: string;
    };
  };
  /** The audit entries of a span of time */
  readonly AuditReport: {
    /** The service that reports */
    readonly service: {
      /** The name of the service */
      readonly name: string;
      /** The name of the network that it serves */
      readonly network: string;
      /** The environment: `local`, `dev`, `staging` or `production` */
      readonly environment: string;
      /** The version of the service */
      readonly version: string;
      /** The version of the rules by which it reads kinds and follows the chain */
      readonly logicVersion: number;
    };
    /** The principal who asked for the report */
    readonly askedBy: string;
    /** When it was made, ISO 8601 in UTC */
    readonly askedAt: string;
    /** The beginning of the span, inclusive, ISO 8601 in UTC */
    readonly from: string;
    /** The end of the span, exclusive, ISO 8601 in UTC */
    readonly until: string;
    /** Which part of the span this page has */
    readonly page: {
      /** Where the page begins, inclusive, ISO 8601 in UTC */
      readonly from: string;
      /** Where it ends, exclusive: the beginning of the next page, or the end of the span */
      readonly until: string;
      /** How many entries it has */
      readonly entries: number;
    };
    /** The first 100 links of trails of the page that do not hold; empty where every trail is whole */
    readonly broken: readonly ({
      /** The record whose trail is broken */
      readonly ref: {
        /** The kind of the entity: asset, account, staking, transaction, collection */
        readonly kind: string;
        /** The id of the entity */
        readonly id: string;
      };
      /** The number of the entry */
      readonly sequence: number;
      /** The fault of the entry or its link */
      readonly problem: string;
    })[];
    /** How much of the store was compared with the chain, as counted by the run of reconciliation that ended last before `until`; null where none had */
    readonly coverage: {
      /** The id of the run of reconciliation that has counted it */
      readonly run: string;
      /** Records in the store */
      readonly records: number;
      /** Records that were compared with the chain within 24 hours */
      readonly verified: number;
      /** `verified` as a share of `records`, 0 to 1; null without records */
      readonly share: number | null;
      /** When the record that waits longest was last compared with the chain; null without records */
      readonly oldest: string | null;
      /** How long ago that was, in seconds; null without records */
      readonly oldestSeconds: number | null;
      /** When this was counted, ISO 8601 in UTC */
      readonly at: string;
    } | null;
    /** The entries by time, then by `kind`, `#` and `id`, then by `sequence`; texts by their code units */
    readonly entries: readonly ({
      /** When the entry was written, ISO 8601 in UTC */
      readonly timestamp: string;
      /** What changed: the kind of an entity, or `conflict`, `key`, `local` (an application's own data), `node`, `service` */
      readonly kind: string;
      /** The id of what changed */
      readonly id: string;
      /** The number of the entry in its trail, from 1 */
      readonly sequence: number;
      /** What caused the change: `lookup`, `sync`, `reconciliation`, `resolution`, `review`, `submission`, `enumeration`, `health`, `refusal`, `access`, `application` */
      readonly cause: string;
      /** Who caused the change: `service`, or who was authenticated: on AWS the ARN of the principal, locally the name of the key */
      readonly actor: string;
      /** The names of the fields that changed */
      readonly fields: readonly (string)[];
      /** The changed fields before the change; null where there was no value */
      readonly before: Readonly<Record<string, unknown>> | null;
      /** The changed fields after the change; null where there is no value */
      readonly after: Readonly<Record<string, unknown>> | null;
      /** The height of the block at which the new value was read; null without one */
      readonly blockHeight: number | null;
      /** The hash of this block; null without one */
      readonly blockHash: string | null;
      /** The time of this block, ISO 8601 in UTC; null without one */
      readonly blockTime: string | null;
      /** Where the value before the change is known to have held, as it is under the digest; null where that is not known */
      readonly held: Readonly<Record<string, unknown>> | null;
      /** How far the new value was proved, with the state root and the digest of the Merkle proofs, as it is under the digest; null where it was not, or was not read from the chain */
      readonly proof: Readonly<Record<string, unknown>> | null;
      /** SHA-256 of the entry in its canonical form (RFC 8785). Under it are `ref` (`kind` and `id`), `sequence`, `cause`, `actor`, `before`, `after`, `block` (`height`, `hash`, `timestamp`; null without one), `timestamp`, `held` and `proof` (each left out where it is null) and `previousDigest` */
      readonly digest: string;
      /** The digest of the previous entry of the trail; null in the first one */
      readonly previousDigest: string | null;
      /** What is wrong with the entry, or with a missing entry next to it (`entry 3: the entry is missing`); null where nothing is */
      readonly problem: string | null;
    })[];
    /** The trails with entries on the page */
    readonly trails: readonly ({
      /** The kind of what the trail is about */
      readonly kind: string;
      /** Its id */
      readonly id: string;
      /** How many entries of the trail the page has */
      readonly entries: number;
      /** The one with the lowest number */
      readonly first: {
        /** The number of the entry */
        readonly sequence: number;
        /** The digest of the entry */
        readonly digest: string;
      };
      /** The one with the highest number */
      readonly last: {
        /** The number of the entry */
        readonly sequence: number;
        /** The digest of the entry */
        readonly digest: string;
      };
      /** The newest entry, also after the span, as the record names it; null where the trail has no record */
      readonly head: {
        /** The number of the entry */
        readonly sequence: number;
        /** The digest of the entry */
        readonly digest: string;
      } | null;
    })[];
    /** The `cursor` of the next page; null on the last page */
    readonly next: string | null;
    /** What the page holds, and whether the trails are whole */
    readonly summary: {
      /** How many entries the page has */
      readonly entries: number;
      /** Entries by cause; a cause without entries is left out */
      readonly byCause: Readonly<Record<string, number>>;
      /** Entries by kind; a kind without entries is left out */
      readonly byKind: Readonly<Record<string, number>>;
      /** Entries by principal (`actor`); `service` is the service itself */
      readonly byActor: Readonly<Record<string, number>>;
      /** How many trails the entries belong to */
      readonly trails: number;
      /** true when each entry matches its digest and follows the one before, none is missing next to these entries, and each record names the newest entry of its trail */
      readonly chainsWhole: boolean;
      /** How many of these trails are not whole */
      readonly brokenTrails: number;
      /** The first broken link of a trail; null where every trail is whole */
      readonly firstBroken: {
        /** The record whose trail is broken */
        readonly ref: {
          /** The kind of the entity: asset, account, staking, transaction, collection */
          readonly kind: string;
          /** The id of the entity */
          readonly id: string;
        };
        /** The number of the entry */
        readonly sequence: number;
        /** The fault of the entry or its link */
        readonly problem: string;
      } | null;
    };
  };
  /** The signed digest of the heads of all audit trails of a day */
  readonly HeadDigest: {
    /** The day, in UTC */
    readonly day: string;
    /** SHA-256 of the statement in its canonical form (RFC 8785); the next statement names it */
    readonly digest: string;
    /** What is signed */
    readonly statement: {
      /** `astake-lookup` */
      readonly service: string;
      /** The network */
      readonly network: string;
      /** The environment */
      readonly environment: string;
      /** The day, in UTC */
      readonly day: string;
      /** How many audit entries have the date */
      readonly entries: number;
      /** How many entries a part has, the last one excepted */
      readonly partSize: number;
      /** SHA-256 of each part: for each entry, in the order of the report, one line, which is `[timestamp, kind, id, sequence, digest]` as JSON without spaces */
      readonly parts: readonly (string)[];
      /** The statement before; null in the first */
      readonly previous: {
        /** Its day */
        readonly day: string;
        /** Its digest */
        readonly digest: string;
      } | null;
      /** When it was made, ISO 8601 in UTC */
      readonly takenAt: string;
    };
    /** ECDSA on P-256 with SHA-256 over the canonical form of the statement: DER, in base64 */
    readonly signature: string;
    /** The key that verifies it: SPKI, in PEM */
    readonly publicKey: string;
    /** SHA-256 of the key in DER, to be compared with one that you have from elsewhere */
    readonly keyDigest: string;
    /** How often the day is kept: more than once only where it was written past the service; the first counts */
    readonly copies: number;
  };
  /** A change of a record, a conflict, a run or a stall: in the feed and on the event bus alike */
  readonly ChangeEvent: {
    /** The id of the event: the same however often it comes */
    readonly id: string;
    /** Its place in the feed: `after` continues behind it */
    readonly cursor: string;
    /** What happened */
    readonly type: 'RecordChanged' | 'ConflictOpened' | 'ConflictAwaitsReview' | 'ConflictResolved' | 'ReconciliationStarted' | 'ReconciliationFinished' | 'SyncStalled' | 'SyncRecovered' | 'BlockUnseen' | 'SubmissionEnded' | 'WebhookPaused';
    /** When it happened, ISO 8601 in UTC */
    readonly at: string;
    /** The entity that it is about; null: it is about none */
    readonly ref: {
      /** The kind of the entity */
      readonly kind: string;
      /** The canonical id of the entity */
      readonly id: string;
    } | null;
    /** Package hash of the collection that the entity is of; null without one */
    readonly collection: string | null;
    /** The account of the id, the owner before and after, the initiator and both sides of the transfers of a transaction, as far as there are such; at most 1,000 */
    readonly accounts: readonly (string)[];
    /** The block of the change; null where it belongs to none */
    readonly block: {
      /** The height of the block */
      readonly height: number;
      /** The hash of the block */
      readonly hash: string;
      /** The time of the block, ISO 8601 in UTC; left out for a submission */
      readonly timestamp?: string | undefined;
    } | null;
    /** What made the change of a record; null for all others */
    readonly cause: 'lookup' | 'sync' | 'reconciliation' | 'resolution' | 'review' | 'submission' | 'enumeration' | null;
    /** Which change of the record it is, from 1; null for all others */
    readonly sequence: number | null;
    /** Names of the fields that changed, or that are in dispute */
    readonly fields: readonly (string)[];
    /** What only events of this type have */
    readonly detail: Readonly<Record<string, unknown>>;
  };
  /** Events behind a cursor, in the order of the feed */
  readonly Changes: {
    /** The events, oldest first */
    readonly items: readonly (Schemas['ChangeEvent'])[];
    /** The `after` of the next request; it moves also past events that the filter leaves out */
    readonly next: string;
    /** The newest place in the feed: where `next` is the same, nothing more is there yet */
    readonly head: string;
  };
  /** A record that the chain contradicts: both values of each field, the block, and what each node answered */
  readonly Conflict: {
    /** The id of the conflict: a digest of the entity, the disputed fields, the block and the stored value, 64 hexadecimal digits */
    readonly id: string;
    /** The entity whose record is in conflict */
    readonly ref: {
      /** The kind of the entity: asset, account, staking, transaction, collection */
      readonly kind: string;
      /** The id of the entity */
      readonly id: string;
    };
    /** How the record and the chain differ. `value`: the chain has another value at the record's own block; `edited`: the stored row was changed outside this service; `vanished`: the chain no longer has the entity; `nodes-disagree`: nodes contradict each other at one block */
    readonly class: 'value' | 'edited' | 'vanished' | 'nodes-disagree';
    /** `open`: the service resolves it; `awaiting-review`: a person decides; `resolved`: closed */
    readonly status: 'open' | 'awaiting-review' | 'resolved';
    /** The fields in dispute */
    readonly fields: readonly ({
      /** The name of the field */
      readonly field: string;
      /** The value of the field in the stored record */
      readonly database: unknown;
      /** The value of the field on the chain */
      readonly chain: unknown;
      /** `chain-wins`: the service may store the chain's value by itself; `review`: a person decides */
      readonly resolution: 'chain-wins' | 'review';
    })[];
    /** The record's own block, at which the values are compared */
    readonly block: Schemas['Block'];
    /** What each node answered at this block */
    readonly evidence: readonly ({
      /** The name of the node */
      readonly node: string;
      /** Which value the node confirms; `neither`: it has a third one; `nothing`: it did not answer */
      readonly says: 'chain' | 'database' | 'neither' | 'nothing';
    })[];
    /** How far the chain's side is proved; null where nothing was read, and for conflicts of older versions */
    readonly proof: Schemas['ReadingProof'] | null;
    /** When the conflict was opened, ISO 8601 in UTC */
    readonly openedAt: string;
    /** The principal whose request opened it: a run, an invalidation or a refresh of an account. null: the service found it by itself, or for a reader */
    readonly openedBy: string | null;
    /** The principals whose decision made or kept the disputed value, or who decided this conflict before or undid that */
    readonly editedBy: readonly (string)[];
    /** The principals who may neither decide the conflict nor undo its decision where the service requires four eyes (`ASTAKE_FOUR_EYES=on`) */
    readonly mayNotDecide: readonly (string)[];
    /** Who decides; null unless the conflict awaits a review */
    readonly owner: string | null;
    /** The deadline for the decision, ISO 8601 in UTC; null unless the conflict awaits a review */
    readonly deadline: string | null;
    /** When the conflict was resolved, ISO 8601 in UTC; null before */
    readonly resolvedAt: string | null;
    /** The decision; null before one was made */
    readonly decision: {
      /** `chain`: the chain's value was stored; `database`: the stored value was kept; `dismiss`: closed without a decision about the values */
      readonly decision: 'chain' | 'database' | 'dismiss';
      /** Who decided: `service`, or who was authenticated: on AWS the ARN of the principal, locally the name of the key. Left out in decisions of older versions. */
      readonly by?: string | undefined;
      /** The name that the request gave: a note */
      readonly reviewer: string;
      /** The reason; null where none was given */
      readonly note: string | null;
      /** When the decision was made, ISO 8601 in UTC */
      readonly at: string;
    } | null;
    /** The conflict in a sentence or two, for a person */
    readonly explanation: string;
  };
  /** A conflict whose stored row was changed outside this service, so that it cannot be read */
  readonly UnreadableConflict: {
    /** The id of the conflict */
    readonly id: string;
    /** The status under which it is listed */
    readonly status: string;
    /** Always true */
    readonly unreadable: true;
    /** What is wrong, for a person */
    readonly explanation: string;
  };
  /** A page of conflicts */
  readonly ConflictList: {
    /** The conflicts, newest first */
    readonly items: readonly (Schemas['Conflict'] | Schemas['UnreadableConflict'])[];
    /** The `cursor` of the next page; null on the last page */
    readonly next: string | null;
  };
  /** A conflict after a decision, or as it would be after it */
  readonly DecidedConflict: {
    /** The id of the conflict: a digest of the entity, the disputed fields, the block and the stored value, 64 hexadecimal digits */
    readonly id: string;
    /** The entity whose record is in conflict */
    readonly ref: {
      /** The kind of the entity: asset, account, staking, transaction, collection */
      readonly kind: string;
      /** The id of the entity */
      readonly id: string;
    };
    /** How the record and the chain differ. `value`: the chain has another value at the record's own block; `edited`: the stored row was changed outside this service; `vanished`: the chain no longer has the entity; `nodes-disagree`: nodes contradict each other at one block */
    readonly class: 'value' | 'edited' | 'vanished' | 'nodes-disagree';
    /** `open`: the service resolves it; `awaiting-review`: a person decides; `resolved`: closed */
    readonly status: 'open' | 'awaiting-review' | 'resolved';
    /** The fields in dispute */
    readonly fields: readonly ({
      /** The name of the field */
      readonly field: string;
      /** The value of the field in the stored record */
      readonly database: unknown;
      /** The value of the field on the chain */
      readonly chain: unknown;
      /** `chain-wins`: the service may store the chain's value by itself; `review`: a person decides */
      readonly resolution: 'chain-wins' | 'review';
    })[];
    /** The record's own block, at which the values are compared */
    readonly block: Schemas['Block'];
    /** What each node answered at this block */
    readonly evidence: readonly ({
      /** The name of the node */
      readonly node: string;
      /** Which value the node confirms; `neither`: it has a third one; `nothing`: it did not answer */
      readonly says: 'chain' | 'database' | 'neither' | 'nothing';
    })[];
    /** How far the chain's side is proved; null where nothing was read, and for conflicts of older versions */
    readonly proof: Schemas['ReadingProof'] | null;
    /** When the conflict was opened, ISO 8601 in UTC */
    readonly openedAt: string;
    /** The principal whose request opened it: a run, an invalidation or a refresh of an account. null: the service found it by itself, or for a reader */
    readonly openedBy: string | null;
    /** The principals whose decision made or kept the disputed value, or who decided this conflict before or undid that */
    readonly editedBy: readonly (string)[];
    /** The principals who may neither decide the conflict nor undo its decision where the service requires four eyes (`ASTAKE_FOUR_EYES=on`) */
    readonly mayNotDecide: readonly (string)[];
    /** Who decides; null unless the conflict awaits a review */
    readonly owner: string | null;
    /** The deadline for the decision, ISO 8601 in UTC; null unless the conflict awaits a review */
    readonly deadline: string | null;
    /** When the conflict was resolved, ISO 8601 in UTC; null before */
    readonly resolvedAt: string | null;
    /** The decision; null before one was made */
    readonly decision: {
      /** `chain`: the chain's value was stored; `database`: the stored value was kept; `dismiss`: closed without a decision about the values */
      readonly decision: 'chain' | 'database' | 'dismiss';
      /** Who decided: `service`, or who was authenticated: on AWS the ARN of the principal, locally the name of the key. Left out in decisions of older versions. */
      readonly by?: string | undefined;
      /** The name that the request gave: a note */
      readonly reviewer: string;
      /** The reason; null where none was given */
      readonly note: string | null;
      /** When the decision was made, ISO 8601 in UTC */
      readonly at: string;
    } | null;
    /** The conflict in a sentence or two, for a person */
    readonly explanation: string;
    /** true: nothing was changed */
    readonly dryRun: boolean;
    /** The change of the record; null where the record stays as it is */
    readonly changes: {
      /** The fields before the change; null where there was no value */
      readonly before: Readonly<Record<string, unknown>> | null;
      /** The fields after the change; null where there is no value */
      readonly after: Readonly<Record<string, unknown>> | null;
    } | null;
  };
  /** What was done with each conflict, or would be */
  readonly ResolvedConflicts: {
    /** true: nothing was changed */
    readonly dryRun: boolean;
    /** One item for each conflict of the page */
    readonly items: readonly ({
      /** The id of the conflict */
      readonly id: string;
      /** The entity; null where the conflict no longer exists */
      readonly ref: {
        /** The kind of the entity: asset, account, staking, transaction, collection */
        readonly kind: string;
        /** The id of the entity */
        readonly id: string;
      } | null;
      /** `take-chain`: the chain's value is stored; `await-review`: a person decides; `close`: the record and the chain no longer differ; `nothing`: no action is needed */
      readonly action: 'take-chain' | 'await-review' | 'close' | 'nothing';
      /** Why the service chose this action, in a sentence */
      readonly reason: string;
      /** The change of the record; null where the record stays as it is */
      readonly changes: {
        /** The fields before the change; null where there was no value */
        readonly before: Readonly<Record<string, unknown>> | null;
        /** The fields after the change; null where there is no value */
        readonly after: Readonly<Record<string, unknown>> | null;
      } | null;
    } | {
      /** The id of the conflict */
      readonly id: string;
      /** Why the conflict could not be resolved */
      readonly error: string;
    })[];
    /** The `cursor` of the next page; null on the last page */
    readonly next: string | null;
  };
  /** The entities to look up */
  readonly BatchRequest: {
    /** The entities: 1 to 100, of any kinds */
    readonly refs: readonly ({
      /** The kind: asset, account, staking, transaction, collection */
      readonly kind: string;
      /** The id, as the path of the kind takes it; the parts of an asset are joined by a colon: `villas:0` */
      readonly id: string;
    })[];
  };
  /** The data: a JSON object of at most 16 KB, nested at most 32 levels deep, no member twice */
  readonly LocalDataBody: Readonly<Record<string, unknown>>;
  /** The cached values that are to be read again: those of a kind, a collection or an owner */
  readonly InvalidationRequest: {
    /** A kind. Alone: all its values. With `owner`: only the values of this kind. */
    readonly kind?: string | undefined;
    /** An alias, or the hash of a contract package: only assets of this collection. Not with `owner`. */
    readonly collection?: string | undefined;
    /** An account or contract: the assets that it owns, and the account with its staking position */
    readonly owner?: string | undefined;
    /** `next` of the previous answer, to continue. Only with `owner`. */
    readonly cursor?: string | undefined;
  };
  /** The decision of a person about a conflict */
  readonly ConflictDecisionRequest: {
    /** `chain`: the chain's value is stored; `database`: the stored value is kept until either value changes; `dismiss`: the conflict is closed without a decision about the values */
    readonly decision: 'chain' | 'database' | 'dismiss';
    /** Who decides, by name: a note. The actor in the audit trail is who was authenticated. */
    readonly reviewer: string;
    /** The reason, for the audit trail */
    readonly note?: string | undefined;
    /** true: the answer says what would happen; nothing changes. The parameter `dryRun` does the same. */
    readonly dryRun?: boolean | undefined;
  };
  /** Who takes a decision back, and why */
  readonly ConflictUndoRequest: {
    /** Who decides, by name: a note. The actor in the audit trail is who was authenticated. */
    readonly reviewer?: string | undefined;
    /** The reason, for the audit trail */
    readonly note?: string | undefined;
  };
  /** How conflicts are resolved */
  readonly ConflictResolutionRequest: {
    /** true: the answer says what would happen; nothing changes. The parameter `dryRun` does the same. */
    readonly dryRun?: boolean | undefined;
  };
  /** What a run of reconciliation compares */
  readonly ReconciliationRequest: {
    /** Which records are compared; left out: all */
    readonly scope?: {
      /** Only records of this kind */
      readonly kind?: string | undefined;
      /** Only records of this collection: an alias, or the hash of its contract package */
      readonly collection?: string | undefined;
      /** Only the assets of this owner, and its account and staking position. Not with `kind` or `collection`. */
      readonly owner?: string | undefined;
    } | undefined;
    /** true: the answer says what would happen; nothing changes. The parameter `dryRun` does the same. */
    readonly dryRun?: boolean | undefined;
  };
  /** What the tick does besides applying new blocks */
  readonly ForceSyncRequest: {
    /** The height of the block at which sync stands and which it is to pass without having read it. Everything is reconciled afterwards. */
    readonly passBlock?: number | undefined;
    /** Who decides, by name: a note. The actor in the audit trail is who was authenticated. */
    readonly reviewer?: string | undefined;
    /** The reason, for the audit trail */
    readonly note?: string | undefined;
  };
  /** The block from which sync starts again after the network has gone back */
  readonly RewindRequest: {
    /** The height of the last block that the network and this store have in common */
    readonly height: number;
    /** Who decides, by name: a note. The actor in the audit trail is who was authenticated. */
    readonly reviewer: string;
    /** The reason, for the audit trail */
    readonly note?: string | undefined;
  };
  /** Why a request was answered as it was */
  readonly Explanation: {
    /** The id of the request */
    readonly requestId: string;
    /** The route that was called */
    readonly route: string;
    /** When the request began */
    readonly at: string;
    /** Milliseconds until the answer was ready */
    readonly tookMs: number;
    /** Why this is kept: the request failed, had a stale answer, or was sampled */
    readonly keptBecause: 'failed' | 'stale' | 'sampled';
    /** The HTTP status of the answer */
    readonly status: number;
    /** The code of the error; null: no error */
    readonly code: string | null;
    /** What the error said; null: no error */
    readonly detail: string | null;
    /** The steps in order: all, or the first 60 and the last 40 */
    readonly hops: readonly ({
      /** Milliseconds since the request began */
      readonly at: number;
      /** What was asked or done: `asked` is the request with its limits, `snapshot` what sync had followed, `lease` which of all processes reads, `node` one call to a node or what bars it, `retry` a new round of all nodes, `answer` the verdict */
      readonly step: 'asked' | 'snapshot' | 'cache' | 'lease' | 'chain' | 'node' | 'hedge' | 'retry' | 'store' | 'save' | 'conflict' | 'database' | 'answer';
      /** What came of it, in a word or two; of an `answer` its source, or the code of its error */
      readonly outcome: string;
      /** The entity: `<kind>#<id>` */
      readonly ref?: string | undefined;
      /** The node, by its configured name */
      readonly node?: string | undefined;
      /** The JSON-RPC method */
      readonly method?: string | undefined;
      /** Milliseconds */
      readonly tookMs?: number | undefined;
      /** Milliseconds before the call left, for the node's rate limit or a connection; of a `retry`: until the next round */
      readonly waitedMs?: number | undefined;
      /** Whether the node is set aside after failures */
      readonly breaker?: 'open' | 'closed' | undefined;
      /** The block: of `snapshot` the cursor, of `cache` and `answer` the one it is verified through */
      readonly height?: number | undefined;
      /** Age in seconds */
      readonly age?: number | undefined;
      /** Seconds: how old it may be; -1: it may not be used at any age */
      readonly limit?: number | undefined;
      /** Of an `answer`: it is older than its limit */
      readonly stale?: boolean | undefined;
      /** The id of the conflict */
      readonly conflict?: string | undefined;
      /** The reason, in a sentence */
      readonly why?: string | undefined;
    })[];
    /** How many steps between those are left out */
    readonly leftOut: number;
  };
  /** Cached values of the kind whose id begins with the prefix, and which were read at or below the height, are read again */
  readonly InvalidationMarker: {
    /** The kind of the entities: `asset`, `account`, `staking` or `transaction` */
    readonly kind: string;
    /** The beginning of the ids; empty: all ids */
    readonly prefix: string;
    /** The block height through which values are read again */
    readonly height: number;
  };
  /** What was invalidated */
  readonly InvalidationResult: {
    /** The marker for a kind or a collection; null for an owner */
    readonly marker: Schemas['InvalidationMarker'] | null;
    /** How many of the owner's values were read again */
    readonly renewed: number;
    /** How many of the owner's values are still to be read again, with `next` */
    readonly remaining: number;
    /** The `cursor` of the next page; null on the last page */
    readonly next: string | null;
    /** How many of the most requested values are being read again immediately */
    readonly warmed: number;
  };
  /** A key that is to be made */
  readonly KeyRequest: {
    /** What the key is for: 1 to 63 characters. Two keys may have the same name. */
    readonly name: string;
    /** What the key may do: at least one role */
    readonly roles: readonly ('reader' | 'writer' | 'operator' | 'auditor')[];
    /** The only collections that the key may use: aliases, or hashes of contract packages. Left out or null: all. */
    readonly collections?: readonly (string)[] | null | undefined;
    /** The application whose own data the key reads and writes. Left out or null: it has none. */
    readonly application?: string | null | undefined;
    /** Limits of this key alone. Left out or null: those of the configuration. */
    readonly limits?: {
      /** Requests in a minute; 0: no limit */
      readonly requestsPerMinute: number;
      /** Reads of the chain in a minute; 0: no limit */
      readonly chainReadsPerMinute: number;
    } | null | undefined;
    /** From this moment on the key is refused, ISO 8601 in UTC. Left out or null: it does not expire. */
    readonly expiresAt?: string | null | undefined;
    /** A note for other operators: up to 2,000 characters */
    readonly note?: string | null | undefined;
  };
  /** How a key is replaced */
  readonly KeyRotation: {
    /** For how many seconds the old key goes on alongside the new one, at most to its own expiry. Left out: a day. 0: it ends at once. */
    readonly overlapSeconds?: number | undefined;
    /** When the new key expires, ISO 8601 in UTC; null: never. Left out: it lasts as long as the old one was made to last. */
    readonly expiresAt?: string | null | undefined;
  };
  /** An API key, without the key itself */
  readonly Key: {
    /** The public part of the key, which names it: 12 digits and lower-case letters */
    readonly id: string;
    /** What the key is for */
    readonly name: string;
    /** Only an `active` key is accepted */
    readonly status: 'active' | 'expired' | 'revoked';
    /** What the key may do */
    readonly roles: readonly ('reader' | 'writer' | 'operator' | 'auditor')[];
    /** The hashes of the contract packages of the only collections that the key may use; null: all */
    readonly collections: readonly (string)[] | null;
    /** The application whose own data the key reads and writes; null: none */
    readonly application: string | null;
    /** Limits of this key alone; null: those of the configuration */
    readonly limits: {
      /** Requests in a minute; 0: no limit */
      readonly requestsPerMinute: number;
      /** Reads of the chain in a minute; 0: no limit */
      readonly chainReadsPerMinute: number;
    } | null;
    /** When the key was made, ISO 8601 in UTC */
    readonly createdAt: string;
    /** The authenticated principal who made it */
    readonly createdBy: string;
    /** From when on the key is refused, ISO 8601 in UTC; null: it does not expire */
    readonly expiresAt: string | null;
    /** When the key was revoked, ISO 8601 in UTC; null: it was not */
    readonly revokedAt: string | null;
    /** The authenticated principal who revoked it; null: it was not revoked */
    readonly revokedBy: string | null;
    /** The note that was given; null: none was */
    readonly note: string | null;
    /** The id of the key in whose place it was made; null: there was none */
    readonly replaces: string | null;
    /** The id of the key that was made in its place; null: there is none */
    readonly replacedBy: string | null;
  };
  /** A key whose stored row was changed outside this service, so that it cannot be read. It is not accepted. */
  readonly UnreadableKey: {
    /** The id of the key */
    readonly id: string;
    /** Always `revoked` */
    readonly status: 'revoked';
    /** Always true */
    readonly unreadable: true;
  };
  /** A new key. `key` is shown this once: it cannot be read again. */
  readonly MadeKey: {
    /** The public part of the key, which names it: 12 digits and lower-case letters */
    readonly id: string;
    /** What the key is for */
    readonly name: string;
    /** Only an `active` key is accepted */
    readonly status: 'active' | 'expired' | 'revoked';
    /** What the key may do */
    readonly roles: readonly ('reader' | 'writer' | 'operator' | 'auditor')[];
    /** The hashes of the contract packages of the only collections that the key may use; null: all */
    readonly collections: readonly (string)[] | null;
    /** The application whose own data the key reads and writes; null: none */
    readonly application: string | null;
    /** Limits of this key alone; null: those of the configuration */
    readonly limits: {
      /** Requests in a minute; 0: no limit */
      readonly requestsPerMinute: number;
      /** Reads of the chain in a minute; 0: no limit */
      readonly chainReadsPerMinute: number;
    } | null;
    /** When the key was made, ISO 8601 in UTC */
    readonly createdAt: string;
    /** The authenticated principal who made it */
    readonly createdBy: string;
    /** From when on the key is refused, ISO 8601 in UTC; null: it does not expire */
    readonly expiresAt: string | null;
    /** When the key was revoked, ISO 8601 in UTC; null: it was not */
    readonly revokedAt: string | null;
    /** The authenticated principal who revoked it; null: it was not revoked */
    readonly revokedBy: string | null;
    /** The note that was given; null: none was */
    readonly note: string | null;
    /** The id of the key in whose place it was made; null: there was none */
    readonly replaces: string | null;
    /** The id of the key that was made in its place; null: there is none */
    readonly replacedBy: string | null;
    /** The key, `astk_<id>_<secret>`, for `Authorization: Bearer`. It is shown this once. */
    readonly key: string;
  };
  /** A page of keys */
  readonly KeyList: {
    /** The keys, newest first */
    readonly items: readonly (Schemas['Key'] | Schemas['UnreadableKey'])[];
    /** The `cursor` of the next page; null on the last page */
    readonly next: string | null;
  };
  /** An answer about one account */
  readonly AccountAnswer: {
    /** The account */
    readonly data: Schemas['Account'];
    /** Where the answer comes from, and how current it is */
    readonly meta: Schemas['Meta'];
  };
  /** An answer about one staking */
  readonly StakingAnswer: {
    /** The staking */
    readonly data: Schemas['Staking'];
    /** Where the answer comes from, and how current it is */
    readonly meta: Schemas['Meta'];
  };
  /** An answer about one transaction */
  readonly TransactionAnswer: {
    /** The transaction */
    readonly data: Schemas['Transaction'];
    /** Where the answer comes from, and how current it is */
    readonly meta: Schemas['Meta'];
  };
  /** An answer about one collection */
  readonly CollectionAnswer: {
    /** The collection */
    readonly data: Schemas['Collection'];
    /** Where the answer comes from, and how current it is */
    readonly meta: Schemas['Meta'];
  };
  /** One chart: the console draws it, and the dashboard of CloudWatch has the same */
  readonly Chart: {
    /** The name of the chart, for programs */
    readonly id: string;
    /** The part of the service that it is about */
    readonly section: 'readers' | 'nodes' | 'sync' | 'truth' | 'store' | 'events';
    /** The heading */
    readonly title: string;
    /** The unit of the values */
    readonly unit: 'count' | 'seconds' | 'milliseconds' | 'percent' | 'blocks';
    /** The series are parts of a whole */
    readonly isStacked?: boolean | undefined;
    /** Each series is a node */
    readonly perNode?: boolean | undefined;
    /** Where values begin to mean something */
    readonly thresholds?: readonly ({
      /** The threshold, in the unit of the chart */
      readonly value: number;
      /** On which side of it something is wrong */
      readonly side: 'above' | 'below';
      /** How much that weighs */
      readonly level: 'warn' | 'bad';
      /** What it means, in words */
      readonly means: string;
    })[] | undefined;
    /** The series */
    readonly series: readonly ({
      /** The name of the series */
      readonly label: string;
      /** A value for each period, oldest first */
      readonly values: readonly (number | null)[];
    })[];
  };
  /** Figures over time */
  readonly Metrics: {
    /** `cloudwatch`: of all processes; `process`: of the one process of a local run, since its start */
    readonly source: 'cloudwatch' | 'process';
    /** When the first period began, ISO 8601 in UTC */
    readonly from: string;
    /** The length of a period, in seconds; the last one is not over yet */
    readonly periodSeconds: number;
    /** The charts */
    readonly widgets: readonly (Schemas['Chart'])[];
  };
  /** Who calls, as the service has authenticated it */
  readonly Principal: {
    /** The actor in audit trails, decisions and runs: `key:<id>`, `jwt:<issuer>:<subject>`, or the ARN of an IAM principal */
    readonly name: string;
    /** What the credential is; `local`: the key that a local run prints */
    readonly kind: 'key' | 'jwt' | 'iam' | 'local';
    /** The roles of the credential. `operator` includes `auditor` and `reader`; `auditor` and `writer` include `reader` */
    readonly roles: readonly ('reader' | 'writer' | 'operator' | 'auditor')[];
    /** The only collections that it may use; null: all */
    readonly collections: readonly (string)[] | null;
    /** The application whose own data it reads and writes; null: none */
    readonly application: string | null;
  };
  /** One run of reconciliation, without its findings */
  readonly ReconciliationRun: {
    /** The id of the run */
    readonly id: string;
    /** Which records the run compares */
    readonly scope: {
      /** Always `all` */
      readonly of: 'all';
    } | {
      /** Always `kind` */
      readonly of: 'kind';
      /** The kind of the records: `asset`, `account`, `staking` or `transaction` */
      readonly kind: string;
    } | {
      /** Always `collection` */
      readonly of: 'collection';
      /** The kind of the records: `asset` */
      readonly kind: string;
      /** The hash of the contract package */
      readonly collection: string;
    } | {
      /** Always `owner` */
      readonly of: 'owner';
      /** The owner: `account-hash-…` or `hash-…` */
      readonly owner: string;
    };
    /** true: the run changes nothing */
    readonly dryRun: boolean;
    /** `schedule`: the hourly run; `operator`: a request */
    readonly startedBy: 'schedule' | 'operator';
    /** The principal who asked for the run; left out where the schedule began it */
    readonly requestedBy?: string | undefined;
    /** The principal who cancelled the run; left out where it was not cancelled */
    readonly cancelledBy?: string | undefined;
    /** `running`; `finished`: every shard is done; `cancelled`: by an operator; `interrupted`: it failed too often or was not continued in time */
    readonly status: 'running' | 'finished' | 'cancelled' | 'interrupted';
    /** When the run started, ISO 8601 in UTC */
    readonly startedAt: string;
    /** When the run ended, ISO 8601 in UTC; null while it runs */
    readonly finishedAt: string | null;
    /** The block at which every record is compared; null where no node could give one */
    readonly block: Schemas['Block'] | null;
    /** Why the run did not finish; null otherwise */
    readonly reason: string | null;
    /** The highest number of JSON-RPC requests to nodes */
    readonly callsAllowed: number;
    /** How long the run took, or has taken so far, in milliseconds */
    readonly milliseconds: number;
    /** How much of the whole store was compared with the chain when the run ended; null before */
    readonly coverage: {
      /** Records in the store */
      readonly records: number;
      /** Records that were compared with the chain within the last 24 hours */
      readonly verified: number;
      /** `verified` as a share of `records`, 0 to 1; null without records */
      readonly share: number | null;
      /** When the record that waits longest was last compared with the chain, ISO 8601 in UTC; null without records */
      readonly oldest: string | null;
      /** How long ago that was, in seconds; null without records */
      readonly oldestSeconds: number | null;
      /** When this was counted, ISO 8601 in UTC */
      readonly at: string;
    } | null;
  };
  /** A page of runs */
  readonly ReconciliationList: {
    /** The runs, newest first */
    readonly items: readonly (Schemas['ReconciliationRun'])[];
    /** The `cursor` of the next page; null on the last page */
    readonly next: string | null;
  };
  /** One run of reconciliation with its findings: complete once the run is `finished`, partial before */
  readonly ReconciliationReport: {
    /** The id of the run */
    readonly id: string;
    /** Which records the run compares */
    readonly scope: {
      /** Always `all` */
      readonly of: 'all';
    } | {
      /** Always `kind` */
      readonly of: 'kind';
      /** The kind of the records: `asset`, `account`, `staking` or `transaction` */
      readonly kind: string;
    } | {
      /** Always `collection` */
      readonly of: 'collection';
      /** The kind of the records: `asset` */
      readonly kind: string;
      /** The hash of the contract package */
      readonly collection: string;
    } | {
      /** Always `owner` */
      readonly of: 'owner';
      /** The owner: `account-hash-…` or `hash-…` */
      readonly owner: string;
    };
    /** true: the run changes nothing */
    readonly dryRun: boolean;
    /** `schedule`: the hourly run; `operator`: a request */
    readonly startedBy: 'schedule' | 'operator';
    /** The principal who asked for the run; left out where the schedule began it */
    readonly requestedBy?: string | undefined;
    /** The principal who cancelled the run; left out where it was not cancelled */
    readonly cancelledBy?: string | undefined;
    /** `running`; `finished`: every shard is done; `cancelled`: by an operator; `interrupted`: it failed too often or was not continued in time */
    readonly status: 'running' | 'finished' | 'cancelled' | 'interrupted';
    /** When the run started, ISO 8601 in UTC */
    readonly startedAt: string;
    /** When the run ended, ISO 8601 in UTC; null while it runs */
    readonly finishedAt: string | null;
    /** The block at which every record is compared; null where no node could give one */
    readonly block: Schemas['Block'] | null;
    /** Why the run did not finish; null otherwise */
    readonly reason: string | null;
    /** The highest number of JSON-RPC requests to nodes */
    readonly callsAllowed: number;
    /** How long the run took, or has taken so far, in milliseconds */
    readonly milliseconds: number;
    /** How much of the whole store was compared with the chain when the run ended; null before */
    readonly coverage: {
      /** Records in the store */
      readonly records: number;
      /** Records that were compared with the chain within the last 24 hours */
      readonly verified: number;
      /** `verified` as a share of `records`, 0 to 1; null without records */
      readonly share: number | null;
      /** When the record that waits longest was last compared with the chain, ISO 8601 in UTC; null without records */
      readonly oldest: string | null;
      /** How long ago that was, in seconds; null without records */
      readonly oldestSeconds: number | null;
      /** When this was counted, ISO 8601 in UTC */
      readonly at: string;
    } | null;
    /** How far the run is */
    readonly progress: {
      /** All shards of the run */
      readonly shards: number;
      /** Shards that are done */
      readonly done: number;
    };
    /** Records that were compared, or were meant to be; without skipped ones */
    readonly records: number;
    /** Skipped records for which calls or time were used up */
    readonly unreached: number;
    /** Records by finding, and what became of them */
    readonly counts: {
      /** Records whose value is that of the chain */
      readonly match: number;
      /** Records that the chain has changed since, and that claimed nothing beyond their own block */
      readonly behind: number;
      /** Records that claimed to be current and were not: a defect of the service */
      readonly missed: number;
      /** Records whose value never was that of the chain at their own block, or whose row was edited */
      readonly conflict: number;
      /** Records that could not be compared: no node could answer, or nodes contradict each other */
      readonly unverifiable: number;
      /** Records that were not compared: a person decides or has decided, or calls or time were used up */
      readonly skipped: number;
      /** Records that were corrected */
      readonly fixed: number;
      /** Records that await the decision of a person */
      readonly review: number;
      /** Records with a problem that is left: a person has to act */
      readonly unfixed: number;
    };
    /** The same by kind */
    readonly byKind: Readonly<Record<string, {
      /** Records whose value is that of the chain */
      readonly match: number;
      /** Records that the chain has changed since, and that claimed nothing beyond their own block */
      readonly behind: number;
      /** Records that claimed to be current and were not: a defect of the service */
      readonly missed: number;
      /** Records whose value never was that of the chain at their own block, or whose row was edited */
      readonly conflict: number;
      /** Records that could not be compared: no node could answer, or nodes contradict each other */
      readonly unverifiable: number;
      /** Records that were not compared: a person decides or has decided, or calls or time were used up */
      readonly skipped: number;
      /** Records that were corrected */
      readonly fixed: number;
      /** Records that await the decision of a person */
      readonly review: number;
      /** Records with a problem that is left: a person has to act */
      readonly unfixed: number;
    }>>;
    /** Results by check */
    readonly byCheck: Readonly<Record<string, {
      /** Records that passed */
      readonly passed: number;
      /** Records that failed */
      readonly failed: number;
      /** Records for which the check could not be made; this is not a pass */
      readonly untold: number;
    }>>;
    /** The first records of each finding, as examples */
    readonly samples: readonly ({
      /** The record that was compared */
      readonly ref: {
        /** The kind of the entity: asset, account, staking, transaction, collection */
        readonly kind: string;
        /** The id of the entity */
        readonly id: string;
      };
      /** What was found; the meanings are those of `counts` */
      readonly finding: 'match' | 'behind' | 'missed' | 'conflict' | 'unverifiable' | 'skipped';
      /** The checks that failed */
      readonly problems: readonly ({
        /** The check that failed: `chain`, `digest`, `height`, `trail`, `watches`, `references`, or one of the kind */
        readonly check: string;
        /** Why the check failed */
        readonly problem: string;
        /** What became of this problem; a broken audit trail is never `fixed` */
        readonly outcome: 'fixed' | 'would-fix' | 'asked' | 'review' | 'unfixed';
      })[];
      /** The worst outcome of the problems. `fixed`: corrected; `would-fix`: a dry run changes nothing; `asked`: sync reads it again in its next batch; `review`: a person decides; `unfixed`: not corrected; null where there was nothing to correct */
      readonly outcome: 'fixed' | 'would-fix' | 'asked' | 'review' | 'unfixed' | null;
      /** The height of the record's own block */
      readonly height: number;
      /** The height through which the record was claimed to hold */
      readonly through: number;
      /** The id of the conflict of the record; null without one */
      readonly conflict: string | null;
      /** What putting the record right changed: the first five fields by name. The history has all of it */
      readonly changes: readonly ({
        /** The name of the field */
        readonly field: string;
        /** The value before, as JSON text; a long one is cut around the first difference */
        readonly before: string;
        /** The value after, as JSON text; a long one is cut around the first difference */
        readonly after: string;
      })[];
      /** The way to the record; null where its kind has no route, as shared state has none */
      readonly paths: {
        /** The path of the entity */
        readonly path: string;
        /** The path of its history */
        readonly history: string;
      } | null;
    })[];
    /** JSON-RPC requests to nodes */
    readonly calls: number;
    /** The working time of all shards together, in milliseconds */
    readonly workMilliseconds: number;
    /** The run of the same scope that finished before this one; null where none did, of the hundred runs before */
    readonly previous: {
      /** The id of the run */
      readonly id: string;
      /** When it ended, ISO 8601 in UTC */
      readonly finishedAt: string;
      /** true: it changed nothing */
      readonly dryRun: boolean;
      /** Its records by finding, and what became of them */
      readonly counts: {
        /** Records whose value is that of the chain */
        readonly match: number;
        /** Records that the chain has changed since, and that claimed nothing beyond their own block */
        readonly behind: number;
        /** Records that claimed to be current and were not: a defect of the service */
        readonly missed: number;
        /** Records whose value never was that of the chain at their own block, or whose row was edited */
        readonly conflict: number;
        /** Records that could not be compared: no node could answer, or nodes contradict each other */
        readonly unverifiable: number;
        /** Records that were not compared: a person decides or has decided, or calls or time were used up */
        readonly skipped: number;
        /** Records that were corrected */
        readonly fixed: number;
        /** Records that await the decision of a person */
        readonly review: number;
        /** Records with a problem that is left: a person has to act */
        readonly unfixed: number;
      };
      /** The counts of this run less those of the previous one */
      readonly difference: Readonly<Record<string, number>>;
    } | null;
    /** What to do, the most urgent first, for a person; empty where nothing is to be done */
    readonly recommendations: readonly (string)[];
    /** What the figures of a finished run over the whole store say that settings should be; empty where they are right */
    readonly advice: readonly ({
      /** The variable of the configuration */
      readonly variable: string;
      /** Its value when the run was started */
      readonly now: number;
      /** What the figures of this run say that it should be */
      readonly value: number;
      /** What that saves in a month; negative: what it costs more */
      readonly saves: {
        /** JSON-RPC requests to nodes */
        readonly calls: number;
        /** Dollars, at list prices */
        readonly dollars: number;
      };
      /** The figures behind it, what it changes and how sure it is, for a person */
      readonly text: string;
    })[];
    /** What the figures mean where nothing is to be done about them, for a person */
    readonly notes: readonly (string)[];
  };
  /** A link that opens the report of a run as a page, once */
  readonly ReportLink: {
    /** The path of the page on this host, with a token that is good once */
    readonly url: string;
    /** Until when it is good, ISO 8601 in UTC */
    readonly expiresAt: string;
  };
  /** What an account received for its stakes, era by era */
  readonly Rewards: {
    /** The staking position */
    readonly ref: {
      /** The kind of the entity: asset, account, staking, transaction, collection */
      readonly kind: string;
      /** The id of the entity */
      readonly id: string;
    };
    /** The eras that the answer is about, as far as they are kept: at most the newest 1,000 of those that were asked for; null where none of them is kept */
    readonly range: {
      /** The first era */
      readonly fromEra: number;
      /** The last era */
      readonly toEra: number;
    } | null;
    /** From which era on rewards are kept: since sync follows the chain, for all accounts; null before an era has ended since then */
    readonly kept: {
      /** The first era that is kept */
      readonly fromEra: number;
      /** The last era that has ended at the block in `meta` */
      readonly toEra: number;
    } | null;
    /** What the account received in all eras of `range` that are known, also those on other pages */
    readonly sum: {
      /** The sum */
      readonly amount: Schemas['Amount'];
      /** Of how many eras it is: those of `range` that are not missing */
      readonly eras: number;
    };
    /** Eras of `range` of which nothing is known: no node served them when they ended. They are in no sum. They are read again every hour */
    readonly missing: readonly ({
      /** The first of them */
      readonly fromEra: number;
      /** The last of them */
      readonly toEra: number;
    })[];
    /** Every reward that these blocks paid is in `items`, on one of the pages. Below `from` an era is missing, was not asked for, or ended before rewards were kept; through the last followed block where the newest era was asked for. null where the newest era of `range` is missing, or there is no range */
    readonly completeBlocks: {
      /** The first block */
      readonly from: number;
      /** The last block */
      readonly through: number;
    } | null;
    /** The known eras of `range`, newest first */
    readonly items: readonly ({
      /** The era */
      readonly era: number;
      /** The switch block that ended the era and paid */
      readonly block: Schemas['Block'];
      /** What the account received in the era: 0 where it received nothing */
      readonly amount: Schemas['Amount'];
      /** What the amount is made of, by validator */
      readonly shares: readonly ({
        /** The public key of the validator, in hexadecimal */
        readonly validator: string;
        /** `validator`: by its own bid; `delegator`: by its delegation to the validator */
        readonly as: 'validator' | 'delegator';
        /** What it received from there */
        readonly amount: Schemas['Amount'];
      })[];
    })[];
    /** The `cursor` of the next page; null on the last page */
    readonly next: string | null;
    /** Where the answer comes from */
    readonly meta: {
      /** Always `database` */
      readonly source: 'database';
      /** The last block that sync has applied; null before its first run */
      readonly block: Schemas['Block'] | null;
      /** The id of the request, for the logs */
      readonly requestId: string;
    };
  };
  /** One run of sync */
  readonly Tick: {
    /** When the tick began, ISO 8601 in UTC */
    readonly at: string;
    /** The height of the first block that was applied; null where there was none */
    readonly from: number | null;
    /** The height of the last block that was applied; null where there was none */
    readonly to: number | null;
    /** The heights of blocks among them that could not be read and were passed: what they wrote is not known */
    readonly unseen: readonly (number)[];
    /** How many records were read again or put into the cache again */
    readonly refreshed: number;
    /** JSON-RPC requests to nodes */
    readonly calls: number;
    /** How long the tick took, in milliseconds */
    readonly milliseconds: number;
    /** Why the tick ended: `done` it reached the newest block; `time` it reached its time limit; `calls` it reached its limit of requests to nodes; `busy` another process was running a tick; `chain` no node could answer, or no node had the block yet; `reset` the chain no longer has the last block that sync has applied; `rules` a newer version of the service has taken over; `overtaken` another process advanced sync first; `store` the store could not be used; `defect` a defect of the service */
    readonly stoppedBy: 'done' | 'time' | 'calls' | 'busy' | 'chain' | 'reset' | 'rules' | 'overtaken' | 'store' | 'defect';
    /** Why the tick did not reach the newest block; null where it did */
    readonly reason: string | null;
    /** What could not be read and ended the tick: a record, `kind#id`, or a block, `block#height`; null without one */
    readonly stuckAt: string | null;
  };
  /** The progress of sync */
  readonly SyncReport: {
    /** The last block that sync has applied; null before its first run */
    readonly cursor: Schemas['Block'] | null;
    /** The newest block of the chain that the service knows; null before the first one */
    readonly tip: {
      /** The height of the block */
      readonly height: number;
      /** The hash of the block: 64 hexadecimal digits */
      readonly hash: string;
      /** The time of the block by the clock of the chain, ISO 8601 in UTC */
      readonly timestamp: string;
      /** When a process of the service saw the block, ISO 8601 in UTC */
      readonly seenAt: string;
    } | null;
    /** How far the data is behind the chain, in blocks; null while that is unknown */
    readonly lagBlocks: number | null;
    /** How far the data is behind the chain, in seconds: since this process first saw the block after the cursor, so that a pause of the chain is no lag; by the time of the chain where it has not watched for so long. It grows while no process sees a node, also when `lagBlocks` is 0. Null while that is unknown. */
    readonly lagSeconds: number | null;
    /** Why sync does not advance, and since when; null while it does */
    readonly stalled: {
      /** Since when, ISO 8601 in UTC */
      readonly since: string;
      /** Why sync does not advance */
      readonly reason: string;
    } | null;
    /** A block at which any value may have changed without a write, so that every record is compared again; null without one */
    readonly reconcileFrom: {
      /** The height of that block */
      readonly height: number;
      /** Why any value may have changed */
      readonly reason: string;
      /** When this was recorded, ISO 8601 in UTC */
      readonly at: string;
    } | null;
    /** After a hard reset of the network, until sync is set back: the highest block that is known to be of both histories; null where there was no reset, or no such block is known */
    readonly commonBlock: {
      /** Its height: what `POST /v1/sync/rewind` takes */
      readonly height: number;
      /** Its hash */
      readonly hash: string;
    } | null;
    /** The latest ticks, newest first */
    readonly lastTicks: readonly (Schemas['Tick'])[];
  };
  /** A tick that an operator started, and the progress of sync after it */
  readonly ForcedTick: {
    /** What the tick that this request started has done */
    readonly tick: Schemas['Tick'];
    /** The last block that sync has applied; null before its first run */
    readonly cursor: Schemas['Block'] | null;
    /** The newest block of the chain that the service knows; null before the first one */
    readonly tip: {
      /** The height of the block */
      readonly height: number;
      /** The hash of the block: 64 hexadecimal digits */
      readonly hash: string;
      /** The time of the block by the clock of the chain, ISO 8601 in UTC */
      readonly timestamp: string;
      /** When a process of the service saw the block, ISO 8601 in UTC */
      readonly seenAt: string;
    } | null;
    /** How far the data is behind the chain, in blocks; null while that is unknown */
    readonly lagBlocks: number | null;
    /** How far the data is behind the chain, in seconds: since this process first saw the block after the cursor, so that a pause of the chain is no lag; by the time of the chain where it has not watched for so long. It grows while no process sees a node, also when `lagBlocks` is 0. Null while that is unknown. */
    readonly lagSeconds: number | null;
    /** Why sync does not advance, and since when; null while it does */
    readonly stalled: {
      /** Since when, ISO 8601 in UTC */
      readonly since: string;
      /** Why sync does not advance */
      readonly reason: string;
    } | null;
    /** A block at which any value may have changed without a write, so that every record is compared again; null without one */
    readonly reconcileFrom: {
      /** The height of that block */
      readonly height: number;
      /** Why any value may have changed */
      readonly reason: string;
      /** When this was recorded, ISO 8601 in UTC */
      readonly at: string;
    } | null;
    /** After a hard reset of the network, until sync is set back: the highest block that is known to be of both histories; null where there was no reset, or no such block is known */
    readonly commonBlock: {
      /** Its height: what `POST /v1/sync/rewind` takes */
      readonly height: number;
      /** Its hash */
      readonly hash: string;
    } | null;
    /** The latest ticks, newest first */
    readonly lastTicks: readonly (Schemas['Tick'])[];
  };
  /** One node, as one process of the service sees it */
  readonly Upstream: {
    /** The configured name of the node, or its host and port; never its URL */
    readonly name: string;
    /** The configured operator of the node; null where none is configured */
    readonly operator: string | null;
    /** `healthy`: it answers and may be used; `unhealthy`: `reason` says why not; `unknown`: not called yet */
    readonly state: 'healthy' | 'unhealthy' | 'unknown';
    /** Why the node is not used, or used last; null without a reason */
    readonly reason: string | null;
    /** What kind of fault `reason` is about: `http_…` and `rpc_…` with the code that the node answered; `connection`, `timeout`, `body`, `form` of a failed request; `barred`, `overstates`, `paused`, `lags`, `stands_still`, `breaker`, `silent` (asked for this answer, and has not answered in time); null without a reason */
    readonly code: string | null;
    /** The JSON-RPC method that failed; null where no single request did */
    readonly method: string | null;
    /** Since when the node is unwell, ISO 8601 in UTC; null while it is well, or unknown */
    readonly since: string | null;
    /** true when the newest block of the node is older than it should be */
    readonly standsStill: boolean;
    /** The newest block height whose state the node has; null until it is known */
    readonly height: number | null;
    /** The lowest block height that the node has; null until it is known */
    readonly lowestBlock: number | null;
    /** The circuit breaker: while it is `open`, only a probe is sent to the node */
    readonly breaker: 'closed' | 'open';
    /** When the node may be probed next, ISO 8601 in UTC; null while the breaker is closed */
    readonly nextProbeAt: string | null;
    /** For how long the node still asks not to be called, in milliseconds */
    readonly pausedMs: number;
    /** The rate limit of this process in calls per second; null without a limit */
    readonly callsPerSecond: number | null;
    /** How long the latest calls of this process took; null after too few calls */
    readonly latencyMs: {
      /** The median, in milliseconds */
      readonly p50: number;
      /** The 95th percentile, in milliseconds */
      readonly p95: number;
    } | null;
    /** The share of the latest calls that failed, 0 to 1; null after too few calls */
    readonly errorShare: number | null;
    /** The JSON-RPC methods that the node does not serve */
    readonly refuses: readonly (string)[];
  };
  /** Why a part is not healthy, and what to do */
  readonly HealthReason: {
    /** How much the reason weighs; `unknown`: it is not known */
    readonly status: 'degraded' | 'down' | 'unknown';
    /** The kind of the reason, for programs: docs/operations.md lists them */
    readonly code: string;
    /** A sentence */
    readonly detail: string;
    /** Since when, ISO 8601 in UTC; null where it is not known */
    readonly since: string | null;
    /** What to do: a sentence that names the route or the setting */
    readonly action: string;
    /** The name of the node; null where the reason is not about one */
    readonly node: string | null;
    /** The JSON-RPC method that failed; null where no single request did */
    readonly method: string | null;
    /** The table of the store, without its prefix; null where the reason is not about one */
    readonly table: string | null;
    /** The record; null where the reason is not about one */
    readonly ref: {
      /** The kind of the entity: asset, account, staking, transaction, collection */
      readonly kind: string;
      /** The id of the entity */
      readonly id: string;
    } | null;
  };
  /** Every part of the service: whether it is healthy, since when it is not, why, and what to do */
  readonly Health: {
    /** `healthy`: every part is; `degraded`: answers are possible, and some part is not healthy; `down`: neither chain nor store can be reached */
    readonly status: 'healthy' | 'degraded' | 'down';
    /** The parts of the service */
    readonly components: {
      /** The nodes. `down`: none answers */
      readonly nodes: {
        /** The worst of its reasons. `degraded`: it works in part, or a person has to act; `down`: it does not do its work; `unknown`: it is not known */
        readonly status: 'healthy' | 'degraded' | 'down' | 'unknown';
        /** Since when it is not healthy, ISO 8601 in UTC: as stored, or since this process first saw it; null while it is healthy */
        readonly since: string | null;
        /** Why it is not healthy; empty while it is */
        readonly reasons: readonly (Schemas['HealthReason'])[];
        /** The configured nodes */
        readonly upstreams: readonly (Schemas['Upstream'])[];
      };
      /** Whether the chain has new blocks; the nodes may be well while it has none */
      readonly chain: {
        /** The worst of its reasons. `degraded`: it works in part, or a person has to act; `down`: it does not do its work; `unknown`: it is not known */
        readonly status: 'healthy' | 'degraded' | 'down' | 'unknown';
        /** Since when it is not healthy, ISO 8601 in UTC: as stored, or since this process first saw it; null while it is healthy */
        readonly since: string | null;
        /** Why it is not healthy; empty while it is */
        readonly reasons: readonly (Schemas['HealthReason'])[];
        /** The name of the Casper network */
        readonly network: string;
        /** true when no node that answers has a new block: the chain itself stands still */
        readonly stalled: boolean;
      };
      /** Whether sync advances, and whether blocks were passed that no reconciliation has covered since */
      readonly sync: {
        /** The worst of its reasons. `degraded`: it works in part, or a person has to act; `down`: it does not do its work; `unknown`: it is not known */
        readonly status: 'healthy' | 'degraded' | 'down' | 'unknown';
        /** Since when it is not healthy, ISO 8601 in UTC: as stored, or since this process first saw it; null while it is healthy */
        readonly since: string | null;
        /** Why it is not healthy; empty while it is */
        readonly reasons: readonly (Schemas['HealthReason'])[];
        /** The last block that sync has applied; null before its first run */
        readonly cursor: Schemas['Block'] | null;
        /** The newest block of the chain that the service knows; null before the first one */
        readonly head: {
          /** The height of the block */
          readonly height: number;
          /** The hash of the block: 64 hexadecimal digits */
          readonly hash: string;
          /** The time of the block by the clock of the chain, ISO 8601 in UTC */
          readonly timestamp: string;
          /** When a process of the service saw the block, ISO 8601 in UTC */
          readonly seenAt: string;
        } | null;
        /** How far the data is behind the chain, in blocks; null while that is unknown */
        readonly lagBlocks: number | null;
        /** How far the data is behind the chain, in seconds: since this process first saw the block after the cursor, so that a pause of the chain is no lag; by the time of the chain where it has not watched for so long. It grows while no process sees a node, also when `lagBlocks` is 0. Null while that is unknown. */
        readonly lagSeconds: number | null;
      };
      /** Reads of the store, by table, as this process has seen them */
      readonly reads: {
        /** The worst of its reasons. `degraded`: it works in part, or a person has to act; `down`: it does not do its work; `unknown`: it is not known */
        readonly status: 'healthy' | 'degraded' | 'down' | 'unknown';
        /** Since when it is not healthy, ISO 8601 in UTC: as stored, or since this process first saw it; null while it is healthy */
        readonly since: string | null;
        /** Why it is not healthy; empty while it is */
        readonly reasons: readonly (Schemas['HealthReason'])[];
      };
      /** Writes to the store, by table, as this process has seen them; this request has tried one */
      readonly writes: {
        /** The worst of its reasons. `degraded`: it works in part, or a person has to act; `down`: it does not do its work; `unknown`: it is not known */
        readonly status: 'healthy' | 'degraded' | 'down' | 'unknown';
        /** Since when it is not healthy, ISO 8601 in UTC: as stored, or since this process first saw it; null while it is healthy */
        readonly since: string | null;
        /** Why it is not healthy; empty while it is */
        readonly reasons: readonly (Schemas['HealthReason'])[];
      };
      /** Conflicts that await the decision of a person */
      readonly conflicts: {
        /** The worst of its reasons. `degraded`: it works in part, or a person has to act; `down`: it does not do its work; `unknown`: it is not known */
        readonly status: 'healthy' | 'degraded' | 'down' | 'unknown';
        /** Since when it is not healthy, ISO 8601 in UTC: as stored, or since this process first saw it; null while it is healthy */
        readonly since: string | null;
        /** Why it is not healthy; empty while it is */
        readonly reasons: readonly (Schemas['HealthReason'])[];
      };
      /** Events that have waited for more than ten minutes to be published */
      readonly events: {
        /** The worst of its reasons. `degraded`: it works in part, or a person has to act; `down`: it does not do its work; `unknown`: it is not known */
        readonly status: 'healthy' | 'degraded' | 'down' | 'unknown';
        /** Since when it is not healthy, ISO 8601 in UTC: as stored, or since this process first saw it; null while it is healthy */
        readonly since: string | null;
        /** Why it is not healthy; empty while it is */
        readonly reasons: readonly (Schemas['HealthReason'])[];
      };
      /** Whether a reconciliation has finished in the last two hours, and what it has left */
      readonly reconciliation: {
        /** The worst of its reasons. `degraded`: it works in part, or a person has to act; `down`: it does not do its work; `unknown`: it is not known */
        readonly status: 'healthy' | 'degraded' | 'down' | 'unknown';
        /** Since when it is not healthy, ISO 8601 in UTC: as stored, or since this process first saw it; null while it is healthy */
        readonly since: string | null;
        /** Why it is not healthy; empty while it is */
        readonly reasons: readonly (Schemas['HealthReason'])[];
      };
      /** Audit trails that the last reconciliation has found broken */
      readonly audit: {
        /** The worst of its reasons. `degraded`: it works in part, or a person has to act; `down`: it does not do its work; `unknown`: it is not known */
        readonly status: 'healthy' | 'degraded' | 'down' | 'unknown';
        /** Since when it is not healthy, ISO 8601 in UTC: as stored, or since this process first saw it; null while it is healthy */
        readonly since: string | null;
        /** Why it is not healthy; empty while it is */
        readonly reasons: readonly (Schemas['HealthReason'])[];
      };
      /** The configured contracts, held against the chain once a minute */
      readonly configuration: {
        /** The worst of its reasons. `degraded`: it works in part, or a person has to act; `down`: it does not do its work; `unknown`: it is not known */
        readonly status: 'healthy' | 'degraded' | 'down' | 'unknown';
        /** Since when it is not healthy, ISO 8601 in UTC: as stored, or since this process first saw it; null while it is healthy */
        readonly since: string | null;
        /** Why it is not healthy; empty while it is */
        readonly reasons: readonly (Schemas['HealthReason'])[];
      };
      /** Configured collections of which some token could not be kept, and enumerations that do not move */
      readonly collections: {
        /** The worst of its reasons. `degraded`: it works in part, or a person has to act; `down`: it does not do its work; `unknown`: it is not known */
        readonly status: 'healthy' | 'degraded' | 'down' | 'unknown';
        /** Since when it is not healthy, ISO 8601 in UTC: as stored, or since this process first saw it; null while it is healthy */
        readonly since: string | null;
        /** Why it is not healthy; empty while it is */
        readonly reasons: readonly (Schemas['HealthReason'])[];
      };
    };
    /** Callers who have nothing left of their limits now, at most 50; null when they could not be read */
    readonly limited: readonly ({
      /** The name of the principal; `address:` and the first half of the address of an anonymous caller */
      readonly caller: string;
      /** Which limit is reached */
      readonly policy: 'requests' | 'chain-reads';
      /** When there is more, ISO 8601 in UTC */
      readonly until: string;
    })[] | null;
  };
  /** Whether the data is close enough to the chain */
  readonly Ready: {
    /** true while the data is within the limit and sync advances */
    readonly ready: boolean;
    /** Why the service is not ready; null while it is */
    readonly reason: string | null;
    /** The name of the network, for example `casper` */
    readonly network: string;
    /** The last block that sync has applied; null before its first run */
    readonly cursor: Schemas['Block'] | null;
    /** The newest block of the chain that the service knows; null before the first one */
    readonly head: {
      /** The height of the block */
      readonly height: number;
      /** The hash of the block: 64 hexadecimal digits */
      readonly hash: string;
      /** The time of the block by the clock of the chain, ISO 8601 in UTC */
      readonly timestamp: string;
      /** When a process of the service saw the block, ISO 8601 in UTC */
      readonly seenAt: string;
    } | null;
    /** How far the data is behind the chain, in blocks; null while that is unknown */
    readonly lagBlocks: number | null;
    /** How far the data is behind the chain, in seconds: since this process first saw the block after the cursor, so that a pause of the chain is no lag; by the time of the chain where it has not watched for so long. It grows while no process sees a node, also when `lagBlocks` is 0. Null while that is unknown. */
    readonly lagSeconds: number | null;
    /** How far the data may be behind the chain, in seconds */
    readonly limitSeconds: number;
  };
  /** Figures of one process, and of the store that all processes share */
  readonly Stats: {
    /** Figures of the process that answers */
    readonly instance: {
      /** When the process started, ISO 8601 in UTC */
      readonly startedAt: string;
      /** Answers since the start, by kind */
      readonly answers: Readonly<Record<string, {
        /** Answers from the cache */
        readonly cache: number;
        /** Answers from the chain */
        readonly chain: number;
        /** Answers from the database */
        readonly database: number;
        /** Answers that the entity does not exist; each also counts by its source */
        readonly absent: number;
      }>>;
      /** The share of answers that came from the cache, 0 to 1; null without answers */
      readonly hitRate: number | null;
      /** Counts since the start, by metric; a metric that was never counted is left out */
      readonly counts: Readonly<Record<string, number>>;
      /** JSON-RPC requests to nodes since the start */
      readonly chainCalls: number;
      /** The configured nodes */
      readonly upstreams: readonly (Schemas['Upstream'])[];
    };
    /** Figures of the store; null when the store cannot be read */
    readonly store: {
      /** The last block that sync has applied; null before its first run */
      readonly cursor: Schemas['Block'] | null;
      /** The newest block of the chain that the service knows; null before the first one */
      readonly head: {
        /** The height of the block */
        readonly height: number;
        /** The hash of the block: 64 hexadecimal digits */
        readonly hash: string;
        /** The time of the block by the clock of the chain, ISO 8601 in UTC */
        readonly timestamp: string;
        /** When a process of the service saw the block, ISO 8601 in UTC */
        readonly seenAt: string;
      } | null;
      /** How far the data is behind the chain, in blocks; null while that is unknown */
      readonly lagBlocks: number | null;
      /** How far the data is behind the chain, in seconds: since this process first saw the block after the cursor, so that a pause of the chain is no lag; by the time of the chain where it has not watched for so long. It grows while no process sees a node, also when `lagBlocks` is 0. Null while that is unknown. */
      readonly lagSeconds: number | null;
      /** Why sync does not advance, and since when; null while it does */
      readonly stalled: {
        /** Since when, ISO 8601 in UTC */
        readonly since: string;
        /** Why sync does not advance */
        readonly reason: string;
      } | null;
      /** A block at which any value may have changed without a write, so that every record is compared again; null without one */
      readonly reconcileFrom: {
        /** The height of that block */
        readonly height: number;
        /** Why any value may have changed */
        readonly reason: string;
        /** When this was recorded, ISO 8601 in UTC */
        readonly at: string;
      } | null;
      /** The latest ticks, newest first */
      readonly lastTicks: readonly (Schemas['Tick'])[];
      /** Unresolved conflicts */
      readonly conflicts: {
        /** Conflicts that the service resolves by itself */
        readonly open: number;
        /** Conflicts that wait for the decision of a person */
        readonly awaitingReview: number;
      };
      /** The markers of invalidations, at most 50 */
      readonly invalidations: readonly (Schemas['InvalidationMarker'])[];
      /** How much of the store was compared with the chain; null when it could not be counted */
      readonly coverage: {
        /** Records in the store */
        readonly records: number;
        /** Records that were compared with the chain within the last 24 hours */
        readonly verified: number;
        /** `verified` as a share of `records`, 0 to 1; null without records */
        readonly share: number | null;
        /** When the record that waits longest was last compared with the chain, ISO 8601 in UTC; null without records */
        readonly oldest: string | null;
        /** How long ago that was, in seconds; null without records */
        readonly oldestSeconds: number | null;
        /** When this was counted, ISO 8601 in UTC */
        readonly at: string;
      } | null;
      /** How often the database had another value than the chain, in samples of ordinary answers; null when it could not be read */
      readonly drift: {
        /** Days, newest first; a day without samples is left out */
        readonly days: readonly ({
          /** The day in UTC */
          readonly day: string;
          /** Samples in which the database had the same value as the chain */
          readonly same: number;
          /** Samples in which the database had another value */
          readonly differs: number;
          /** Samples for which the database had no value */
          readonly none: number;
          /** `differs` as a share of `same` and `differs`, 0 to 1; null without samples */
          readonly rate: number | null;
          /** The lower bound of `rate` at 95 % confidence (Wilson); null without samples */
          readonly low: number | null;
          /** The upper bound of `rate` at 95 % confidence (Wilson); null without samples */
          readonly high: number | null;
        })[];
        /** The last seven days together */
        readonly sevenDays: {
          /** Samples in which the database had the same value as the chain */
          readonly same: number;
          /** Samples in which the database had another value */
          readonly differs: number;
          /** Samples for which the database had no value */
          readonly none: number;
          /** `differs` as a share of `same` and `differs`, 0 to 1; null without samples */
          readonly rate: number | null;
          /** The lower bound of `rate` at 95 % confidence (Wilson); null without samples */
          readonly low: number | null;
          /** The upper bound of `rate` at 95 % confidence (Wilson); null without samples */
          readonly high: number | null;
        };
      } | null;
      /** Webhooks that are not disabled; null when they could not be read */
      readonly webhooks: {
        /** Webhooks that are sent events */
        readonly active: number;
        /** Paused ones, by an operator or because of their receivers */
        readonly paused: number;
        /** Ones whose stored row was changed outside this service: nothing is sent to them */
        readonly edited: number;
        /** Active ones whose last delivery failed */
        readonly failing: number;
        /** Where delivery is furthest behind; null: everything is delivered */
        readonly oldestUndelivered: {
          /** The id of the webhook that is furthest behind, paused ones included */
          readonly webhook: string;
          /** When the first event behind its place happened, ISO 8601 in UTC; null: it is no longer kept */
          readonly at: string | null;
          /** Events behind its place, also those that do not fit its filter */
          readonly events: number;
        } | null;
      } | null;
      /** How far the configured collections are enumerated; null when it could not be read */
      readonly collections: {
        /** Configured collections whose lists are whole */
        readonly whole: number;
        /** Those whose lists are not */
        readonly notWhole: number;
        /** Those that are not whole, the failing ones first, at most 100 */
        readonly others: readonly ({
          /** Its alias */
          readonly collection: string;
          /** Its package hash */
          readonly packageHash: string;
          /** As in `GET /v1/collections/{collection}` */
          readonly state: 'none' | 'enumerating' | 'effects-only' | 'broken' | 'whole';
          /** Why it is not whole */
          readonly reason: string | null;
          /** Places of the list of its contract that are done */
          readonly done: number;
          /** How many there are; null where it is not known */
          readonly total: number | null;
          /** Tokens that could not be kept */
          readonly failed: number;
          /** How often in a row an enumeration ended so */
          readonly tries: number;
          /** Since when, ISO 8601 in UTC; null where it does not fail */
          readonly failingSince: string | null;
          /** When it is tried again, ISO 8601 in UTC */
          readonly triedAgainAt: string | null;
          /** When it moved last, ISO 8601 in UTC; null before it has begun */
          readonly updatedAt: string | null;
        })[];
      } | null;
      /** The entities that all processes together have answered most often in the last quarter of an hour, most often first, at most 50; null when they could not be read */
      readonly hotKeys: readonly ({
        /** The kind of the entity: asset, account, staking, transaction, collection */
        readonly kind: string;
        /** The id of the entity */
        readonly id: string;
      })[] | null;
    } | null;
    /** Callers who have nothing left of their limits now, at most 50; null when they could not be read */
    readonly limited: readonly ({
      /** The name of the principal; `address:` and the first half of the address of an anonymous caller */
      readonly caller: string;
      /** Which limit is reached */
      readonly policy: 'requests' | 'chain-reads';
      /** When there is more, ISO 8601 in UTC */
      readonly until: string;
    })[] | null;
    /** Which processes the figures cover */
    readonly note: string;
  };
  /** An OpenAPI 3.1 document */
  readonly OpenApi: {
    /** The version of OpenAPI */
    readonly openapi: string;
    /** The operations, by path and method */
    readonly paths: Readonly<Record<string, unknown>>;
  } & Readonly<Record<string, unknown>>;
  /** What is stored of an entity, apart from its value */
  readonly StoredRecord: {
    /** The entity */
    readonly ref: {
      /** The kind of the entity: asset, account, staking, transaction, collection */
      readonly kind: string;
      /** The id of the entity */
      readonly id: string;
    };
    /** The block at which the value was read */
    readonly block: Schemas['Block'];
    /** How many values it has had */
    readonly sequence: number;
    /** SHA-256 of the stored value in its canonical form (RFC 8785) */
    readonly digest: string;
    /** When it was last compared with the chain, ISO 8601 in UTC */
    readonly checkedAt: string;
    /** Until when sync is sure to see what changes it, ISO 8601 in UTC */
    readonly trackedUntil: string;
    /** Past this time of the chain it is known to hold through its own block only, ISO 8601 in UTC; null: there is no such time */
    readonly validUntil: string | null;
    /** How far the value was proved at `block`; null: an earlier version of the service has read it */
    readonly proof: Schemas['ReadingProof'] | null;
    /** What the value depends on */
    readonly dependsOn: {
      /** The keys of the global state that were read, found or not: a write to one of them may change it */
      readonly keys: readonly (string)[];
      /** Shared state, as a rate or the layout of a contract, that others depend on too */
      readonly shared: readonly ({
        /** The name of the shared state */
        readonly name: string;
        /** The height of the block at which it was read */
        readonly height: number;
      })[];
    };
    /** The id of its unresolved conflict; null: there is none */
    readonly conflict: string | null;
  };
  /** A signed transaction as SDKs write it: `{"Version1": …}`, `{"Deploy": …}`, either of them under `transaction`, or bare */
  readonly SignedTransaction: Readonly<Record<string, unknown>>;
  /** A submitted transaction */
  readonly Submission: {
    /** The hash of the transaction: 64 hexadecimal digits */
    readonly hash: string;
    /** The kind of the transaction */
    readonly type: 'Version1' | 'Deploy';
    /** `accepted`: a node has it, and it waits for a block. `unknown`: it was sent, and the node broke off: it may be at the node. `sending`: another process is sending it. `ended`: it is in a block. `expired`: it can be in no block any more. */
    readonly state: 'sending' | 'accepted' | 'unknown' | 'ended' | 'expired';
    /** The account: a public key in hexadecimal, or `account-hash-…` */
    readonly initiator: string;
    /** The time that the transaction names, ISO 8601 in UTC */
    readonly timestamp: string;
    /** After this time no block can hold it, ISO 8601 in UTC */
    readonly validUntil: string;
    /** How its execution ended; null: it is in no block that this service knows of */
    readonly outcome: 'processed' | 'failed' | null;
    /** The block that holds it; null: none is known */
    readonly executedAt: {
      /** The height of the block */
      readonly height: number;
      /** The hash of the block */
      readonly hash: string;
    } | null;
    /** The node that has it; null: none is known */
    readonly node: string | null;
    /** When this state was reached, ISO 8601 in UTC */
    readonly since: string;
  };
  /** A webhook that is to be made */
  readonly WebhookRequest: {
    /** Where events are sent: an https URL whose host has only addresses of the public internet. No redirect is followed. */
    readonly url: string;
    /** Which events are sent: those that fit all of it. Left out or null: every event. */
    readonly filter?: {
      /** Only events about entities of these kinds (asset, account, staking, transaction, collection). Left out or null: of every kind, and those about none. */
      readonly kinds?: readonly (string)[] | null | undefined;
      /** Only events of these types. Left out or null: of every type. */
      readonly types?: readonly ('RecordChanged' | 'ConflictOpened' | 'ConflictAwaitsReview' | 'ConflictResolved' | 'ReconciliationStarted' | 'ReconciliationFinished' | 'SyncStalled' | 'SyncRecovered' | 'BlockUnseen' | 'SubmissionEnded' | 'WebhookPaused')[] | null | undefined;
      /** Only events about this collection: its alias, or the hash of its contract package */
      readonly collection?: string | null | undefined;
      /** Only events about this account, by its public key or its account hash with the prefix, or about another owner of tokens as answers show it */
      readonly account?: string | null | undefined;
    } | null | undefined;
    /** For other operators: up to 2,000 characters */
    readonly description?: string | null | undefined;
  };
  /** What is to be changed of a webhook: at least one member. A member that is left out stays as it is. */
  readonly WebhookPatch: {
    /** Where events are sent: an https URL whose host has only addresses of the public internet. No redirect is followed. */
    readonly url?: string | undefined;
    /** Which events are sent: those that fit all of it. Left out or null: every event. */
    readonly filter?: {
      /** Only events about entities of these kinds (asset, account, staking, transaction, collection). Left out or null: of every kind, and those about none. */
      readonly kinds?: readonly (string)[] | null | undefined;
      /** Only events of these types. Left out or null: of every type. */
      readonly types?: readonly ('RecordChanged' | 'ConflictOpened' | 'ConflictAwaitsReview' | 'ConflictResolved' | 'ReconciliationStarted' | 'ReconciliationFinished' | 'SyncStalled' | 'SyncRecovered' | 'BlockUnseen' | 'SubmissionEnded' | 'WebhookPaused')[] | null | undefined;
      /** Only events about this collection: its alias, or the hash of its contract package */
      readonly collection?: string | null | undefined;
      /** Only events about this account, by its public key or its account hash with the prefix, or about another owner of tokens as answers show it */
      readonly account?: string | null | undefined;
    } | null | undefined;
    /** For other operators: up to 2,000 characters */
    readonly description?: string | null | undefined;
  };
  /** How the secret of a webhook is replaced */
  readonly WebhookSecretRotation: {
    /** For how many seconds the old secret also signs. Left out: a day. 0: it ends at once. */
    readonly overlapSeconds?: number | undefined;
  };
  /** From where a webhook is sent events again */
  readonly WebhookReplay: {
    /** As `after` of `GET /v1/changes`: a `cursor` of an event or a `next` of the feed, behind which the events are sent; `start` (or `0`): from the oldest that is kept; `now`: none that is in the log. */
    readonly after: string;
  };
  /** A webhook, without its secret */
  readonly Webhook: {
    /** The id of the webhook */
    readonly id: string;
    /** Where events are sent */
    readonly url: string;
    /** Which events are sent: those that fit all of it */
    readonly filter: {
      /** Only events about entities of these kinds; null: all events */
      readonly kinds: readonly (string)[] | null;
      /** Only events of these types; null: of all types */
      readonly types: readonly (string)[] | null;
      /** Only events about the collection with this package hash; null: all events */
      readonly collection: string | null;
      /** Only events about this account or other owner of tokens; null: all events */
      readonly account: string | null;
    };
    /** The description that was given; null: none was */
    readonly description: string | null;
    /** `active`: events are sent; `paused`: none until it is resumed; `disabled`: none any more */
    readonly status: 'active' | 'paused' | 'disabled';
    /** Why it is not active: an operator; `failures`: every delivery failed for too long; `gone`: the receiver answered 410; `expired`: its place is no longer in the log of changes. null: it is active. */
    readonly reason: 'operator' | 'failures' | 'gone' | 'expired' | null;
    /** Since when it has this status, ISO 8601 in UTC */
    readonly since: string;
    /** When it was made, ISO 8601 in UTC */
    readonly createdAt: string;
    /** The authenticated principal who made it */
    readonly createdBy: string;
    /** When its secret was replaced last, ISO 8601 in UTC; null: it was not */
    readonly rotatedAt: string | null;
    /** How far it is */
    readonly delivery: {
      /** The place in the log of changes: everything through here was delivered, or is not for this webhook */
      readonly cursor: string;
      /** How many events the receiver has taken, repeated ones included */
      readonly delivered: number;
      /** When it took the last one, ISO 8601 in UTC; null: it took none */
      readonly lastDeliveredAt: string | null;
      /** Failed deliveries in a row */
      readonly failures: number;
      /** When the first of these was, ISO 8601 in UTC; null: there is none */
      readonly failingSince: string | null;
      /** Not before then is it tried again, ISO 8601 in UTC; null: at once */
      readonly nextAttemptAt: string | null;
      /** The last failed delivery; null: there was none since it was made, resumed or replayed */
      readonly lastFailure: {
        /** When it failed, ISO 8601 in UTC */
        readonly at: string;
        /** The id of the event */
        readonly event: string;
        /** Why it failed: `address_refused`: the URL is not allowed, or its host has an address that is not public; `host_unknown`: the name has no address; `unreachable`: no answer that can be read; `timed_out`: no whole answer within five seconds; `redirected`; `status`: neither 2xx nor 3xx; `answer_too_large`: more than 64 KB */
        readonly problem: 'address_refused' | 'host_unknown' | 'unreachable' | 'timed_out' | 'redirected' | 'status' | 'answer_too_large';
        /** The HTTP status of the answer; null: there was none that counts */
        readonly status: number | null;
        /** The fault of the connection, as Node.js names it: `ECONNREFUSED`; null: there was none */
        readonly errorCode: string | null;
      } | null;
    };
  };
  /** A webhook whose stored row was changed outside this service. Nothing is sent to it. */
  readonly UnreadableWebhook: {
    /** The id of the webhook */
    readonly id: string;
    /** Always `disabled` */
    readonly status: 'disabled';
    /** Always true */
    readonly unreadable: true;
  };
  /** A webhook with its new secret, which is shown this once: it cannot be read again. */
  readonly MadeWebhook: {
    /** The id of the webhook */
    readonly id: string;
    /** Where events are sent */
    readonly url: string;
    /** Which events are sent: those that fit all of it */
    readonly filter: {
      /** Only events about entities of these kinds; null: all events */
      readonly kinds: readonly (string)[] | null;
      /** Only events of these types; null: of all types */
      readonly types: readonly (string)[] | null;
      /** Only events about the collection with this package hash; null: all events */
      readonly collection: string | null;
      /** Only events about this account or other owner of tokens; null: all events */
      readonly account: string | null;
    };
    /** The description that was given; null: none was */
    readonly description: string | null;
    /** `active`: events are sent; `paused`: none until it is resumed; `disabled`: none any more */
    readonly status: 'active' | 'paused' | 'disabled';
    /** Why it is not active: an operator; `failures`: every delivery failed for too long; `gone`: the receiver answered 410; `expired`: its place is no longer in the log of changes. null: it is active. */
    readonly reason: 'operator' | 'failures' | 'gone' | 'expired' | null;
    /** Since when it has this status, ISO 8601 in UTC */
    readonly since: string;
    /** When it was made, ISO 8601 in UTC */
    readonly createdAt: string;
    /** The authenticated principal who made it */
    readonly createdBy: string;
    /** When its secret was replaced last, ISO 8601 in UTC; null: it was not */
    readonly rotatedAt: string | null;
    /** How far it is */
    readonly delivery: {
      /** The place in the log of changes: everything through here was delivered, or is not for this webhook */
      readonly cursor: string;
      /** How many events the receiver has taken, repeated ones included */
      readonly delivered: number;
      /** When it took the last one, ISO 8601 in UTC; null: it took none */
      readonly lastDeliveredAt: string | null;
      /** Failed deliveries in a row */
      readonly failures: number;
      /** When the first of these was, ISO 8601 in UTC; null: there is none */
      readonly failingSince: string | null;
      /** Not before then is it tried again, ISO 8601 in UTC; null: at once */
      readonly nextAttemptAt: string | null;
      /** The last failed delivery; null: there was none since it was made, resumed or replayed */
      readonly lastFailure: {
        /** When it failed, ISO 8601 in UTC */
        readonly at: string;
        /** The id of the event */
        readonly event: string;
        /** Why it failed: `address_refused`: the URL is not allowed, or its host has an address that is not public; `host_unknown`: the name has no address; `unreachable`: no answer that can be read; `timed_out`: no whole answer within five seconds; `redirected`; `status`: neither 2xx nor 3xx; `answer_too_large`: more than 64 KB */
        readonly problem: 'address_refused' | 'host_unknown' | 'unreachable' | 'timed_out' | 'redirected' | 'status' | 'answer_too_large';
        /** The HTTP status of the answer; null: there was none that counts */
        readonly status: number | null;
        /** The fault of the connection, as Node.js names it: `ECONNREFUSED`; null: there was none */
        readonly errorCode: string | null;
      } | null;
    };
    /** The secret: `whsec_` and 32 bytes in base64. With it the receiver checks signatures, by the Standard Webhooks specification. */
    readonly secret: string;
  };
  /** A page of webhooks */
  readonly WebhookList: {
    /** The webhooks, newest first */
    readonly items: readonly (Schemas['Webhook'] | Schemas['UnreadableWebhook'])[];
    /** The `cursor` of the next page; null on the last page */
    readonly next: string | null;
  };
  /** What became of a test delivery */
  readonly WebhookTestDelivery: {
    /** Whether the receiver has taken it: the whole answer was read, and is 2xx */
    readonly delivered: boolean;
    /** Why it was not taken; null: it was */
    readonly problem: 'address_refused' | 'host_unknown' | 'unreachable' | 'timed_out' | 'redirected' | 'status' | 'answer_too_large' | null;
    /** The HTTP status of the answer; null: there was none that counts */
    readonly status: number | null;
    /** The fault of the connection, as Node.js names it: `ECONNREFUSED`; null: there was none */
    readonly errorCode: string | null;
    /** How long it took */
    readonly milliseconds: number;
  };
}

/** `input`: path, query and body. `takes`: headers and options. `answer`: the body. `item`: of a list. */
export interface Operations {
  /** Get one asset */
  readonly getAsset: {
    readonly input: {
      /** The alias of a configured collection, or the hash of its contract package: 64 hexadecimal digits, with or without `hash-`, `package-` or `contract-package-` */
      readonly collection: string;
      /** The id of the token: 1 to 128 letters, digits or `._~-`. In a CEP-78 collection with hash identifiers it is the hash. An id with any other character is refused, because a path may lose it: use the route with `?tokenId=`. */
      readonly tokenId: string;
      /** `full`: the newest value is read from the chain, and `meta.proof.full` has all that proves it, for a caller who checks the answer itself. It counts as a read of the chain, and is refused with `at`, `wait` and `only-if-cached`. */
      readonly proof?: 'full' | undefined;
      /** Only with `proof=full`: the height of the switch block that the caller trusts. `switchBlocks` leads from there to the block of the answer, over 64 eras at most. Left out: from the switch block that names who signs the block. */
      readonly anchor?: number | undefined;
    };
    readonly takes: 'Cache-Control' | 'minHeight' | 'at' | 'If-None-Match';
    readonly answer: Schemas['AssetAnswer'];
  };
  /** List the changes of one asset */
  readonly getAssetHistory: {
    readonly input: {
      /** The alias of a configured collection, or the hash of its contract package: 64 hexadecimal digits, with or without `hash-`, `package-` or `contract-package-` */
      readonly collection: string;
      /** The id of the token: 1 to 128 letters, digits or `._~-`. In a CEP-78 collection with hash identifiers it is the hash. An id with any other character is refused, because a path may lose it: use the route with `?tokenId=`. */
      readonly tokenId: string;
      /** The highest number of items on the page */
      readonly limit?: number | undefined;
      /** `next` of the previous page; left out: the first page */
      readonly cursor?: string | undefined;
    };
    readonly takes: never;
    readonly answer: Schemas['History'];
    readonly item: Schemas['History']['entries'][number];
  };
  /** Get one asset, by an id of any text */
  readonly getAssetByText: {
    readonly input: {
      /** The alias of a configured collection, or the hash of its contract package: 64 hexadecimal digits, with or without `hash-`, `package-` or `contract-package-` */
      readonly collection: string;
      /** The id of the token, percent-encoded: any text of 1 to 128 bytes. A space is `%20`, a plus sign `%2B`. */
      readonly tokenId: string;
      /** `full`: the newest value is read from the chain, and `meta.proof.full` has all that proves it, for a caller who checks the answer itself. It counts as a read of the chain, and is refused with `at`, `wait` and `only-if-cached`. */
      readonly proof?: 'full' | undefined;
      /** Only with `proof=full`: the height of the switch block that the caller trusts. `switchBlocks` leads from there to the block of the answer, over 64 eras at most. Left out: from the switch block that names who signs the block. */
      readonly anchor?: number | undefined;
    };
    readonly takes: 'Cache-Control' | 'minHeight' | 'at' | 'If-None-Match';
    readonly answer: Schemas['AssetAnswer'];
  };
  /** List the changes of one asset, by an id of any text */
  readonly getAssetHistoryByText: {
    readonly input: {
      /** The alias of a configured collection, or the hash of its contract package: 64 hexadecimal digits, with or without `hash-`, `package-` or `contract-package-` */
      readonly collection: string;
      /** The id of the token, percent-encoded: any text of 1 to 128 bytes. A space is `%20`, a plus sign `%2B`. */
      readonly tokenId: string;
      /** The highest number of items on the page */
      readonly limit?: number | undefined;
      /** `next` of the previous page; left out: the first page */
      readonly cursor?: string | undefined;
    };
    readonly takes: never;
    readonly answer: Schemas['History'];
    readonly item: Schemas['History']['entries'][number];
  };
  /** Get one account */
  readonly getAccount: {
    readonly input: {
      /** The account: its public key in hexadecimal, or its account hash, 64 hexadecimal digits with or without `account-hash-`. Mixed upper and lower case must be the checksum of CEP-57. */
      readonly id: string;
      /** `full`: the newest value is read from the chain, and `meta.proof.full` has all that proves it, for a caller who checks the answer itself. It counts as a read of the chain, and is refused with `at`, `wait` and `only-if-cached`. */
      readonly proof?: 'full' | undefined;
      /** Only with `proof=full`: the height of the switch block that the caller trusts. `switchBlocks` leads from there to the block of the answer, over 64 eras at most. Left out: from the switch block that names who signs the block. */
      readonly anchor?: number | undefined;
    };
    readonly takes: 'Cache-Control' | 'minHeight' | 'at' | 'If-None-Match';
    readonly answer: Schemas['AccountAnswer'];
  };
  /** List the changes of one account */
  readonly getAccountHistory: {
    readonly input: {
      /** The account: its public key in hexadecimal, or its account hash, 64 hexadecimal digits with or without `account-hash-`. Mixed upper and lower case must be the checksum of CEP-57. */
      readonly id: string;
      /** The highest number of items on the page */
      readonly limit?: number | undefined;
      /** `next` of the previous page; left out: the first page */
      readonly cursor?: string | undefined;
    };
    readonly takes: never;
    readonly answer: Schemas['History'];
    readonly item: Schemas['History']['entries'][number];
  };
  /** Get one staking position */
  readonly getStaking: {
    readonly input: {
      /** The account: its public key in hexadecimal, or its account hash, 64 hexadecimal digits with or without `account-hash-`. Mixed upper and lower case must be the checksum of CEP-57. */
      readonly id: string;
      /** `full`: the newest value is read from the chain, and `meta.proof.full` has all that proves it, for a caller who checks the answer itself. It counts as a read of the chain, and is refused with `at`, `wait` and `only-if-cached`. */
      readonly proof?: 'full' | undefined;
      /** Only with `proof=full`: the height of the switch block that the caller trusts. `switchBlocks` leads from there to the block of the answer, over 64 eras at most. Left out: from the switch block that names who signs the block. */
      readonly anchor?: number | undefined;
    };
    readonly takes: 'Cache-Control' | 'minHeight' | 'at' | 'If-None-Match';
    readonly answer: Schemas['StakingAnswer'];
  };
  /** List the changes of one staking position */
  readonly getStakingHistory: {
    readonly input: {
      /** The account: its public key in hexadecimal, or its account hash, 64 hexadecimal digits with or without `account-hash-`. Mixed upper and lower case must be the checksum of CEP-57. */
      readonly id: string;
      /** The highest number of items on the page */
      readonly limit?: number | undefined;
      /** `next` of the previous page; left out: the first page */
      readonly cursor?: string | undefined;
    };
    readonly takes: never;
    readonly answer: Schemas['History'];
    readonly item: Schemas['History']['entries'][number];
  };
  /** Get one transaction */
  readonly getTransaction: {
    readonly input: {
      /** The hash of a transaction or deploy: 64 hexadecimal digits, with or without `transaction-v1-` or `deploy-`. Mixed upper and lower case must be the checksum of CEP-57. */
      readonly hash: string;
      /** Long poll: for how many seconds the answer may wait for a change. It ends at once where nothing will change, as soon as an unknown transaction is known, and as soon as a pending one is in a block; when the time is up it is the latest answer. */
      readonly wait?: number | undefined;
    };
    readonly takes: 'Cache-Control' | 'minHeight' | 'at' | 'If-None-Match';
    readonly answer: Schemas['TransactionAnswer'];
  };
  /** List the changes of one transaction */
  readonly getTransactionHistory: {
    readonly input: {
      /** The hash of a transaction or deploy: 64 hexadecimal digits, with or without `transaction-v1-` or `deploy-`. Mixed upper and lower case must be the checksum of CEP-57. */
      readonly hash: string;
      /** The highest number of items on the page */
      readonly limit?: number | undefined;
      /** `next` of the previous page; left out: the first page */
      readonly cursor?: string | undefined;
    };
    readonly takes: never;
    readonly answer: Schemas['History'];
    readonly item: Schemas['History']['entries'][number];
  };
  /** Get one collection */
  readonly getCollection: {
    readonly input: {
      /** The alias of a configured collection, or the hash of its contract package: 64 hexadecimal digits, with or without `hash-`, `package-` or `contract-package-` */
      readonly collection: string;
      /** `full`: the newest value is read from the chain, and `meta.proof.full` has all that proves it, for a caller who checks the answer itself. It counts as a read of the chain, and is refused with `at`, `wait` and `only-if-cached`. */
      readonly proof?: 'full' | undefined;
      /** Only with `proof=full`: the height of the switch block that the caller trusts. `switchBlocks` leads from there to the block of the answer, over 64 eras at most. Left out: from the switch block that names who signs the block. */
      readonly anchor?: number | undefined;
    };
    readonly takes: 'Cache-Control' | 'minHeight' | 'at' | 'If-None-Match';
    readonly answer: Schemas['CollectionAnswer'];
  };
  /** List the changes of one collection */
  readonly getCollectionHistory: {
    readonly input: {
      /** The alias of a configured collection, or the hash of its contract package: 64 hexadecimal digits, with or without `hash-`, `package-` or `contract-package-` */
      readonly collection: string;
      /** The highest number of items on the page */
      readonly limit?: number | undefined;
      /** `next` of the previous page; left out: the first page */
      readonly cursor?: string | undefined;
    };
    readonly takes: never;
    readonly answer: Schemas['History'];
    readonly item: Schemas['History']['entries'][number];
  };
  /** List an owner's assets */
  readonly findAssets: {
    readonly input: {
      /** The owner: a public key in hexadecimal, or a key as answers show it: `account-hash-…`, `hash-…` of a contract or package, `package-…`, `entity-account-…`, `entity-contract-…`, `entity-system-…`. A hash without a prefix is refused. */
      readonly owner: string;
      /** Only assets of this collection: its alias, or the hash of its contract package */
      readonly collection?: string | undefined;
      /** The highest number of items on the page */
      readonly limit?: number | undefined;
      /** `next` of the previous page; left out: the first page */
      readonly cursor?: string | undefined;
    };
    readonly takes: 'Cache-Control';
    readonly answer: Schemas['AssetList'];
    readonly item: Schemas['AssetList']['items'][number];
  };
  /** List the configured collections */
  readonly listCollections: {
    readonly input: {
      /** The highest number of items on the page */
      readonly limit?: number | undefined;
      /** `next` of the previous page; left out: the first page */
      readonly cursor?: string | undefined;
    };
    readonly takes: 'Cache-Control' | 'minHeight';
    readonly answer: Schemas['CollectionList'];
    readonly item: Schemas['CollectionList']['items'][number];
  };
  /** List the assets of a collection */
  readonly listCollectionAssets: {
    readonly input: {
      /** The alias of a configured collection, or the hash of its contract package: 64 hexadecimal digits, with or without `hash-`, `package-` or `contract-package-` */
      readonly collection: string;
      /** The highest number of items on the page */
      readonly limit?: number | undefined;
      /** `next` of the previous page; left out: the first page */
      readonly cursor?: string | undefined;
    };
    readonly takes: 'Cache-Control';
    readonly answer: Schemas['AssetList'];
    readonly item: Schemas['AssetList']['items'][number];
  };
  /** Get up to 100 entities */
  readonly lookup: {
    readonly input: {
      readonly body: Schemas['BatchRequest'];
    };
    readonly takes: 'Cache-Control' | 'minHeight';
    readonly answer: Schemas['Batch'];
  };
  /** Read what is tracked for an account from the chain now */
  readonly refreshAccount: {
    readonly input: {
      /** The account: its public key in hexadecimal, or its account hash, 64 hexadecimal digits with or without `account-hash-`. Mixed upper and lower case must be the checksum of CEP-57. */
      readonly id: string;
      /** `next` of the previous page; left out: the first page */
      readonly cursor?: string | undefined;
    };
    readonly takes: never;
    readonly answer: Schemas['RefreshedAccount'];
    readonly item: Schemas['RefreshedAccount']['results'][number];
  };
  /** List the transactions of an account */
  readonly listAccountTransactions: {
    readonly input: {
      /** The account: its public key in hexadecimal, or its account hash, 64 hexadecimal digits with or without `account-hash-`. Mixed upper and lower case must be the checksum of CEP-57. */
      readonly id: string;
      /** Only parts of transactions in which the account has this role */
      readonly role?: 'initiated' | 'transfer-in' | 'transfer-out' | undefined;
      /** Only transfers with this id: a whole number below 2^64, as the sender of the transfer chose it */
      readonly transferId?: string | undefined;
      /** The highest number of items on the page */
      readonly limit?: number | undefined;
      /** `next` of the previous page; left out: the first page */
      readonly cursor?: string | undefined;
    };
    readonly takes: never;
    readonly answer: Schemas['AccountTransactions'];
    readonly item: Schemas['AccountTransactions']['items'][number];
  };
  /** List an account's staking rewards, era by era */
  readonly getRewards: {
    readonly input: {
      /** The account: its public key in hexadecimal, or its account hash, 64 hexadecimal digits with or without `account-hash-`. Mixed upper and lower case must be the checksum of CEP-57. */
      readonly id: string;
      /** The first era; left out: the first that is kept */
      readonly fromEra?: number | undefined;
      /** The last era; left out: the last that has ended */
      readonly toEra?: number | undefined;
      /** The highest number of items on the page */
      readonly limit?: number | undefined;
      /** `next` of the previous page; left out: the first page */
      readonly cursor?: string | undefined;
    };
    readonly takes: never;
    readonly answer: Schemas['Rewards'];
    readonly item: Schemas['Rewards']['items'][number];
  };
  /** Submit a signed transaction */
  readonly submitTransaction: {
    readonly input: {
      readonly body: Schemas['SignedTransaction'];
    };
    readonly takes: 'Idempotency-Key';
    readonly answer: Schemas['Submission'];
  };
  /** Get the own data for one asset */
  readonly getAssetLocal: {
    readonly input: {
      /** The alias of a configured collection, or the hash of its contract package: 64 hexadecimal digits, with or without `hash-`, `package-` or `contract-package-` */
      readonly collection: string;
      /** The id of the token: 1 to 128 letters, digits or `._~-`. In a CEP-78 collection with hash identifiers it is the hash. An id with any other character is refused, because a path may lose it: use the route with `?tokenId=`. */
      readonly tokenId: string;
    };
    readonly takes: 'If-None-Match';
    readonly answer: Schemas['LocalData'];
  };
  /** Store own data for one asset */
  readonly putAssetLocal: {
    readonly input: {
      /** The alias of a configured collection, or the hash of its contract package: 64 hexadecimal digits, with or without `hash-`, `package-` or `contract-package-` */
      readonly collection: string;
      /** The id of the token: 1 to 128 letters, digits or `._~-`. In a CEP-78 collection with hash identifiers it is the hash. An id with any other character is refused, because a path may lose it: use the route with `?tokenId=`. */
      readonly tokenId: string;
      readonly body: Schemas['LocalDataBody'];
    };
    readonly takes: 'If-Match' | 'If-None-Match';
    readonly answer: Schemas['LocalData'];
  };
  /** Delete the own data for one asset */
  readonly deleteAssetLocal: {
    readonly input: {
      /** The alias of a configured collection, or the hash of its contract package: 64 hexadecimal digits, with or without `hash-`, `package-` or `contract-package-` */
      readonly collection: string;
      /** The id of the token: 1 to 128 letters, digits or `._~-`. In a CEP-78 collection with hash identifiers it is the hash. An id with any other character is refused, because a path may lose it: use the route with `?tokenId=`. */
      readonly tokenId: string;
    };
    readonly takes: 'If-Match';
    readonly answer: undefined;
  };
  /** List the changes of the own data for one asset */
  readonly getAssetLocalHistory: {
    readonly input: {
      /** The alias of a configured collection, or the hash of its contract package: 64 hexadecimal digits, with or without `hash-`, `package-` or `contract-package-` */
      readonly collection: string;
      /** The id of the token: 1 to 128 letters, digits or `._~-`. In a CEP-78 collection with hash identifiers it is the hash. An id with any other character is refused, because a path may lose it: use the route with `?tokenId=`. */
      readonly tokenId: string;
      /** The highest number of items on the page */
      readonly limit?: number | undefined;
      /** `next` of the previous page; left out: the first page */
      readonly cursor?: string | undefined;
    };
    readonly takes: never;
    readonly answer: Schemas['LocalHistory'];
    readonly item: Schemas['LocalHistory']['entries'][number];
  };
  /** Get the own data for one asset, by an id of any text */
  readonly getAssetLocalByText: {
    readonly input: {
      /** The alias of a configured collection, or the hash of its contract package: 64 hexadecimal digits, with or without `hash-`, `package-` or `contract-package-` */
      readonly collection: string;
      /** The id of the token, percent-encoded: any text of 1 to 128 bytes. A space is `%20`, a plus sign `%2B`. */
      readonly tokenId: string;
    };
    readonly takes: 'If-None-Match';
    readonly answer: Schemas['LocalData'];
  };
  /** Store own data for one asset, by an id of any text */
  readonly putAssetLocalByText: {
    readonly input: {
      /** The alias of a configured collection, or the hash of its contract package: 64 hexadecimal digits, with or without `hash-`, `package-` or `contract-package-` */
      readonly collection: string;
      /** The id of the token, percent-encoded: any text of 1 to 128 bytes. A space is `%20`, a plus sign `%2B`. */
      readonly tokenId: string;
      readonly body: Schemas['LocalDataBody'];
    };
    readonly takes: 'If-Match' | 'If-None-Match';
    readonly answer: Schemas['LocalData'];
  };
  /** Delete the own data for one asset, by an id of any text */
  readonly deleteAssetLocalByText: {
    readonly input: {
      /** The alias of a configured collection, or the hash of its contract package: 64 hexadecimal digits, with or without `hash-`, `package-` or `contract-package-` */
      readonly collection: string;
      /** The id of the token, percent-encoded: any text of 1 to 128 bytes. A space is `%20`, a plus sign `%2B`. */
      readonly tokenId: string;
    };
    readonly takes: 'If-Match';
    readonly answer: undefined;
  };
  /** List the changes of the own data for one asset, by an id of any text */
  readonly getAssetLocalByTextHistory: {
    readonly input: {
      /** The alias of a configured collection, or the hash of its contract package: 64 hexadecimal digits, with or without `hash-`, `package-` or `contract-package-` */
      readonly collection: string;
      /** The id of the token, percent-encoded: any text of 1 to 128 bytes. A space is `%20`, a plus sign `%2B`. */
      readonly tokenId: string;
      /** The highest number of items on the page */
      readonly limit?: number | undefined;
      /** `next` of the previous page; left out: the first page */
      readonly cursor?: string | undefined;
    };
    readonly takes: never;
    readonly answer: Schemas['LocalHistory'];
    readonly item: Schemas['LocalHistory']['entries'][number];
  };
  /** Get the own data for one account */
  readonly getAccountLocal: {
    readonly input: {
      /** The account: its public key in hexadecimal, or its account hash, 64 hexadecimal digits with or without `account-hash-`. Mixed upper and lower case must be the checksum of CEP-57. */
      readonly id: string;
    };
    readonly takes: 'If-None-Match';
    readonly answer: Schemas['LocalData'];
  };
  /** Store own data for one account */
  readonly putAccountLocal: {
    readonly input: {
      /** The account: its public key in hexadecimal, or its account hash, 64 hexadecimal digits with or without `account-hash-`. Mixed upper and lower case must be the checksum of CEP-57. */
      readonly id: string;
      readonly body: Schemas['LocalDataBody'];
    };
    readonly takes: 'If-Match' | 'If-None-Match';
    readonly answer: Schemas['LocalData'];
  };
  /** Delete the own data for one account */
  readonly deleteAccountLocal: {
    readonly input: {
      /** The account: its public key in hexadecimal, or its account hash, 64 hexadecimal digits with or without `account-hash-`. Mixed upper and lower case must be the checksum of CEP-57. */
      readonly id: string;
    };
    readonly takes: 'If-Match';
    readonly answer: undefined;
  };
  /** List the changes of the own data for one account */
  readonly getAccountLocalHistory: {
    readonly input: {
      /** The account: its public key in hexadecimal, or its account hash, 64 hexadecimal digits with or without `account-hash-`. Mixed upper and lower case must be the checksum of CEP-57. */
      readonly id: string;
      /** The highest number of items on the page */
      readonly limit?: number | undefined;
      /** `next` of the previous page; left out: the first page */
      readonly cursor?: string | undefined;
    };
    readonly takes: never;
    readonly answer: Schemas['LocalHistory'];
    readonly item: Schemas['LocalHistory']['entries'][number];
  };
  /** Get the own data for one staking */
  readonly getStakingLocal: {
    readonly input: {
      /** The account: its public key in hexadecimal, or its account hash, 64 hexadecimal digits with or without `account-hash-`. Mixed upper and lower case must be the checksum of CEP-57. */
      readonly id: string;
    };
    readonly takes: 'If-None-Match';
    readonly answer: Schemas['LocalData'];
  };
  /** Store own data for one staking */
  readonly putStakingLocal: {
    readonly input: {
      /** The account: its public key in hexadecimal, or its account hash, 64 hexadecimal digits with or without `account-hash-`. Mixed upper and lower case must be the checksum of CEP-57. */
      readonly id: string;
      readonly body: Schemas['LocalDataBody'];
    };
    readonly takes: 'If-Match' | 'If-None-Match';
    readonly answer: Schemas['LocalData'];
  };
  /** Delete the own data for one staking */
  readonly deleteStakingLocal: {
    readonly input: {
      /** The account: its public key in hexadecimal, or its account hash, 64 hexadecimal digits with or without `account-hash-`. Mixed upper and lower case must be the checksum of CEP-57. */
      readonly id: string;
    };
    readonly takes: 'If-Match';
    readonly answer: undefined;
  };
  /** List the changes of the own data for one staking */
  readonly getStakingLocalHistory: {
    readonly input: {
      /** The account: its public key in hexadecimal, or its account hash, 64 hexadecimal digits with or without `account-hash-`. Mixed upper and lower case must be the checksum of CEP-57. */
      readonly id: string;
      /** The highest number of items on the page */
      readonly limit?: number | undefined;
      /** `next` of the previous page; left out: the first page */
      readonly cursor?: string | undefined;
    };
    readonly takes: never;
    readonly answer: Schemas['LocalHistory'];
    readonly item: Schemas['LocalHistory']['entries'][number];
  };
  /** Get the own data for one transaction */
  readonly getTransactionLocal: {
    readonly input: {
      /** The hash of a transaction or deploy: 64 hexadecimal digits, with or without `transaction-v1-` or `deploy-`. Mixed upper and lower case must be the checksum of CEP-57. */
      readonly hash: string;
    };
    readonly takes: 'If-None-Match';
    readonly answer: Schemas['LocalData'];
  };
  /** Store own data for one transaction */
  readonly putTransactionLocal: {
    readonly input: {
      /** The hash of a transaction or deploy: 64 hexadecimal digits, with or without `transaction-v1-` or `deploy-`. Mixed upper and lower case must be the checksum of CEP-57. */
      readonly hash: string;
      readonly body: Schemas['LocalDataBody'];
    };
    readonly takes: 'If-Match' | 'If-None-Match';
    readonly answer: Schemas['LocalData'];
  };
  /** Delete the own data for one transaction */
  readonly deleteTransactionLocal: {
    readonly input: {
      /** The hash of a transaction or deploy: 64 hexadecimal digits, with or without `transaction-v1-` or `deploy-`. Mixed upper and lower case must be the checksum of CEP-57. */
      readonly hash: string;
    };
    readonly takes: 'If-Match';
    readonly answer: undefined;
  };
  /** List the changes of the own data for one transaction */
  readonly getTransactionLocalHistory: {
    readonly input: {
      /** The hash of a transaction or deploy: 64 hexadecimal digits, with or without `transaction-v1-` or `deploy-`. Mixed upper and lower case must be the checksum of CEP-57. */
      readonly hash: string;
      /** The highest number of items on the page */
      readonly limit?: number | undefined;
      /** `next` of the previous page; left out: the first page */
      readonly cursor?: string | undefined;
    };
    readonly takes: never;
    readonly answer: Schemas['LocalHistory'];
    readonly item: Schemas['LocalHistory']['entries'][number];
  };
  /** Get the own data for one collection */
  readonly getCollectionLocal: {
    readonly input: {
      /** The alias of a configured collection, or the hash of its contract package: 64 hexadecimal digits, with or without `hash-`, `package-` or `contract-package-` */
      readonly collection: string;
    };
    readonly takes: 'If-None-Match';
    readonly answer: Schemas['LocalData'];
  };
  /** Store own data for one collection */
  readonly putCollectionLocal: {
    readonly input: {
      /** The alias of a configured collection, or the hash of its contract package: 64 hexadecimal digits, with or without `hash-`, `package-` or `contract-package-` */
      readonly collection: string;
      readonly body: Schemas['LocalDataBody'];
    };
    readonly takes: 'If-Match' | 'If-None-Match';
    readonly answer: Schemas['LocalData'];
  };
  /** Delete the own data for one collection */
  readonly deleteCollectionLocal: {
    readonly input: {
      /** The alias of a configured collection, or the hash of its contract package: 64 hexadecimal digits, with or without `hash-`, `package-` or `contract-package-` */
      readonly collection: string;
    };
    readonly takes: 'If-Match';
    readonly answer: undefined;
  };
  /** List the changes of the own data for one collection */
  readonly getCollectionLocalHistory: {
    readonly input: {
      /** The alias of a configured collection, or the hash of its contract package: 64 hexadecimal digits, with or without `hash-`, `package-` or `contract-package-` */
      readonly collection: string;
      /** The highest number of items on the page */
      readonly limit?: number | undefined;
      /** `next` of the previous page; left out: the first page */
      readonly cursor?: string | undefined;
    };
    readonly takes: never;
    readonly answer: Schemas['LocalHistory'];
    readonly item: Schemas['LocalHistory']['entries'][number];
  };
  /** Follow all changes */
  readonly listChanges: {
    readonly input: {
      /** A cursor: `next` of an answer, or `cursor` of an event. Only what comes behind it is answered. `start` (or `0`): the oldest event that is kept. `now`, or left out: from now on, so that the answer has no event and a `next`. */
      readonly after?: string | undefined;
      /** Only events about entities of these kinds, separated by commas */
      readonly kinds?: string | undefined;
      /** Only events of these types, separated by commas */
      readonly types?: string | undefined;
      /** Only events about entities of this collection: its alias, or the hash of its contract package */
      readonly collection?: string | undefined;
      /** Only events about this account, by its public key or its account hash with the prefix, or about another owner of tokens as answers show it */
      readonly account?: string | undefined;
      /** The highest number of events in the answer */
      readonly limit?: number | undefined;
      /** Long poll: for how many seconds an answer without an event may wait for the first one */
      readonly wait?: number | undefined;
    };
    readonly takes: never;
    readonly answer: Schemas['Changes'];
  };
  /** Get the health of the service */
  readonly getHealth: {
    readonly input: {};
    readonly takes: never;
    readonly answer: Schemas['Health'];
  };
  /** Get the readiness of the service */
  readonly getReady: {
    readonly input: {};
    readonly takes: never;
    readonly answer: Schemas['Ready'];
  };
  /** Get figures of the service */
  readonly getStats: {
    readonly input: {};
    readonly takes: never;
    readonly answer: Schemas['Stats'];
  };
  /** Get this document */
  readonly getOpenApi: {
    readonly input: {};
    readonly takes: 'If-None-Match';
    readonly answer: Schemas['OpenApi'];
  };
  /** Get why a request was answered as it was */
  readonly getExplanation: {
    readonly input: {
      /** The `requestId` of an answer or of an error */
      readonly requestId: string;
    };
    readonly takes: never;
    readonly answer: Schemas['Explanation'];
  };
  /** Get as whom one is known */
  readonly getPrincipal: {
    readonly input: {};
    readonly takes: never;
    readonly answer: Schemas['Principal'];
  };
  /** Get what a record depends on */
  readonly getStoredRecord: {
    readonly input: {
      /** The kind of the entity */
      readonly kind: string;
      /** The id of the entity, as in `POST /v1/lookup` */
      readonly id: string;
    };
    readonly takes: never;
    readonly answer: Schemas['StoredRecord'];
  };
  /** Get figures over time */
  readonly getMetrics: {
    readonly input: {
      /** So many minutes back from now. Up to 180 of them a period is a minute; beyond that it is longer, so that a series has at most 180 values */
      readonly minutes?: number | undefined;
    };
    readonly takes: never;
    readonly answer: Schemas['Metrics'];
  };
  /** Get the progress of sync */
  readonly getSync: {
    readonly input: {};
    readonly takes: never;
    readonly answer: Schemas['SyncReport'];
  };
  /** Run one tick of sync now */
  readonly forceSync: {
    readonly input: {
      readonly body?: Schemas['ForceSyncRequest'] | undefined;
    };
    readonly takes: never;
    readonly answer: Schemas['ForcedTick'];
  };
  /** Rewind sync after a hard reset of the network */
  readonly rewindSync: {
    readonly input: {
      readonly body: Schemas['RewindRequest'];
    };
    readonly takes: never;
    readonly answer: Schemas['SyncReport'];
  };
  /** List conflicts */
  readonly listConflicts: {
    readonly input: {
      /** Only conflicts of this status; left out: `open` and `awaiting-review` */
      readonly status?: 'open' | 'awaiting-review' | 'resolved' | undefined;
      /** The highest number of items on the page */
      readonly limit?: number | undefined;
      /** `next` of the previous page; left out: the first page */
      readonly cursor?: string | undefined;
    };
    readonly takes: never;
    readonly answer: Schemas['ConflictList'];
    readonly item: Schemas['ConflictList']['items'][number];
  };
  /** Get one conflict */
  readonly getConflict: {
    readonly input: {
      /** The id of a conflict: 64 hexadecimal digits */
      readonly id: string;
    };
    readonly takes: never;
    readonly answer: Schemas['Conflict'];
  };
  /** Decide a conflict */
  readonly decideConflict: {
    readonly input: {
      /** The id of a conflict: 64 hexadecimal digits */
      readonly id: string;
      /** `true`: the answer says what would happen; nothing changes */
      readonly dryRun?: boolean | undefined;
      readonly body: Schemas['ConflictDecisionRequest'];
    };
    readonly takes: never;
    readonly answer: Schemas['DecidedConflict'];
  };
  /** Take a decision back */
  readonly undoConflictDecision: {
    readonly input: {
      /** The id of a conflict: 64 hexadecimal digits */
      readonly id: string;
      readonly body?: Schemas['ConflictUndoRequest'] | undefined;
    };
    readonly takes: never;
    readonly answer: Schemas['Conflict'];
  };
  /** Resolve conflicts that need no person */
  readonly resolveConflicts: {
    readonly input: {
      /** `true`: the answer says what would happen; nothing changes */
      readonly dryRun?: boolean | undefined;
      /** The highest number of items on the page */
      readonly limit?: number | undefined;
      /** `next` of the previous page; left out: the first page */
      readonly cursor?: string | undefined;
      readonly body?: Schemas['ConflictResolutionRequest'] | undefined;
    };
    readonly takes: never;
    readonly answer: Schemas['ResolvedConflicts'];
    readonly item: Schemas['ResolvedConflicts']['items'][number];
  };
  /** Start a run of reconciliation */
  readonly startReconciliation: {
    readonly input: {
      /** `true`: the answer says what would happen; nothing changes */
      readonly dryRun?: boolean | undefined;
      readonly body?: Schemas['ReconciliationRequest'] | undefined;
    };
    readonly takes: never;
    readonly answer: Schemas['ReconciliationRun'];
  };
  /** List runs of reconciliation */
  readonly listReconciliations: {
    readonly input: {
      /** The highest number of items on the page */
      readonly limit?: number | undefined;
      /** `next` of the previous page; left out: the first page */
      readonly cursor?: string | undefined;
    };
    readonly takes: never;
    readonly answer: Schemas['ReconciliationList'];
    readonly item: Schemas['ReconciliationList']['items'][number];
  };
  /** Get the report of a run */
  readonly getReconciliation: {
    readonly input: {
      /** The id of a run of reconciliation */
      readonly id: string;
      /** `json` or `html`, a page for a person; left out: what the `Accept` header prefers */
      readonly format?: 'json' | 'html' | undefined;
    };
    readonly takes: never;
    readonly answer: Schemas['ReconciliationReport'];
  };
  /** Make a link to the report of a run */
  readonly linkReconciliation: {
    readonly input: {
      /** The id of a run of reconciliation */
      readonly id: string;
    };
    readonly takes: never;
    readonly answer: Schemas['ReportLink'];
  };
  /** Cancel a run of reconciliation */
  readonly cancelReconciliation: {
    readonly input: {
      /** The id of a run of reconciliation */
      readonly id: string;
    };
    readonly takes: never;
    readonly answer: Schemas['ReconciliationRun'];
  };
  /** Invalidate cached values */
  readonly invalidate: {
    readonly input: {
      readonly body: Schemas['InvalidationRequest'];
    };
    readonly takes: never;
    readonly answer: Schemas['InvalidationResult'];
  };
  /** Get the signed digest of a day */
  readonly getAuditHeads: {
    readonly input: {
      /** The day, in UTC; left out: the latest that is signed */
      readonly day?: string | undefined;
    };
    readonly takes: never;
    readonly answer: Schemas['HeadDigest'];
  };
  /** Get the audit entries of a span of time */
  readonly getAuditReport: {
    readonly input: {
      /** The beginning of the span, inclusive: a date or a time, ISO 8601 in UTC */
      readonly from: string;
      /** The end of the span, exclusive: a date or a time, ISO 8601 in UTC; at most 31 days after `from` */
      readonly until: string;
      /** `json`: entries with a summary; `csv`: a table without it (RFC 4180); `html`: a page to print; left out: `html` where the `Accept` header prefers it, else `json` */
      readonly format?: 'json' | 'csv' | 'html' | undefined;
      /** `next` of the previous page; left out: the first page */
      readonly cursor?: string | undefined;
    };
    readonly takes: never;
    readonly answer: Schemas['AuditReport'];
    readonly item: Schemas['AuditReport']['entries'][number];
  };
  /** Make an API key */
  readonly createKey: {
    readonly input: {
      readonly body: Schemas['KeyRequest'];
    };
    readonly takes: never;
    readonly answer: Schemas['MadeKey'];
  };
  /** List API keys */
  readonly listKeys: {
    readonly input: {
      /** The highest number of items on the page */
      readonly limit?: number | undefined;
      /** `next` of the previous page; left out: the first page */
      readonly cursor?: string | undefined;
    };
    readonly takes: never;
    readonly answer: Schemas['KeyList'];
    readonly item: Schemas['KeyList']['items'][number];
  };
  /** Get one API key */
  readonly getKey: {
    readonly input: {
      /** The id of an API key: 12 digits and lower-case letters */
      readonly id: string;
    };
    readonly takes: never;
    readonly answer: Schemas['Key'];
  };
  /** Revoke an API key */
  readonly revokeKey: {
    readonly input: {
      /** The id of an API key: 12 digits and lower-case letters */
      readonly id: string;
    };
    readonly takes: never;
    readonly answer: Schemas['Key'];
  };
  /** Replace an API key */
  readonly rotateKey: {
    readonly input: {
      /** The id of an API key: 12 digits and lower-case letters */
      readonly id: string;
      readonly body?: Schemas['KeyRotation'] | undefined;
    };
    readonly takes: never;
    readonly answer: Schemas['MadeKey'];
  };
  /** Make a webhook */
  readonly createWebhook: {
    readonly input: {
      readonly body: Schemas['WebhookRequest'];
    };
    readonly takes: never;
    readonly answer: Schemas['MadeWebhook'];
  };
  /** List webhooks */
  readonly listWebhooks: {
    readonly input: {
      /** The highest number of items on the page */
      readonly limit?: number | undefined;
      /** `next` of the previous page; left out: the first page */
      readonly cursor?: string | undefined;
    };
    readonly takes: never;
    readonly answer: Schemas['WebhookList'];
    readonly item: Schemas['WebhookList']['items'][number];
  };
  /** Get one webhook */
  readonly getWebhook: {
    readonly input: {
      /** The id of a webhook: `wh_` and 24 hexadecimal digits */
      readonly id: string;
    };
    readonly takes: never;
    readonly answer: Schemas['Webhook'];
  };
  /** Change a webhook */
  readonly changeWebhook: {
    readonly input: {
      /** The id of a webhook: `wh_` and 24 hexadecimal digits */
      readonly id: string;
      readonly body: Schemas['WebhookPatch'];
    };
    readonly takes: never;
    readonly answer: Schemas['Webhook'];
  };
  /** Disable a webhook */
  readonly disableWebhook: {
    readonly input: {
      /** The id of a webhook: `wh_` and 24 hexadecimal digits */
      readonly id: string;
    };
    readonly takes: never;
    readonly answer: Schemas['Webhook'];
  };
  /** Pause a webhook */
  readonly pauseWebhook: {
    readonly input: {
      /** The id of a webhook: `wh_` and 24 hexadecimal digits */
      readonly id: string;
    };
    readonly takes: never;
    readonly answer: Schemas['Webhook'];
  };
  /** Resume a webhook */
  readonly resumeWebhook: {
    readonly input: {
      /** The id of a webhook: `wh_` and 24 hexadecimal digits */
      readonly id: string;
    };
    readonly takes: never;
    readonly answer: Schemas['Webhook'];
  };
  /** Send events again, or pass some over */
  readonly replayWebhook: {
    readonly input: {
      /** The id of a webhook: `wh_` and 24 hexadecimal digits */
      readonly id: string;
      readonly body: Schemas['WebhookReplay'];
    };
    readonly takes: never;
    readonly answer: Schemas['Webhook'];
  };
  /** Replace the secret of a webhook */
  readonly rotateWebhookSecret: {
    readonly input: {
      /** The id of a webhook: `wh_` and 24 hexadecimal digits */
      readonly id: string;
      readonly body?: Schemas['WebhookSecretRotation'] | undefined;
    };
    readonly takes: never;
    readonly answer: Schemas['MadeWebhook'];
  };
  /** Send a test */
  readonly testWebhook: {
    readonly input: {
      /** The id of a webhook: `wh_` and 24 hexadecimal digits */
      readonly id: string;
    };
    readonly takes: never;
    readonly answer: Schemas['WebhookTestDelivery'];
  };
}

export interface ClientRoute {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  /** Headers and options that the route knows. */
  readonly takes: readonly string[];
  /** What an answer is known by. */
  readonly has: readonly string[];
  /** Of a list: the member with the items. */
  readonly items?: string;
  /** Statuses of failure with an answer of the ordinary form. */
  readonly also?: readonly number[];
}

export const clientRoutes: Readonly<Record<keyof Operations, ClientRoute>> = {
  getAsset: {"method":"GET","path":"/v1/assets/{collection}/{tokenId}","takes":["Cache-Control","minHeight","at","If-None-Match"],"has":["data","meta"]},
  getAssetHistory: {"method":"GET","path":"/v1/assets/{collection}/{tokenId}/history","takes":[],"has":["entries","next"],"items":"entries"},
  getAssetByText: {"method":"GET","path":"/v1/assets/{collection}","takes":["Cache-Control","minHeight","at","If-None-Match"],"has":["data","meta"]},
  getAssetHistoryByText: {"method":"GET","path":"/v1/assets/{collection}/history","takes":[],"has":["entries","next"],"items":"entries"},
  getAccount: {"method":"GET","path":"/v1/accounts/{id}","takes":["Cache-Control","minHeight","at","If-None-Match"],"has":["data","meta"]},
  getAccountHistory: {"method":"GET","path":"/v1/accounts/{id}/history","takes":[],"has":["entries","next"],"items":"entries"},
  getStaking: {"method":"GET","path":"/v1/accounts/{id}/staking","takes":["Cache-Control","minHeight","at","If-None-Match"],"has":["data","meta"]},
  getStakingHistory: {"method":"GET","path":"/v1/accounts/{id}/staking/history","takes":[],"has":["entries","next"],"items":"entries"},
  getTransaction: {"method":"GET","path":"/v1/transactions/{hash}","takes":["Cache-Control","minHeight","at","If-None-Match"],"has":["data","meta"]},
  getTransactionHistory: {"method":"GET","path":"/v1/transactions/{hash}/history","takes":[],"has":["entries","next"],"items":"entries"},
  getCollection: {"method":"GET","path":"/v1/collections/{collection}","takes":["Cache-Control","minHeight","at","If-None-Match"],"has":["data","meta"]},
  getCollectionHistory: {"method":"GET","path":"/v1/collections/{collection}/history","takes":[],"has":["entries","next"],"items":"entries"},
  findAssets: {"method":"GET","path":"/v1/assets","takes":["Cache-Control"],"has":["items","next","meta"],"items":"items"},
  listCollections: {"method":"GET","path":"/v1/collections","takes":["Cache-Control","minHeight"],"has":["items","next"],"items":"items"},
  listCollectionAssets: {"method":"GET","path":"/v1/collections/{collection}/assets","takes":["Cache-Control"],"has":["items","next","meta"],"items":"items"},
  lookup: {"method":"POST","path":"/v1/lookup","takes":["Cache-Control","minHeight"],"has":["results"]},
  refreshAccount: {"method":"POST","path":"/v1/accounts/{id}/refresh","takes":[],"has":["results","next"],"items":"results"},
  listAccountTransactions: {"method":"GET","path":"/v1/accounts/{id}/transactions","takes":[],"has":["items","next","meta"],"items":"items"},
  getRewards: {"method":"GET","path":"/v1/accounts/{id}/staking/rewards","takes":[],"has":["items","next","meta"],"items":"items"},
  submitTransaction: {"method":"POST","path":"/v1/transactions","takes":["Idempotency-Key"],"has":["hash"]},
  getAssetLocal: {"method":"GET","path":"/v1/assets/{collection}/{tokenId}/local","takes":["If-None-Match"],"has":["data","meta"]},
  putAssetLocal: {"method":"PUT","path":"/v1/assets/{collection}/{tokenId}/local","takes":["If-Match","If-None-Match"],"has":["data","meta"]},
  deleteAssetLocal: {"method":"DELETE","path":"/v1/assets/{collection}/{tokenId}/local","takes":["If-Match"],"has":[]},
  getAssetLocalHistory: {"method":"GET","path":"/v1/assets/{collection}/{tokenId}/local/history","takes":[],"has":["entries","next"],"items":"entries"},
  getAssetLocalByText: {"method":"GET","path":"/v1/assets/{collection}/local","takes":["If-None-Match"],"has":["data","meta"]},
  putAssetLocalByText: {"method":"PUT","path":"/v1/assets/{collection}/local","takes":["If-Match","If-None-Match"],"has":["data","meta"]},
  deleteAssetLocalByText: {"method":"DELETE","path":"/v1/assets/{collection}/local","takes":["If-Match"],"has":[]},
  getAssetLocalByTextHistory: {"method":"GET","path":"/v1/assets/{collection}/local/history","takes":[],"has":["entries","next"],"items":"entries"},
  getAccountLocal: {"method":"GET","path":"/v1/accounts/{id}/local","takes":["If-None-Match"],"has":["data","meta"]},
  putAccountLocal: {"method":"PUT","path":"/v1/accounts/{id}/local","takes":["If-Match","If-None-Match"],"has":["data","meta"]},
  deleteAccountLocal: {"method":"DELETE","path":"/v1/accounts/{id}/local","takes":["If-Match"],"has":[]},
  getAccountLocalHistory: {"method":"GET","path":"/v1/accounts/{id}/local/history","takes":[],"has":["entries","next"],"items":"entries"},
  getStakingLocal: {"method":"GET","path":"/v1/accounts/{id}/staking/local","takes":["If-None-Match"],"has":["data","meta"]},
  putStakingLocal: {"method":"PUT","path":"/v1/accounts/{id}/staking/local","takes":["If-Match","If-None-Match"],"has":["data","meta"]},
  deleteStakingLocal: {"method":"DELETE","path":"/v1/accounts/{id}/staking/local","takes":["If-Match"],"has":[]},
  getStakingLocalHistory: {"method":"GET","path":"/v1/accounts/{id}/staking/local/history","takes":[],"has":["entries","next"],"items":"entries"},
  getTransactionLocal: {"method":"GET","path":"/v1/transactions/{hash}/local","takes":["If-None-Match"],"has":["data","meta"]},
  putTransactionLocal: {"method":"PUT","path":"/v1/transactions/{hash}/local","takes":["If-Match","If-None-Match"],"has":["data","meta"]},
  deleteTransactionLocal: {"method":"DELETE","path":"/v1/transactions/{hash}/local","takes":["If-Match"],"has":[]},
  getTransactionLocalHistory: {"method":"GET","path":"/v1/transactions/{hash}/local/history","takes":[],"has":["entries","next"],"items":"entries"},
  getCollectionLocal: {"method":"GET","path":"/v1/collections/{collection}/local","takes":["If-None-Match"],"has":["data","meta"]},
  putCollectionLocal: {"method":"PUT","path":"/v1/collections/{collection}/local","takes":["If-Match","If-None-Match"],"has":["data","meta"]},
  deleteCollectionLocal: {"method":"DELETE","path":"/v1/collections/{collection}/local","takes":["If-Match"],"has":[]},
  getCollectionLocalHistory: {"method":"GET","path":"/v1/collections/{collection}/local/history","takes":[],"has":["entries","next"],"items":"entries"},
  listChanges: {"method":"GET","path":"/v1/changes","takes":[],"has":["items","next"]},
  getHealth: {"method":"GET","path":"/v1/health","takes":[],"has":["status"],"also":[503]},
  getReady: {"method":"GET","path":"/v1/ready","takes":[],"has":["ready"],"also":[503]},
  getStats: {"method":"GET","path":"/v1/stats","takes":[],"has":["instance"]},
  getOpenApi: {"method":"GET","path":"/v1/openapi.json","takes":["If-None-Match"],"has":["openapi"]},
  getExplanation: {"method":"GET","path":"/v1/explain/{requestId}","takes":[],"has":["requestId"]},
  getPrincipal: {"method":"GET","path":"/v1/principal","takes":[],"has":["name"]},
  getStoredRecord: {"method":"GET","path":"/v1/records","takes":[],"has":["ref"]},
  getMetrics: {"method":"GET","path":"/v1/metrics","takes":[],"has":["source"]},
  getSync: {"method":"GET","path":"/v1/sync","takes":[],"has":["cursor"]},
  forceSync: {"method":"POST","path":"/v1/sync","takes":[],"has":["tick"]},
  rewindSync: {"method":"POST","path":"/v1/sync/rewind","takes":[],"has":["cursor"]},
  listConflicts: {"method":"GET","path":"/v1/conflicts","takes":[],"has":["items","next"],"items":"items"},
  getConflict: {"method":"GET","path":"/v1/conflicts/{id}","takes":[],"has":["id"]},
  decideConflict: {"method":"POST","path":"/v1/conflicts/{id}/decision","takes":[],"has":["id"]},
  undoConflictDecision: {"method":"POST","path":"/v1/conflicts/{id}/undo","takes":[],"has":["id"]},
  resolveConflicts: {"method":"POST","path":"/v1/conflicts/resolve","takes":[],"has":["items","next"],"items":"items"},
  startReconciliation: {"method":"POST","path":"/v1/reconciliations","takes":[],"has":["id"]},
  listReconciliations: {"method":"GET","path":"/v1/reconciliations","takes":[],"has":["items","next"],"items":"items"},
  getReconciliation: {"method":"GET","path":"/v1/reconciliations/{id}","takes":[],"has":["id"]},
  linkReconciliation: {"method":"POST","path":"/v1/reconciliations/{id}/link","takes":[],"has":["url"]},
  cancelReconciliation: {"method":"POST","path":"/v1/reconciliations/{id}/cancel","takes":[],"has":["id"]},
  invalidate: {"method":"POST","path":"/v1/invalidations","takes":[],"has":["next"]},
  getAuditHeads: {"method":"GET","path":"/v1/audit/heads","takes":[],"has":["day"]},
  getAuditReport: {"method":"GET","path":"/v1/audit","takes":[],"has":["entries","next"],"items":"entries"},
  createKey: {"method":"POST","path":"/v1/keys","takes":[],"has":["id"]},
  listKeys: {"method":"GET","path":"/v1/keys","takes":[],"has":["items","next"],"items":"items"},
  getKey: {"method":"GET","path":"/v1/keys/{id}","takes":[],"has":["id"]},
  revokeKey: {"method":"DELETE","path":"/v1/keys/{id}","takes":[],"has":["id"]},
  rotateKey: {"method":"POST","path":"/v1/keys/{id}/rotate","takes":[],"has":["id"]},
  createWebhook: {"method":"POST","path":"/v1/webhooks","takes":[],"has":["id"]},
  listWebhooks: {"method":"GET","path":"/v1/webhooks","takes":[],"has":["items","next"],"items":"items"},
  getWebhook: {"method":"GET","path":"/v1/webhooks/{id}","takes":[],"has":["id"]},
  changeWebhook: {"method":"PATCH","path":"/v1/webhooks/{id}","takes":[],"has":["id"]},
  disableWebhook: {"method":"DELETE","path":"/v1/webhooks/{id}","takes":[],"has":["id"]},
  pauseWebhook: {"method":"POST","path":"/v1/webhooks/{id}/pause","takes":[],"has":["id"]},
  resumeWebhook: {"method":"POST","path":"/v1/webhooks/{id}/resume","takes":[],"has":["id"]},
  replayWebhook: {"method":"POST","path":"/v1/webhooks/{id}/replay","takes":[],"has":["id"]},
  rotateWebhookSecret: {"method":"POST","path":"/v1/webhooks/{id}/rotate","takes":[],"has":["id"]},
  testWebhook: {"method":"POST","path":"/v1/webhooks/{id}/test","takes":[],"has":["delivered"]},
};
