import type { AttributeValue } from '@aws-sdk/client-dynamodb';

export type Scalars = Readonly<Record<string, string | number | boolean | undefined>>;

/** The old image in an error comes as the wire has it: the document client unmarshals answers only. Scalars, no others. */
export const fromWire = (image: Record<string, AttributeValue>): Scalars =>
  Object.fromEntries(
    Object.entries(image).map(([name, { S, N, BOOL }]) => [name, S ?? (N === undefined ? BOOL : Number(N))]),
  );

/** All that an item of ours says, the other one says too. */
export const holdsAllOf = (mine: Scalars, there: Scalars): boolean =>
  Object.entries(mine).every(([name, part]) => there[name] === part);
