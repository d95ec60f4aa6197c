import { ChainUnavailable } from '../../domain/errors.ts';
import type { RpcError } from './rpc-answer.ts';

/** No node serves this method. */
export class MethodRefused extends ChainUnavailable {
  override readonly name = 'MethodRefused';

  constructor(method: string) {
    super(`no node serves ${method}`);
  }
}

/** The request itself is wrong: a defect of ours, no node's. */
export class RequestRefused extends ChainUnavailable {
  override readonly name = 'RequestRefused';

  constructor(method: string, { code }: RpcError) {
    super(`${method} was refused with error ${code}`);
  }
}
