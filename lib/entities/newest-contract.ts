import { InvalidId } from '../domain/errors.ts';
import type { Contract, ContractPackage, NotAPackage, PinnedState } from '../domain/pinned-state.ts';

export interface NewestContract extends Contract {
  readonly hash: string;
}

/** Why a package that the chain has cannot be used, as a sentence. */
export interface UnreadablePackage {
  readonly unreadable: string;
}

/**
 * The contract of a package that counts (rule KIND-5); undefined: the chain has no such package. What is found and cannot be
 * used is no absence (rule ANSWER-4). Throws InvalidId for the hash of something else.
 */
export async function newestContract(
  packageHash: string,
  state: Pick<PinnedState, 'contractPackage' | 'contract'>,
): Promise<NewestContract | UnreadablePackage | undefined> {
  const held = await state.contractPackage(packageHash);
  if (held === undefined) return undefined;
  if ('packageOf' in held) throw new InvalidId(notAPackage(held), 'collection');
  const hash = newestEnabled(held);
  if (hash === undefined) return unreadablePackage(packageHash, 'each of its versions is disabled');
  const contract = await state.contract(hash);
  return contract === undefined
    ? unreadablePackage(packageHash, `its newest version, ${hash}, is no contract`)
    : { ...contract, hash };
}

export const unreadablePackage = (packageHash: string, why: string): UnreadablePackage => ({
  unreadable: `the package ${packageHash} cannot be read: ${why}`,
});

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

/** The contract of the first version there ever was, disabled or not. */
export const oldestVersion = ({ versions }: ContractPackage): string | undefined =>
  versions.toSorted((a, b) => a.major - b.major || a.version - b.version)[0]?.contractHash;
