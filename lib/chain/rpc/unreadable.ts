import { ChainUnavailable } from '../../domain/errors.ts';

/** The node answers as it should, and we cannot read it: a network, or a value, of a form that is not served here. */
export class Unreadable extends ChainUnavailable {
  override readonly name = 'Unreadable';

  constructor(what: string, cause?: unknown) {
    super(what, { cause });
  }
}

/** With addressable entities switched on, accounts, contracts and packages lie under other keys and in other forms. */
export function refuseAddressableEntities(kind: string): void {
  if (['AddressableEntity', 'Package', 'SmartContract', 'NamedKey', 'CLValue'].includes(kind)) {
    throw new Unreadable('networks with addressable entities are not served');
  }
}
