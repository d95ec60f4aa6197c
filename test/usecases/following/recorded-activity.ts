import { readFileSync } from 'node:fs';
import { accountHashOf } from '../../support/recorded-truth.ts';

/** One part of a transaction that concerns an account, from the raw recording alone, without code of the service. */
export interface RecordedActivity {
  readonly account: string;
  readonly role: 'initiated' | 'transfer-in' | 'transfer-out';
  readonly height: number;
  readonly hash: string;
  readonly failed: boolean;
  readonly cost: string;
  readonly amount: string | null;
  readonly id: string | null;
}

// biome-ignore lint/suspicious/noExplicitAny: recorded JSON of many shapes
type Raw = any;

const folder = new URL('../../../infra/local/recordings/', import.meta.url);

/** In the order of the blocks, and within a block in no order. */
export function recordedActivity(recording: 'chain-a' | 'chain-d'): readonly RecordedActivity[] {
  const found: RecordedActivity[] = [];
  for (const line of readFileSync(new URL(`${recording}/transactions.jsonl`, folder), 'utf8').split('\n')) {
    if (line === '') continue;
    // An id may be beyond a double.
    const { transaction, execution_info: info }: Raw = JSON.parse(line.replace(/"id":(\d+)/g, '"id":"$1"'));
    const { hash } = transaction.Deploy ?? transaction.Version1;
    const result = info.execution_result.Version2;
    const failed = result.error_message !== null;
    const of = { height: info.block_height, hash, failed, cost: String(result.cost) };
    found.push({ ...of, account: idOf(result.initiator), role: 'initiated', amount: null, id: null });
    for (const { Version2: transfer } of failed ? [] : result.transfers) {
      const moved = { ...of, amount: String(transfer.amount), id: transfer.id };
      found.push({ ...moved, account: idOf(transfer.from), role: 'transfer-out' });
      if (transfer.to !== null) found.push({ ...moved, account: transfer.to, role: 'transfer-in' });
    }
  }
  return found.sort((a, b) => a.height - b.height);
}

const idOf = ({ PublicKey: key, AccountHash: hash }: Raw): string => hash ?? accountHashOf(key);
