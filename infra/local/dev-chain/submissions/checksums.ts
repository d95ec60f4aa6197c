import { executionResultsChecksum } from '../../../../lib/chain/proof/execution-results.ts';
import { parseExactJson } from '../../../../lib/chain/rpc/rpc-answer.ts';
import { versionAt } from '../chain-view.ts';
import type { RecordedBlock, StoredValue, TransactionAnswer, Version } from '../recorded.ts';
import type { Recording } from '../recording.ts';

const registryKey = `checksum-registry-${'0'.repeat(64)}`;
const checksumName = 'execution_results_checksum';

/** The state in which each block from a height on has the checksum of its results; as it is where the recording has no such checksums. */
export function withChecksums(
  state: Recording['state'],
  blocks: readonly RecordedBlock[],
  transactions: ReadonlyMap<string, TransactionAnswer>,
  from: number,
): Recording['state'] {
  const recorded = state.get(registryKey);
  if (recorded === undefined) return state;
  const made = blocks.slice(from).map(({ header, body }): Version<StoredValue> => {
    const results = Object.values(body.transactions)
      .flat()
      .flatMap((tagged) => Object.entries(tagged))
      .map(([kind, hash]) => transactions.get(`${kind} ${hash}`)?.execution_info.execution_result);
    const checksum = executionResultsChecksum(parseExactJson(JSON.stringify(results)) as unknown[]);
    return { height: header.height, value: withChecksum(versionAt(recorded, header.height), checksum) };
  });
  return new Map([...state, [registryKey, [...recorded.filter(({ height }) => height < from), ...made]]]);
}

/** A map of names to 32 bytes: what follows the name is another one. */
function withChecksum(value: StoredValue | undefined, checksum: string): StoredValue {
  const known = value?.CLValue as { readonly bytes: string; readonly parsed: readonly { readonly key: string }[] };
  const name = Buffer.from(checksumName).toString('hex');
  const at = known.bytes.indexOf(name) + name.length;
  return {
    CLValue: {
      ...known,
      bytes: known.bytes.slice(0, at) + checksum + known.bytes.slice(at + checksum.length),
      parsed: known.parsed.map((entry) => (entry.key === checksumName ? { ...entry, value: checksum } : entry)),
    },
  };
}
