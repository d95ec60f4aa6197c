/** The kinds of records, as the service names them. */
export const recordKinds = ['asset', 'account', 'staking', 'transaction', 'collection'] as const;
