import { blake2b, bytesToHex, concatBytes, u64 } from './bytes.ts';
import { fieldsOf, JsonWriter, UnknownForm, variantOf } from './json-writer.ts';
import { writeEffects } from './write-effects.ts';

/**
 * Rule PROOF-7: the `execution_results_checksum` of a block of 2.x, from the results of all its transactions, failed ones too, in the order of the block's
 * body, each as nodes write it in JSON. Throws NotBytes where a member is missing or not in its one spelling, UnknownForm for what is not known here.
 */
export function executionResultsChecksum(results: readonly unknown[]): string {
  const writer = new JsonWriter();
  writer.vector(results, (result) => writeResult(writer, result));
  return bytesToHex(hashInChunks(writer.written()));
}

const version2Tag = 1;

/** casper-types 6.0, ExecutionResultV2. */
function writeResult(writer: JsonWriter, json: unknown): void {
  const [version, body] = variantOf(json);
  if (version !== 'Version2') throw new UnknownForm(`a result of ${version.slice(0, 40)}`);
  const result = fieldsOf(body, [
    'initiator',
    'error_message',
    'limit',
    'consumed',
    'cost',
    'transfers',
    'size_estimate',
    'effects',
    'refund',
    'current_price',
  ]);
  writer.u8(version2Tag);
  writeInitiator(writer, result.initiator);
  writer.option(result.error_message, (message) => writer.string(message));
  writer.amount(result.limit);
  writer.amount(result.consumed);
  writer.amount(result.cost);
  writer.list(result.transfers, (transfer) => writeTransfer(writer, transfer));
  writer.number64(result.size_estimate);
  writeEffects(writer, result.effects);
  writer.amount(result.refund);
  writer.number8(result.current_price);
}

/** A table of where its two members begin, and then these: the tag of the kind, and the key or hash. */
function writeInitiator(writer: JsonWriter, json: unknown): void {
  const [name, value] = variantOf(json);
  const own = new JsonWriter();
  if (name === 'PublicKey') own.publicKey(value);
  else if (name === 'AccountHash') own.address(value, 'account-hash-');
  else throw new UnknownForm(`an initiator ${name.slice(0, 40)}`);
  writer.u32(2);
  for (const index of [0, 1]) {
    writer.u16(index);
    writer.u32(index);
  }
  writer.u32(1 + own.written().length);
  writer.u8(name === 'PublicKey' ? 0 : 1);
  writer.bytes(own.written());
}

function writeTransfer(writer: JsonWriter, json: unknown): void {
  const [version, body] = variantOf(json);
  if (version !== 'Version2') throw new UnknownForm(`a transfer of ${version.slice(0, 40)}`);
  const transfer = fieldsOf(body, ['transaction_hash', 'from', 'to', 'source', 'target', 'amount', 'gas', 'id']);
  const [kind, hash] = variantOf(transfer.transaction_hash);
  const tag = ['Deploy', 'Version1'].indexOf(kind);
  if (tag < 0) throw new UnknownForm(`a transaction ${kind.slice(0, 40)}`);
  writer.u8(1);
  writer.u8(tag);
  writer.digest(hash);
  writeInitiator(writer, transfer.from);
  writer.option(transfer.to, (to) => writer.address(to, 'account-hash-'));
  writer.uref(transfer.source);
  writer.uref(transfer.target);
  writer.amount(transfer.amount);
  writer.amount(transfer.gas);
  writer.option(transfer.id, (id) => writer.number64(id));
}

const chunkBytes = 8 * 1024 * 1024;

/** The hash, or for more than one chunk that of a tree over the hashes of all chunks (casper-types 6.0, Digest::hash_into_chunks_if_necessary). */
export function hashInChunks(bytes: Uint8Array): Uint8Array {
  if (bytes.length <= chunkBytes) return blake2b(bytes);
  const leaves = Array.from({ length: Math.ceil(bytes.length / chunkBytes) }, (_, index) =>
    blake2b(bytes.subarray(index * chunkBytes, (index + 1) * chunkBytes)),
  );
  return blake2b(concatBytes(new Uint8Array(chunkBytes), u64(BigInt(leaves.length)), rootOf(leaves)));
}

/** The left subtree has as many leaves as the largest power of two that is less than all. */
function rootOf(leaves: readonly Uint8Array[]): Uint8Array {
  const [only] = leaves;
  if (leaves.length === 1 && only !== undefined) return only;
  const left = 2 ** Math.ceil(Math.log2(leaves.length) - 1);
  return blake2b(concatBytes(rootOf(leaves.slice(0, left)), rootOf(leaves.slice(left))));
}
