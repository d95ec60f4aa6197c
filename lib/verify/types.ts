/** A switch block that the caller trusts, and the name of the chain that it belongs to. */
export interface ProofAnchor {
  readonly chainName: string;
  readonly height: number;
  /** 64 hexadecimal digits in lower case. */
  readonly hash: string;
}

/** As in `ASTAKE_COLLECTIONS` and `ASTAKE_LIQUID_STAKING`. */
export interface VerifySettings {
  readonly collections: Readonly<
    Record<
      string,
      {
        readonly package: string;
        readonly standard?: 'cep78' | 'cep47' | 'cep95';
        readonly assetValue?: string;
        readonly verified?: string;
      }
    >
  >;
  readonly liquidStaking?:
    | {
        readonly package: string;
        readonly balances: string;
        readonly itemKey: 'base64-key';
        readonly decimals: number;
        readonly rate:
          | { readonly numerator: string; readonly denominator: string }
          | { readonly value: string; readonly scale: number };
      }
    | undefined;
}

export interface VerifyOptions {
  /** What was asked for: `account`, `staking`, `asset` or `collection`. An account's balance and its stakes have the same id. Left out: the caller looks at `kind`. */
  readonly kind?: string | undefined;
  /**
   * What was asked for, in any spelling that its route takes: `<collection>:<token id>` for an asset. An alias is one of the caller's own
   * `settings`: what the service calls by it proves nothing. Left out: the caller looks at `id`.
   */
  readonly id?: string | undefined;
  /** The lowest block that is acceptable: nothing else shows that an answer is not an old one. */
  readonly minHeight?: number | undefined;
  /** The caller's own configuration of collections and liquid staking. Left out: that of the answer, which nothing proves. */
  readonly settings?: VerifySettings | undefined;
}

export interface ProvedAnswer {
  readonly kind: string;
  readonly id: string;
  /** Made again from what is proved, and equal to the answer's; `local` and `tokens` are null. A whole number that no double holds is a bigint. */
  readonly data: object;
  /** The block that it is the state of. */
  readonly block: {
    readonly height: number;
    readonly hash: string;
    readonly timestamp: string;
    readonly eraId: number;
  };
  /** The share of the era's weight whose signatures were given, rounded down; more than two thirds. More may have signed. */
  readonly weight: number;
  /** The keys of global state that are proved. */
  readonly proved: readonly string[];
  /**
   * What the answer rests on besides, sorted: who sent it is believed in that. `absence`: that there is nothing under some key; `holds`: what is
   * held back of a balance, and so what is available; `stakes` and `validators`: that there are no other stakes; `rewards`; `settings`: the
   * service's own; `local` and `tokens`: what the service joins to what the chain says.
   */
  readonly unproved: readonly string[];
  /** The keys that are taken as absent; there is no proof of an absence. */
  readonly absent: readonly string[];
  /** To be kept in place of the anchor. */
  readonly anchor: ProofAnchor;
}
