/** The tags of casper-types 6.0 (KeyTag): of keys that are a prefix and 32 bytes. */
export const hashKeyTags = {
  'account-hash-': 0,
  'hash-': 1,
  'transfer-': 3,
  'deploy-': 4,
  'balance-': 6,
  'bid-': 7,
  'withdraw-': 8,
  'dictionary-': 9,
  'system-entity-registry-': 10,
  'era-summary-': 11,
  'unbond-': 12,
  'chainspec-registry-': 13,
  'checksum-registry-': 14,
} as const;

/** Of keys that are longer. */
export const longKeyTags = { 'bid-addr-': 15, 'balance-hold-': 22 } as const;

export const urefTag = 2;
export const eraTag = 5;
