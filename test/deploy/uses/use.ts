import type { Environment } from '../../../infra/environments.ts';
import type { DevChain } from '../../../infra/local/dev-chain/dev-chain.ts';
import type { DeployedService } from '../deployed-service.ts';

export interface Deployment {
  readonly service: DeployedService;
  readonly chain: DevChain;
  readonly environment: Environment;
  /** The headers of the first key, which an operator makes. */
  readonly operator: Readonly<Record<string, string>>;
  /** The name of the function that is looked at: a use may leave out what does not reach it. */
  readonly only?: string;
}

export interface Use {
  /** What it shows. */
  readonly name: string;
  /** It makes the nodes fail, which all environments share: nothing else runs meanwhile. */
  readonly alone?: true;
  /** Throws where it does not hold. */
  run(deployment: Deployment): Promise<void>;
}
