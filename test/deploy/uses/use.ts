import type { Environment } from '../../../infra/environments.ts';
import type { DevChain } from '../../../infra/local/dev-chain/dev-chain.ts';
import type { Decision } from '../decisions.ts';
import type { DeployedService } from '../deployed-service.ts';
import type { Iam } from '../iam.ts';

export interface Deployment {
  readonly service: DeployedService;
  readonly chain: DevChain;
  readonly environment: Environment;
  /** The headers of the first key, which an operator makes. */
  readonly operator: Readonly<Record<string, string>>;
  /** The roles of the functions. */
  readonly iam: Iam;
  /** Ends the processes of a function: its next invocation remembers nothing. */
  coldStart(functionName: string): Promise<void>;
  /** The name of the function that is looked at: a use that is `narrow` for it leaves out what does not reach it. */
  readonly only?: string;
  /** Polls until the condition holds. Throws where it does not for long, and where what the use is to show is known already. */
  eventually(holds: () => boolean | Promise<boolean>): Promise<void>;
}

export interface Use {
  /** What it shows. */
  readonly name: string;
  /** It makes the nodes fail, which all environments share: nothing else runs meanwhile. */
  readonly alone?: true;
  /** It shows grants of rare ways: it runs with `--grants` only. */
  readonly rare?: true;
  /** The functions, by their names in the manifest, from which it goes to the next: it may be limited to one of them. */
  readonly narrow?: readonly string[];
  /** Which decisions of IAM it is about, where it brings about others itself. Left out: all. */
  concerns?(decision: Decision): boolean;
  /** Throws where it does not hold. */
  run(deployment: Deployment): Promise<void>;
}
