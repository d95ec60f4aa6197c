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
  fromHex(hex: string): {
    accountHash(): { toPrefixedString(): string };
    /** Throws where it does not hold. */
    verifySignature(message: Uint8Array, signature: Uint8Array): boolean;
  };
};
