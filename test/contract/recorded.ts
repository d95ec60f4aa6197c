import { readFileSync } from 'node:fs';
import { join } from 'node:path';

interface RecordedAccount {
  readonly publicKey: string;
  readonly accountHash: string;
}

const folder = (recording: string): string => join(import.meta.dirname, '../../infra/local/recordings', recording);

/** All accounts of a recorded chain. */
export const recordedAccounts = (recording: string): readonly RecordedAccount[] =>
  Object.values(
    JSON.parse(readFileSync(join(folder(recording), 'meta.json'), 'utf8')).accounts as Record<string, RecordedAccount>,
  );

/** The hashes of all transactions and deploys of a recorded chain, oldest first. */
export const recordedTransactions = (recording: string): readonly string[] =>
  readFileSync(join(folder(recording), 'transactions.jsonl'), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => {
      const { transaction } = JSON.parse(line) as {
        transaction: Record<'Version1' | 'Deploy', { hash: string } | undefined>;
      };
      return (transaction.Version1 ?? transaction.Deploy)?.hash ?? '';
    });
