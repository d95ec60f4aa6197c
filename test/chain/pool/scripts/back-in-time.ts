/** One answer, with its place in the order of all starts and ends. */
export interface ServedAnswer {
  readonly instance: number;
  readonly key: string;
  readonly began: number;
  readonly ended: number;
  readonly height: number;
}

/**
 * Rule CLAIM-8: finds answers of one instance for one entity with a lower height than an answer that had left before the
 * request began. Requests that overlap may end in any order.
 */
export function backInTime(all: readonly ServedAnswer[]): readonly string[] {
  const byEntity = Map.groupBy(all, ({ instance, key }) => `instance ${instance}, ${key}`);
  return [...byEntity].flatMap(([what, answers]) =>
    answers.flatMap((answer) => {
      const before = Math.max(0, ...answers.filter(({ ended }) => ended < answer.began).map(({ height }) => height));
      return answer.height < before ? [`${what}: block ${answer.height} after block ${before}`] : [];
    }),
  );
}
