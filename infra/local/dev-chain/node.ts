import type { ChainView, Submissions } from './chain-view.ts';
import { type ActiveFault, activeFault, type Fault, type FaultOptions, faultFor } from './fault.ts';
import { forgedFrom } from './forged.ts';
import { METHODS, SUBJECTS } from './methods/methods.ts';
import type { Recording } from './recording.ts';
import { functionDisabled, JsonRpcError, methodNotFound, nodeRequestFailed, submissionRefused } from './rpc-error.ts';
import type { RpcId } from './rpc-request.ts';
import { createNetwork, type Network } from './submissions/network.ts';

const OTHER_NETWORK = 'another-network';

export interface Node {
  chain(): Recording;
  /** The highest block that it can be moved to. */
  highest(): number;
  /** Leaves its network. */
  leave(): void;
  height(): number;
  setHeight(height: number): void;
  fault(fault: Fault | undefined, options?: FaultOptions): void;
  activeFault(): ActiveFault | undefined;
  count(method: string): void;
  calls(): { readonly total: number; readonly byMethod: Readonly<Record<string, number>> };
  resetCalls(): void;
  accepted(): readonly string[];
  /** A node that does not hear knows, of the transactions in no block, only those that a client sent to it. */
  hear(hears: boolean): void;
  /** The node has pruned what is below the block. */
  keepFrom(height: number): void;
  /** While held back, accepted transactions come into no block, on the whole network. */
  holdBack(isHeld: boolean): void;
  isHeldBack(): boolean;
  answer(id: RpcId, method: string, params: unknown): object;
}

/** One node on a recorded chain: its tip, its fault and its call counts. It is independent of HTTP. */
export function createNode(recording: Recording, firstHeight: number, network = createNetwork(recording)): Node {
  const self = {};
  let hears = true;
  const submissions: Submissions = {
    now: network.now,
    find: (kind, hash) => {
      const found = network.find(kind, hash);
      return hears || found?.sentTo.has(self) ? found?.submission : undefined;
    },
    accept: (submission) => network.accept(submission, self),
  };
  let tip = checkedHeight(network, firstHeight);
  const leave = network.join(() => tip);
  let low = 0;
  let active: ActiveFault | undefined;
  let counts: Record<string, number> = {};
  return {
    leave,
    chain: network.chain,
    highest: network.highest,
    height: () => tip,
    setHeight: (height) => {
      const checked = checkedHeight(network, height);
      network.reach(checked);
      tip = checked;
    },
    fault: (fault, options) => {
      active = fault === undefined ? undefined : activeFault(fault, options);
    },
    activeFault: () => active,
    count: (method) => {
      counts[method] = (counts[method] ?? 0) + 1;
    },
    calls: () => ({ total: Object.values(counts).reduce((sum, count) => sum + count, 0), byMethod: { ...counts } }),
    resetCalls: () => {
      counts = {};
    },
    accepted: network.accepted,
    hear: (isHearing) => {
      hears = isHearing;
    },
    keepFrom: (height) => {
      low = height;
    },
    holdBack: network.holdBack,
    isHeldBack: network.isHeldBack,
    answer: (id, method, params) => {
      const struck = faultFor(active, method);
      const answeredId = struck?.fault === 'wrong-id' ? `not-${id}` : id;
      return {
        jsonrpc: '2.0',
        id: answeredId,
        ...outcome(viewUnder(struck, { recording: network.chain(), tip, low, submissions }), struck, method, params),
      };
    },
  };
}

function outcome(view: ChainView, struck: ActiveFault | undefined, method: string, params: unknown): object {
  try {
    const answerTo = METHODS.get(method);
    if (answerTo === undefined) throw methodNotFound(method);
    if (struck?.fault === 'throttled-by-node')
      throw nodeRequestFailed(SUBJECTS[method] ?? method, 'request was throttled by the node');
    if (struck?.fault === 'submissions-disabled') throw functionDisabled('submission');
    if (struck?.fault === 'refuses-submissions') throw submissionRefused(struck.code, struck.data);
    const result = answerTo(view, params);
    if (struck?.fault === 'accepts-then-fails')
      throw nodeRequestFailed('submission', 'the node did not answer in time');
    return { result: { api_version: view.recording.meta.api_version, ...result } };
  } catch (error) {
    if (error instanceof JsonRpcError) return { error: { code: error.code, message: error.message, data: error.data } };
    throw error;
  }
}

/** The chain as a faulty node sees it. Blocks stay correct even if the node finds no state. */
function viewUnder(
  struck: ActiveFault | undefined,
  sound: Pick<ChainView, 'recording' | 'tip' | 'low' | 'submissions'>,
): ChainView {
  const fault = struck?.fault;
  const behind = fault === 'lagging' || fault === 'catching-up' ? (struck?.blocksBehind ?? 0) : 0;
  return {
    ...sound,
    recording:
      fault === 'forged' ? forgedFrom(sound.recording, struck?.fromHeight ?? 1, struck?.eraId) : sound.recording,
    tip: Math.max(0, sound.tip - behind),
    chainName: fault === 'wrong-network' ? OTHER_NETWORK : sound.recording.meta.chainspec_name,
    catchingUp: fault === 'catching-up',
    nothingFound: fault === 'nothing-found',
  };
}

function checkedHeight(network: Network, height: number): number {
  if (!Number.isInteger(height) || height < 0 || height > network.highest())
    throw new RangeError(`height ${height} is outside the recording: expected 0 to ${network.highest()}`);
  return height;
}
