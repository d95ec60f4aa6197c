/** One answer, with its place in the order of all beginnings and ends. */
export interface ServedAnswer {
  readonly instance: number;
  readonly key: string;
  readonly began: number;
  readonly ended: number;
  readonly height: number;
}

/**
 * Answers of one instance on one entity that are older than one that had left before they were asked for. Requests that
 * overlap may end in any order.
 */
export function backInTime(all: readonly ServedAnswer[]): readonly string[] {
  const byEntity = Map.groupBy(all, ({ instance, key }) => `instance ${instance}, ${key}`);
  return [...byEntity].flatMap(([what, told]) =>
    told.flatMap((one) => {
      const before = Math.max(0, ...told.filter(({ ended }) => ended < one.began).map(({ height }) => height));
      return one.height < before ? [`${what}: block ${one.height} after block ${before}`] : [];
    }),
  );
}
