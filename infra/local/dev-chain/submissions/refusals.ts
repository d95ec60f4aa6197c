import type { TransactionKind } from '../recorded.ts';

export type Reason =
  | 'chain name'
  | 'time to live'
  | 'future'
  | 'excessive approvals'
  | 'dependencies'
  | 'transfer amount'
  | 'missing argument'
  | 'empty module bytes'
  | 'gas limit'
  | 'hash'
  | 'body hash'
  | 'approval'
  | 'unspecified';

/** The sidecar's texts, by kind (its `InvalidTransactionOrDeploy`). */
export const REFUSALS: Readonly<Record<TransactionKind, Readonly<Record<Reason, string>>>> = {
  Version1: {
    'chain name': 'The transaction sent to the network had an invalid chain name',
    'time to live': 'The transaction sent to the network had an excessive time to live',
    future: 'The transaction sent to the network had a timestamp that has not yet occurred',
    'excessive approvals': 'The transaction sent to the network had excessive approvals',
    dependencies: 'The dependencies for this transaction are no longer supported',
    'transfer amount': 'The transaction sent to the network had an insufficient transfer amount',
    'missing argument': 'The transaction sent to the network was missing an argument',
    'gas limit': 'The transaction sent to the network exceeds the networks block gas limit',
    'empty module bytes': 'The transaction sent to the network had empty module bytes',
    hash: 'The transaction sent to the network had an invalid hash',
    'body hash': 'The transaction sent to the network had an invalid body hash',
    approval: 'The transaction sent to the network had an invalid approval',
    unspecified: 'The transaction sent to the network was invalid for an unspecified reason',
  },
  Deploy: {
    'chain name': 'The deploy had an invalid chain name',
    'time to live': 'The deploy had an excessive time to live',
    future: 'The deploys timestamp is in the future',
    'excessive approvals': 'The deploy sent to the network had excessive approvals',
    dependencies: 'The dependencies for this transaction are no longer supported',
    'transfer amount': 'The deploy sent to the network had an insufficient transfer amount',
    'missing argument': 'The deploy sent to the network was missing a transfer amount',
    'gas limit': 'The deploy sent to the network exceeded the block gas limit',
    'empty module bytes': 'missing module bytes for deploy',
    hash: 'The deploy had an invalid deploy hash',
    'body hash': 'The deploy had an invalid body hash',
    approval: 'The deploy had an invalid approval',
    unspecified: 'The deploy sent to the network was invalid for an unspecified reason',
  },
};
