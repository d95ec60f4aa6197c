/** A JSON-RPC error in the form of the node's sidecar: HTTP 200, with the reason in `data`. */
export class JsonRpcError extends Error {
  readonly code: number;
  readonly data: unknown;

  constructor(code: number, message: string, data: unknown) {
    super(message);
    this.code = code;
    this.data = data;
  }
}

export const parseError = (why: string) => new JsonRpcError(-32700, 'Parse error', why);
export const invalidRequest = (why: string) => new JsonRpcError(-32600, 'Invalid Request', why);
export const methodNotFound = (method: string) =>
  new JsonRpcError(-32601, 'Method not found', `'${method}' is not a supported json-rpc method on this server`);
export const invalidParams = (why: string) => new JsonRpcError(-32602, 'Invalid params', why);
export const unparsableParams = (why: string) => invalidParams(`Failed to parse 'params' field: ${why}`);

export const noSuchDeploy = (hash: string) =>
  new JsonRpcError(-32000, 'No such deploy', `no deploy for hash deploy-hash(${shortHash(hash)})`);
export const noSuchBlock = (low: number, tip: number) =>
  new JsonRpcError(-32001, 'No such block', {
    message: 'no block found for the provided identifier',
    available_block_range: { low, high: tip },
  });
export const unparsableQueryKey = (why: string) =>
  new JsonRpcError(-32002, 'Failed to parse query key', `the provided dictionary key was invalid: ${why}`);
export const valueNotFound = () => new JsonRpcError(-32003, 'Query failed', 'value was not found in the global state');
export const unparsablePurse = (why: string) =>
  new JsonRpcError(-32005, 'Failed to parse get-balance URef', `the requested purse URef was invalid: ${why}`);
export const invalidDeploy = (why: string) =>
  new JsonRpcError(-32008, 'Invalid Deploy', `the deploy was invalid: ${why}`);
export const noSuchAccount = () => new JsonRpcError(-32009, 'No such account', 'the requested account was not found');
export const noSuchStateRoot = (subject: string) =>
  new JsonRpcError(-32012, 'No such state root', failed(subject, 'could not find the provided state root hash'));
export const noSuchTransaction = (kind: 'Version1' | 'Deploy', hash: string) => {
  const label = kind === 'Deploy' ? 'deploy-hash' : 'transaction-v1-hash';
  return new JsonRpcError(-32014, 'No such transaction', `no transaction for hash ${label}(${shortHash(hash)})`);
};
export const invalidTransaction = (why: string) =>
  new JsonRpcError(-32016, 'Invalid transaction', `the transaction was invalid: ${why}`);
export const submissionRefused = (code: number, data: string) =>
  new JsonRpcError(code, code === -32008 ? 'Invalid Deploy' : 'Invalid transaction', data);
/** The sidecar's catch-all error: also for a block that is unknown to `query_balance`, and for a node that throttles. */
export const nodeRequestFailed = (subject: string, why: string) =>
  new JsonRpcError(-32018, 'Node request failure', failed(subject, why));
export const functionDisabled = (subject: string) =>
  new JsonRpcError(
    -32019,
    'Function needed to execute this request is disabled',
    failed(subject, "attempted to use a function that's disabled on the node"),
  );
export const noSuchEntity = () =>
  new JsonRpcError(-32020, 'No such addressable entity', 'the requested addressable entity was not found');
export const noRewards = () => new JsonRpcError(-32022, 'No rewards found', 'the requested reward was not found');
/** The next two errors are not in the recording: code and meaning are the sidecar's, the texts are our own. */
export const noSwitchBlock = () =>
  new JsonRpcError(-32023, 'Switch block not found', 'the switch block of the requested era was not found');
export const noSwitchBlockParent = () =>
  new JsonRpcError(-32024, 'Switch block parent not found', 'the switch block before the requested era was not found');
export const purseNotFound = () =>
  new JsonRpcError(-32026, 'Purse not found', failed('balance', 'purse was not found for given identifier'));

function failed(subject: string, why: string): string {
  return `request for ${subject} has failed: ${why}`;
}

function shortHash(hash: string): string {
  return `${hash.slice(0, 4)}..${hash.slice(-4)}`;
}
