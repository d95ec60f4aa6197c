import { escapedBytes } from '../domain/escaped-bytes.ts';

/** A Lambda may answer 6 MB, of which headers and the rest of the body take little. */
const maxRowBytes = 5_000_000;

export interface Room {
  /** True where the row still fits. The first one always fits: no row is near the limit. */
  takes(row: unknown): boolean;
}

/** The room for the rows of one answer. */
export function roomFor(maxBytes: number = maxRowBytes): Room {
  let left = maxBytes;
  let isEmpty = true;
  return {
    takes(row) {
      left -= escapedBytes(row) + 1;
      const fits = isEmpty || left >= 0;
      isEmpty = false;
      return fits;
    },
  };
}
