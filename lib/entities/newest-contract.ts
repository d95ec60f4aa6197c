import { CollectionUnreadable, InvalidId } from '../domain/errors.ts';
import type { Contract, ContractPackage, NotAPackage, PinnedState } from '../domain/pinned-state.ts';

export interface NewestContract extends Contract {
  readonly hash: string;
}

/**
 * The contract of a package that counts (rule KIND-5); undefined: the chain has no such package. What is found and cannot be
 * used is no absence (rule ANSWER-4): throws InvalidId for a hash of something else, and CollectionUnreadable for a package without a contract that can be used.
 */
export async function newestContract(
  packageHash: string,
  state: Pick<PinnedState, 'contractPackage' | 'contract'>,
): Promise<NewestContract | undefined> {
  const held = await state.contractPackage(packageHash);
  if (held === undefined) return undefined;
  if ('packageOf' in held) throw new InvalidId(notAPackage(held), 'collection');
  const hash = newestEnabled(held);
  if (hash === undefined) throw new CollectionUnreadable(packageHash, 'each of its versions is disabled');
  const contract = await state.contract(hash);
  if (contract === undefined)
    throw new CollectionUnreadable(packageHash, `its newest version, ${hash}, is no contract`);
  return { ...contract, hash };
}

const notAPackage = ({ packageOf }: NotAPackage): string =>
  packageOf === null
    ? 'the chain has something other than a package under this hash'
    : `this is the hash of a contract: its package is ${packageOf}`;

/** Rule KIND-5: the contract of the highest (major, version) that is not disabled. */
export function newestEnabled({ versions, disabled }: ContractPackage): string | undefined {
  const enabled = versions.filter(
    ({ major, version }) =>
      !disabled.some(([otherMajor, otherVersion]) => otherMajor === major && otherVersion === version),
  );
  return enabled.toSorted((a, b) => b.major - a.major || b.version - a.version)[0]?.contractHash;
}
