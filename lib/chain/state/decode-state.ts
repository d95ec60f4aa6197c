import { UnusableAnswer } from '../../domain/errors.ts';
import type {
  Contract,
  ContractPackage,
  Delegation,
  NotAPackage,
  Unbonding,
  ValidatorBid,
} from '../../domain/pinned-state.ts';
import { digits, integer, known, list, type Shape, shape, text, variant } from '../rpc/json-shape.ts';

/** Decodes stored values, as `query_global_state` answers them, into the domain's types. */

export function decodeAccount(stored: unknown): { readonly mainPurse: string } {
  refuseAddressableEntities(variant(stored, 'an account')[0]);
  const [, body] = known(stored, ['Account'], 'an account');
  return { mainPurse: text(shape(body, 'an account').main_purse, 'a main purse') };
}

export function decodePackage(stored: unknown): ContractPackage | NotAPackage {
  const [kind, body] = variant(stored, 'a stored value');
  refuseAddressableEntities(kind);
  if (kind === 'Contract') return { packageOf: packageOf(shape(body, 'a contract')) };
  if (kind !== 'ContractPackage') return { packageOf: null };
  const { versions, disabled_versions: disabled } = shape(body, 'a package');
  return {
    versions: list(versions, 'versions').map((entry) => {
      const {
        protocol_version_major: major,
        contract_version: version,
        contract_hash: hash,
      } = shape(entry, 'a version');
      return {
        major: integer(major, 'a major version'),
        version: integer(version, 'a contract version'),
        contractHash: text(hash, 'a contract hash').replace(/^(contract|hash)-/, ''),
      };
    }),
    disabled: list(disabled ?? [], 'disabled versions').map(disabledVersion),
  };
}

const packageOf = ({ contract_package_hash: hash }: Shape): string =>
  text(hash, 'a package hash').replace(/^(contract-package-(?:wasm)?|hash-)/, '');

/** `[2, 1]` as 2.x nodes write it, an object as 1.x nodes did. The members of an object have no order (RFC 8259, 4). */
function disabledVersion(entry: unknown): readonly [number, number] {
  const named = Array.isArray(entry) ? undefined : shape(entry, 'a disabled version');
  const [major, version] =
    named === undefined ? (entry as unknown[]) : [named.protocol_version_major, named.contract_version];
  return [integer(major, 'a major version'), integer(version, 'a contract version')];
}

export function decodeContract(stored: unknown): Contract | undefined {
  const [kind, body] = variant(stored, 'a stored value');
  refuseAddressableEntities(kind);
  if (kind !== 'Contract') return undefined;
  const keys = list(shape(body, 'a contract').named_keys, 'named keys').map((entry) => {
    const { name, key } = shape(entry, 'a named key');
    return [text(name, 'a name'), text(key, 'a key')] as const;
  });
  return { namedKeys: Object.fromEntries(keys) };
}

/** A CLValue's type and bytes. Its `parsed` member is not used: it is only the node's rendering. */
export function decodeClValue(stored: unknown): { readonly type: unknown; readonly bytes: string } {
  const [, body] = known(stored, ['CLValue'], 'a stored value');
  const { cl_type: type, bytes } = shape(body, 'a CLValue');
  return { type, bytes: text(bytes, 'bytes') };
}

export type Bid =
  | { readonly kind: 'validator'; readonly bid: ValidatorBid }
  | { readonly kind: 'delegation'; readonly bid: Delegation }
  | { readonly kind: 'unbonding'; readonly bid: Unbonding }
  | { readonly kind: 'other' };

export function decodeStoredBid(stored: unknown): Bid {
  return decodeBidKind(known(stored, ['BidKind'], 'a bid')[1]);
}

/** A BidKind, in a stored value and in the list of the auction call. */
export function decodeBidKind(bidKind: unknown): Bid {
  const [kind, content] = variant(bidKind, 'a bid');
  const body = shape(content, 'a bid');
  if (kind === 'Validator') return { kind: 'validator', bid: validatorBid(body) };
  if (kind === 'Delegator') return { kind: 'delegation', bid: delegation(body) };
  if (kind === 'Unbond') return { kind: 'unbonding', bid: unbonding(body) };
  return { kind: 'other' };
}

const validatorBid = (body: Shape): ValidatorBid => ({
  validator: text(body.validator_public_key, 'a validator'),
  staked: digits(body.staked_amount, 'a stake'),
  delegationRate: integer(body.delegation_rate, 'a delegation rate'),
  inactive: body.inactive === true,
});

const delegation = (body: Shape): Delegation => ({
  validator: text(body.validator_public_key, 'a validator'),
  // A contract delegates by a purse. Older answers, from before purses could delegate, name the public key directly.
  delegator:
    body.delegator_kind === undefined
      ? text(body.delegator_public_key, 'a delegator')
      : publicKeyOf(body.delegator_kind, ['PublicKey']),
  staked: digits(body.staked_amount, 'a stake'),
});

const unbonding = (body: Shape): Unbonding => ({
  validator: text(body.validator_public_key, 'a validator'),
  unbonder: publicKeyOf(body.unbond_kind, ['DelegatedPublicKey', 'Validator']),
  eras: list(body.eras, 'eras').map((entry) => {
    const era = shape(entry, 'an era');
    return {
      eraOfCreation: integer(era.era_of_creation, 'an era'),
      amount: digits(era.amount, 'an amount'),
      redelegatesTo: era.new_validator == null ? null : text(era.new_validator, 'a validator'),
    };
  }),
});

function publicKeyOf(kind: unknown, names: readonly string[]): string | null {
  const [name, key] = variant(kind, 'a holder of the bid');
  return names.includes(name) ? text(key, 'a public key') : null;
}

/** Networks with addressable entities store accounts, contracts and packages under other keys and in other forms. */
function refuseAddressableEntities(kind: string): void {
  if (['AddressableEntity', 'Package', 'SmartContract', 'NamedKey', 'CLValue'].includes(kind)) {
    throw new UnusableAnswer('value_unreadable', 'networks with addressable entities are not supported');
  }
}
