import { fieldsOf, type JsonWriter, UnknownForm, variantOf } from './json-writer.ts';

type Write = (writer: JsonWriter, json: unknown) => void;

/** By their tags (casper-types 6.0, BidKind). `Unified`, a bid of 1.x, is written by no transaction of 2.x. */
const kinds: Readonly<Record<string, readonly [tag: number, write: Write]>> = {
  Validator: [1, writeValidator],
  Delegator: [2, writeDelegator],
  Bridge: [3, writeBridge],
  Credit: [4, writeCredit],
  Reservation: [5, writeReservation],
  Unbond: [6, writeUnbond],
};

/** A BidKind as nodes write it in JSON. */
export function writeBidKind(writer: JsonWriter, json: unknown): void {
  const [name, bid] = variantOf(json);
  const kind = kinds[name];
  if (kind === undefined) throw new UnknownForm(`a bid ${name.slice(0, 40)}`);
  const [tag, write] = kind;
  writer.u8(tag);
  write(writer, bid);
}

function writeValidator(writer: JsonWriter, json: unknown): void {
  const bid = fieldsOf(json, [
    'validator_public_key',
    'bonding_purse',
    'staked_amount',
    'delegation_rate',
    'vesting_schedule',
    'inactive',
    'minimum_delegation_amount',
    'maximum_delegation_amount',
    'reserved_slots',
  ]);
  writer.publicKey(bid.validator_public_key);
  writer.uref(bid.bonding_purse);
  writer.amount(bid.staked_amount);
  writer.number8(bid.delegation_rate);
  writer.option(bid.vesting_schedule, (schedule) => writeVesting(writer, schedule));
  writer.truth(bid.inactive);
  writer.number64(bid.minimum_delegation_amount);
  writer.number64(bid.maximum_delegation_amount);
  writer.number32(bid.reserved_slots);
}

function writeDelegator(writer: JsonWriter, json: unknown): void {
  const bid = fieldsOf(json, [
    'delegator_kind',
    'staked_amount',
    'bonding_purse',
    'validator_public_key',
    'vesting_schedule',
  ]);
  writeDelegatorKind(writer, bid.delegator_kind);
  writer.amount(bid.staked_amount);
  writer.uref(bid.bonding_purse);
  writer.publicKey(bid.validator_public_key);
  writer.option(bid.vesting_schedule, (schedule) => writeVesting(writer, schedule));
}

const lockedAmounts = 14;

function writeVesting(writer: JsonWriter, json: unknown): void {
  const { initial_release_timestamp_millis: release, locked_amounts: locked } = fieldsOf(json, [
    'initial_release_timestamp_millis',
    'locked_amounts',
  ]);
  writer.number64(release);
  writer.option(locked, (amounts) => writer.fixed(amounts, lockedAmounts, (amount) => writer.amount(amount)));
}

function writeDelegatorKind(writer: JsonWriter, json: unknown): void {
  const [name, value] = variantOf(json);
  if (name === 'PublicKey') {
    writer.u8(0);
    writer.publicKey(value);
  } else if (name === 'Purse') {
    writer.u8(1);
    writer.digest(value);
  } else throw new UnknownForm(`a delegator ${name.slice(0, 40)}`);
}

function writeBridge(writer: JsonWriter, json: unknown): void {
  const bridge = fieldsOf(json, ['old_validator_public_key', 'new_validator_public_key', 'era_id']);
  writer.publicKey(bridge.old_validator_public_key);
  writer.publicKey(bridge.new_validator_public_key);
  writer.number64(bridge.era_id);
}

function writeCredit(writer: JsonWriter, json: unknown): void {
  const credit = fieldsOf(json, ['validator_public_key', 'era_id', 'amount']);
  writer.publicKey(credit.validator_public_key);
  writer.number64(credit.era_id);
  writer.amount(credit.amount);
}

function writeReservation(writer: JsonWriter, json: unknown): void {
  const reservation = fieldsOf(json, ['delegator_kind', 'validator_public_key', 'delegation_rate']);
  writeDelegatorKind(writer, reservation.delegator_kind);
  writer.publicKey(reservation.validator_public_key);
  writer.number8(reservation.delegation_rate);
}

function writeUnbond(writer: JsonWriter, json: unknown): void {
  const unbond = fieldsOf(json, ['validator_public_key', 'unbond_kind', 'eras']);
  writer.publicKey(unbond.validator_public_key);
  const [name, value] = variantOf(unbond.unbond_kind);
  const tag = ['Validator', 'DelegatedPublicKey', 'DelegatedPurse'].indexOf(name);
  if (tag < 0) throw new UnknownForm(`an unbonding ${name.slice(0, 40)}`);
  writer.u8(tag);
  if (name === 'DelegatedPurse') writer.digest(value);
  else writer.publicKey(value);
  writer.list(unbond.eras, (entry) => {
    const era = fieldsOf(entry, ['bonding_purse', 'era_of_creation', 'amount', 'new_validator']);
    writer.uref(era.bonding_purse);
    writer.number64(era.era_of_creation);
    writer.amount(era.amount);
    writer.option(era.new_validator, (key) => writer.publicKey(key));
  });
}
