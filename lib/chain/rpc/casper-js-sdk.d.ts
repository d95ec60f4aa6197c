/**
 * The part of casper-js-sdk that this project uses. The package's own types include TypeScript sources that do not compile
 * under strict settings, so `paths` in tsconfig.json points here.
 */
export interface CLValue {
  readonly bool?: { getValue(): boolean };
  readonly unit?: object;
  readonly option?: { value(): CLValue | null | undefined };
  readonly key?: { toPrefixedString(): string };
  readonly uref?: { toPrefixedString(): string };
  readonly publicKey?: { toHex(): string };
  readonly map?: { getData(): readonly { readonly inner1: CLValue; readonly inner2: CLValue }[] };
  readonly list?: { readonly elements: readonly CLValue[] };
  toString(): string;
}

export declare const CLValueParser: { fromJSON(json: { readonly cl_type: unknown; readonly bytes: string }): CLValue };

export declare const PublicKey: {
  fromHex(hex: string): { accountHash(): { toPrefixedString(): string } };
};

interface Signed {
  readonly hash: { toBytes(): Uint8Array; toHex(): string };
  readonly approvals: readonly {
    readonly signer: { verifySignature(message: Uint8Array, signature: Uint8Array): boolean };
    readonly signature: { readonly bytes: Uint8Array };
  }[];
}

export interface ParsedVersion1 extends Signed {
  readonly payload: {
    readonly pricingMode?: { readonly paymentLimited?: { paymentAmount: number | bigint } };
    toBytes(): Uint8Array;
  };
}

export interface ParsedDeploy extends Signed {
  readonly header: { readonly bodyHash?: { toHex(): string }; toBytes(): Uint8Array };
  readonly payment: { bytes(): Uint8Array };
  readonly session: { bytes(): Uint8Array };
}

interface SdkClass<T> {
  readonly prototype: { validate(): boolean };
  fromJSON(json: unknown): T;
}

export declare const TransactionV1: SdkClass<ParsedVersion1>;
export declare const Deploy: SdkClass<ParsedDeploy>;
