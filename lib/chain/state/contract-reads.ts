import type { ClData, PinnedState } from '../../domain/pinned-state.ts';
import { addressOf, dictionaryKey, systemRegistryKey } from '../rpc/state-keys.ts';
import { decodeContract, decodePackage } from './decode-state.ts';

export interface StoredReads {
  /** undefined: nothing is stored under the key. */
  stored<Value>(key: string, decode: (stored: unknown) => Value): Promise<Value | undefined>;
  clValue(key: string): Promise<ClData | undefined>;
}

/** What is read of contracts, by their keys. */
export const contractReads = ({
  stored,
  clValue,
}: StoredReads): Pick<PinnedState, 'systemContract' | 'contractPackage' | 'contract' | 'named' | 'item'> => ({
  async systemContract(name) {
    const registry = await clValue(systemRegistryKey);
    const [, hash] = (Array.isArray(registry) ? registry : []).find(([each]) => each === name) ?? [];
    return typeof hash === 'string' ? hash : undefined;
  },
  contractPackage: (packageHash) => stored(`hash-${packageHash}`, decodePackage),
  contract: (contractHash) => stored(`hash-${contractHash}`, decodeContract),
  named: (uref) => clValue(`uref-${addressOf(uref)}-007`),
  item: (seed, itemKey) => clValue(dictionaryKey(seed, itemKey)),
});
