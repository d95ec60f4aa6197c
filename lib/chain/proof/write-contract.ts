import { fieldsOf, type JsonWriter, UnknownForm, variantOf } from './json-writer.ts';
import { textOf } from './members.ts';
import { writeClType } from './write-cl-type.ts';
import { writeKey } from './write-key.ts';

/** Accounts, contracts and their packages (casper-types 6.0), as nodes write them in JSON. */

export const writeNamedKeys = (writer: JsonWriter, json: unknown): void =>
  writer.list(json, (entry) => {
    const { name, key } = fieldsOf(entry, ['name', 'key']);
    writer.string(name);
    writeKey(writer, key);
  });

export function writeAccount(writer: JsonWriter, json: unknown): void {
  const account = fieldsOf(json, ['account_hash', 'named_keys', 'main_purse', 'associated_keys', 'action_thresholds']);
  const thresholds = fieldsOf(account.action_thresholds, ['deployment', 'key_management']);
  writer.address(account.account_hash, 'account-hash-');
  writeNamedKeys(writer, account.named_keys);
  writer.uref(account.main_purse);
  writer.list(account.associated_keys, (entry) => {
    const { account_hash: hash, weight } = fieldsOf(entry, ['account_hash', 'weight']);
    writer.address(hash, 'account-hash-');
    writer.number8(weight);
  });
  writer.number8(thresholds.deployment);
  writer.number8(thresholds.key_management);
}

export function writeContract(writer: JsonWriter, json: unknown): void {
  const contract = fieldsOf(json, [
    'contract_package_hash',
    'contract_wasm_hash',
    'named_keys',
    'entry_points',
    'protocol_version',
  ]);
  writer.address(contract.contract_package_hash, 'contract-package-');
  writer.address(contract.contract_wasm_hash, 'contract-wasm-');
  writeNamedKeys(writer, contract.named_keys);
  writer.list(contract.entry_points, (entry) => writeEntryPoint(writer, entry));
  writer.version(contract.protocol_version);
}

const typesOfEntryPoints: Readonly<Record<string, number>> = { Caller: 0, Called: 1, Factory: 0x80 };

/** Under its name, which it has itself too. */
function writeEntryPoint(writer: JsonWriter, json: unknown): void {
  const { name, args, ret, access, entry_point_type } = fieldsOf(json, [
    'name',
    'args',
    'ret',
    'access',
    'entry_point_type',
  ]);
  writer.string(name);
  writer.string(name);
  writer.list(args, (entry) => {
    const { name: argument, cl_type: type } = fieldsOf(entry, ['name', 'cl_type']);
    writer.string(argument);
    writeClType(writer, type);
  });
  writeClType(writer, ret);
  writeAccess(writer, access);
  const type = textOf(entry_point_type);
  writer.u8(typesOfEntryPoints[type] ?? unknown(`an entry point of the type ${type}`));
}

function writeAccess(writer: JsonWriter, json: unknown): void {
  const [name, groups] = variantOf(json);
  writer.u8({ Public: 1, Groups: 2, Template: 3 }[name] ?? unknown(`an access ${name}`));
  if (name === 'Groups') writer.list(groups, (group) => writer.string(group));
}

export function writeContractPackage(writer: JsonWriter, json: unknown): void {
  const known = fieldsOf(json, ['access_key', 'versions', 'disabled_versions', 'groups', 'lock_status']);
  writer.uref(known.access_key);
  writer.list(known.versions, (entry) => {
    const version = fieldsOf(entry, ['protocol_version_major', 'contract_version', 'contract_hash']);
    writer.number32(version.protocol_version_major);
    writer.number32(version.contract_version);
    writer.address(version.contract_hash, 'contract-');
  });
  writer.list(known.disabled_versions, (version) => writer.fixed(version, 2, (number) => writer.number32(number)));
  writer.list(known.groups, (entry) => {
    const { group_name: name, group_users: users } = fieldsOf(entry, ['group_name', 'group_users']);
    writer.string(name);
    writer.list(users, (uref) => writer.uref(uref));
  });
  const status = textOf(known.lock_status);
  writer.u8({ Unlocked: 0, Locked: 1 }[status] ?? unknown(`a lock status ${status}`));
}

function unknown(what: string): never {
  throw new UnknownForm(what.slice(0, 60));
}
