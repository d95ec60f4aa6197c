import { type ProvedHeader, provedHeader } from '../../lib/chain/proof/block-proof.ts';
import { bodyHash } from '../../lib/chain/proof/body-hash.ts';
import { advance, fromAnchor, signedShare, type Trusting } from '../../lib/chain/proof/trust-chain.ts';
import { createRpcClient } from '../../lib/chain/rpc/rpc-client.ts';
import { addressOf, validatorBidKey } from '../../lib/chain/rpc/state-keys.ts';
import { createProvedValues } from '../../lib/chain/state/proved-values.ts';
import { accountHashOf } from '../../lib/domain/account-id.ts';

export interface ProvedNode {
  readonly chainName: string;
  /** The newest block that validators of more than two thirds of the weight have signed, and their share that was verified. */
  readonly height: number;
  readonly share: number;
  /** Switch blocks on the way to it, from the one that trust begins with. */
  readonly eras: number;
  readonly proved: readonly string[];
  /** Without a proof: the node says that there is nothing. */
  readonly absent: readonly string[];
}

const mostEras = 4;
const attemptMs = 30_000;
/** The newest block may have too few signatures yet. */
const blocksBack = 5;

/** Reads the newest blocks and some keys of the state from a node, and proves all of them. Throws where one is not proved. */
export async function proveNode(url: string): Promise<ProvedNode> {
  const client = createRpcClient({ url });
  const ask = async (method: string, params?: object) => {
    const answer = await client.call(method, params, attemptMs, AbortSignal.timeout(2 * attemptMs));
    return 'result' in answer ? (answer.result as Answer) : undefined;
  };
  const blockAt = async (hash?: string): Promise<ProvedHeader> => {
    const answer = await ask('chain_get_block', hash === undefined ? {} : { block_identifier: { Hash: hash } });
    const header = provedHeader(answer);
    const block = (answer as BlockAnswer).block_with_signatures.block.Version2;
    if (header === undefined || bodyHash(block.body) !== block.header.body_hash) throw new Error(`no block ${hash}`);
    if (hash !== undefined && header.hash !== hash) throw new Error(`another block than ${hash}`);
    return header;
  };

  const { chainspec_name: chainName } = (await ask('info_get_status')) as { readonly chainspec_name: string };
  const tip = await blockAt();
  const way = await switchBlocksBelow(tip, blockAt);
  const [anchor] = way;
  if (anchor === undefined) throw new Error('no switch block');
  let trusted = trustedOf(fromAnchor(anchor, anchor));
  for (const header of way.slice(1)) trusted = trustedOf(advance(trusted, header, chainName));
  const { block, share } = await newestSigned();
  const { proved, absent } = await proveState(block);
  return { chainName, height: block.height, share, eras: way.length, proved, absent };

  async function newestSigned() {
    let block = tip;
    for (let back = 0; back < blocksBack; back += 1) {
      const share = signedShare(trusted, block, chainName);
      if ('value' in share) return { block, share: share.value };
      block = await blockAt((block.json as HeaderJson).parent_hash);
    }
    throw new Error(`none of ${blocksBack} blocks is signed`);
  }

  /** Registers, and of each validator the bid, the account and the balance of its purse. */
  async function proveState({ hash, height, eraId, json }: ProvedHeader) {
    const { timestamp, proposer, state_root_hash: root } = json as HeaderJson;
    const values = await createProvedValues({ hash, height, eraId, timestamp, proposer });
    const [proved, absent] = [[] as string[], [] as string[]];
    const prove = async (key: string): Promise<unknown> => {
      const answer = await ask('query_global_state', { key, path: [], state_identifier: { BlockHash: hash } });
      const value = answer && (await values.of(answer, key));
      (answer === undefined ? absent : proved).push(key);
      return value;
    };
    await prove(`era-summary-${zeros}`);
    await prove(`checksum-registry-${zeros}`);
    for (const publicKey of [...trusted.nextWeights.keys()].slice(0, 10)) {
      const hash = accountHashOf(publicKey);
      await prove(validatorBidKey(hash));
      const account = (await prove(`account-hash-${hash}`)) as
        | { readonly Account?: { readonly main_purse: string } }
        | undefined;
      if (account?.Account !== undefined) await prove(`balance-${addressOf(account.Account.main_purse)}`);
    }
    if (values.evidence()?.root !== root) throw new Error('another state root');
    return { proved, absent };
  }
}

type Answer = object;
interface HeaderJson {
  readonly timestamp: string;
  readonly proposer: string;
  readonly parent_hash: string;
  readonly state_root_hash: string;
}
interface BlockAnswer {
  readonly block_with_signatures: {
    readonly block: { readonly Version2: { readonly header: { readonly body_hash: string }; readonly body: object } };
  };
}

const zeros = '0'.repeat(64);

/** The lowest first. */
async function switchBlocksBelow(tip: ProvedHeader, blockAt: (hash: string) => Promise<ProvedHeader>) {
  const way: ProvedHeader[] = [];
  let below = tip.lastSwitchBlockHash;
  while (below !== null && way.length < mostEras) {
    const header = await blockAt(below);
    way.unshift(header);
    below = header.lastSwitchBlockHash;
  }
  return way;
}

function trustedOf<Value>(trusting: Trusting<Value>): Value {
  if ('refused' in trusting) throw new Error(trusting.refused);
  return trusting.value;
}
