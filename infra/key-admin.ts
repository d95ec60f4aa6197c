/** A key as it is listed. One whose stored row cannot be read has an id and a status alone. */
export interface KeyView {
  readonly id: string;
  readonly status: string;
  readonly name?: string;
  readonly roles?: readonly string[];
  readonly application?: string | null;
  readonly expiresAt?: string | null;
}

/** The routes of keys, through the API or past it. Bodies are those of the API. */
export interface KeyAdmin {
  create(body: object): Promise<KeyView & { readonly key: string }>;
  list(): Promise<readonly KeyView[]>;
  rotate(id: string, body: object): Promise<KeyView & { readonly key: string }>;
  revoke(id: string): Promise<KeyView>;
  close(): void;
}

/** The program was called with options or variables that it cannot use. */
export class UsageError extends Error {}
