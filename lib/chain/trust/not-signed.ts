import { BlockNotServed } from '../../domain/errors.ts';

/** Nodes have answered, and validators of too little weight are known to have signed the block: another one may be signed. */
export class NotSigned extends BlockNotServed {
  override readonly name = 'NotSigned';
}
