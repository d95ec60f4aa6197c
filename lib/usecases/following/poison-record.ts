import { ChainUnavailable } from '../../domain/errors.ts';

/** One record or basis could not be read. Where that is all that cannot be read, it must not stop everything else for good. */
export class PoisonRecord extends ChainUnavailable {
  override readonly name = 'Stuck';
  /** Ref key. */
  readonly at: string;

  constructor(at: string, cause: Error) {
    super(cause.message, { cause });
    this.at = at;
  }
}

/** What a reading of this record failed with, as it is to be thrown. */
export const asPoisonRecord = (at: string, error: unknown): unknown =>
  error instanceof ChainUnavailable && !(error instanceof PoisonRecord) ? new PoisonRecord(at, error) : error;
