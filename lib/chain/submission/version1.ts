import { u8, u32, u64 } from '../proof/bytes.ts';
import { argumentBytes } from './arguments.ts';
import { callTable, option, sized, utf8 } from './bytes.ts';
import type { Field } from './field.ts';
import { instantBytes, lifetimeBytes } from './times.ts';

const entryPoints = [
  'Call',
  'Custom',
  'Transfer',
  'AddBid',
  'WithdrawBid',
  'Delegate',
  'Undelegate',
  'Redelegate',
  'ActivateBid',
  'ChangeBidPublicKey',
  'AddReservations',
  'CancelReservations',
  'Burn',
];

/** The bytes whose hash is the hash of a Version1 transaction. */
export function payloadBytes(payload: Field): Buffer {
  const fields = payload.member('fields');
  // A node counts these before it looks for their names.
  if (fields.names().length !== 4) fields.fault('must have args, target, entry_point and scheduling, and no more');
  const parts = [
    argsBytes(fields.member('args')),
    targetBytes(fields.member('target')),
    entryPointBytes(fields.member('entry_point')),
    schedulingBytes(fields.member('scheduling')),
  ];
  return callTable(
    initiatorBytes(payload.member('initiator_addr')),
    instantBytes(payload.member('timestamp')),
    lifetimeBytes(payload.member('ttl')),
    utf8(payload.member('chain_name').text()),
    pricingBytes(payload.member('pricing_mode')),
    Buffer.concat([u32(parts.length), ...parts.flatMap((part, key) => [Buffer.from([key, 0]), sized(part)])]),
  );
}

function initiatorBytes(address: Field): Buffer {
  const [kind, content] = address.variant(['PublicKey', 'AccountHash']);
  if (kind === 'PublicKey') return callTable(u8(0), content.bytes());
  return callTable(u8(1), Buffer.from(content.text().slice('account-hash-'.length), 'hex'));
}

function pricingBytes(mode: Field): Buffer {
  const [kind, content] = mode.variant(['PaymentLimited', 'Fixed', 'Prepaid']);
  if (kind === 'Prepaid') return callTable(u8(2), content.member('receipt').bytes(32));
  const tolerance = u8(content.member('gas_price_tolerance').unsigned(8));
  if (kind === 'Fixed') {
    return callTable(u8(1), tolerance, u8(content.member('additional_computation_factor').unsigned(8)));
  }
  const amount = u64(content.member('payment_amount').unsigned(64));
  return callTable(u8(0), amount, tolerance, u8(Number(content.member('standard_payment').flag())));
}

function argsBytes(args: Field): Buffer {
  const [kind, content] = args.variant(['Named', 'Bytesrepr']);
  return kind === 'Named'
    ? Buffer.concat([u8(0), argumentBytes(content)])
    : Buffer.concat([u8(1), sized(content.bytes())]);
}

function targetBytes(target: Field): Buffer {
  const [kind, content] = target.variant(['Native', 'Stored', 'Session']);
  if (kind === 'Native') return callTable(u8(0));
  const runtime = runtimeBytes(content.member('runtime'));
  if (kind === 'Stored') return callTable(u8(1), storedBytes(content.member('id')), runtime);
  const isInstall = u8(Number(content.member('is_install_upgrade').flag()));
  return callTable(u8(2), isInstall, runtime, sized(content.member('module_bytes').bytes()));
}

function runtimeBytes(runtime: Field): Buffer {
  const [kind, content] = runtime.variant(['VmCasperV1', 'VmCasperV2']);
  if (kind === 'VmCasperV1') return callTable(u8(0));
  const bundle = content.optional('bundle_data');
  return callTable(
    u8(1),
    u64(content.member('transferred_value').unsigned(64)),
    option(content.optional('seed')?.bytes(32)),
    ...(bundle === undefined ? [] : [sized(bundle.bytes())]),
  );
}

function storedBytes(id: Field): Buffer {
  const [kind, content] = id.variant(['ByHash', 'ByName', 'ByPackageHash', 'ByPackageName']);
  if (kind === 'ByHash') return callTable(u8(0), content.bytes(32));
  if (kind === 'ByName') return callTable(u8(1), utf8(content.text()));
  const version = content.optional('version');
  // Left out where it is not given, so that older transactions keep their bytes.
  const major = content.optional('protocol_version_major');
  return callTable(
    u8(kind === 'ByPackageHash' ? 2 : 3),
    kind === 'ByPackageHash' ? content.member('addr').bytes(32) : utf8(content.member('name').text()),
    option(version && u32(version.unsigned(32))),
    ...(major === undefined ? [] : [u32(major.unsigned(32))]),
  );
}

function entryPointBytes(entryPoint: Field): Buffer {
  const [name, content] = entryPoint.variant(entryPoints);
  const tag = u8(entryPoints.indexOf(name));
  return name === 'Custom' ? callTable(tag, utf8(content.text())) : callTable(tag);
}

function schedulingBytes(scheduling: Field): Buffer {
  const [kind, content] = scheduling.variant(['Standard', 'FutureEra', 'FutureTimestamp']);
  if (kind === 'Standard') return callTable(u8(0));
  return kind === 'FutureEra' ? callTable(u8(1), u64(content.unsigned(64))) : callTable(u8(2), instantBytes(content));
}
