import { u8, u32, u64 } from '../proof/bytes.ts';
import { argumentBytes } from './arguments.ts';
import { option, sized, utf8 } from './bytes.ts';
import type { Field } from './field.ts';
import { instantBytes, lifetimeBytes } from './times.ts';

/** The bytes whose hash is the hash of a Deploy. */
export function deployHeaderBytes(header: Field): Buffer {
  const dependencies = header.member('dependencies').list();
  return Buffer.concat([
    header.member('account').bytes(),
    instantBytes(header.member('timestamp')),
    lifetimeBytes(header.member('ttl')),
    u64(header.member('gas_price').unsigned(64)),
    header.member('body_hash').bytes(32),
    u32(dependencies.length),
    ...dependencies.map((dependency) => dependency.bytes(32)),
    utf8(header.member('chain_name').text()),
  ]);
}

/** The bytes whose hash is the `body_hash` of a Deploy. */
export const deployBodyBytes = (deploy: Field): Buffer =>
  Buffer.concat([itemBytes(deploy.member('payment')), itemBytes(deploy.member('session'))]);

/** What may be executed, in the order of the tags. */
const items: Readonly<Record<string, (item: Field) => readonly Uint8Array[]>> = {
  ModuleBytes: (item) => [sized(item.member('module_bytes').bytes())],
  StoredContractByHash: (item) => [item.member('hash').bytes(32), entryPoint(item)],
  StoredContractByName: (item) => [utf8(item.member('name').text()), entryPoint(item)],
  StoredVersionedContractByHash: (item) => [item.member('hash').bytes(32), version(item), entryPoint(item)],
  StoredVersionedContractByName: (item) => [utf8(item.member('name').text()), version(item), entryPoint(item)],
  Transfer: () => [],
};
const itemNames = Object.keys(items);

function itemBytes(item: Field): Buffer {
  const [name, content] = item.variant(itemNames);
  const parts = (items[name] as (item: Field) => readonly Uint8Array[])(content);
  return Buffer.concat([u8(itemNames.indexOf(name)), ...parts, argumentBytes(content.member('args'))]);
}

const entryPoint = (item: Field): Buffer => utf8(item.member('entry_point').text());

function version(item: Field): Uint8Array {
  const given = item.optional('version');
  return option(given && u32(given.unsigned(32)));
}
