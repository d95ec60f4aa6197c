import type { CloudWatchClient, MetricDataQuery } from '@aws-sdk/client-cloudwatch';
import { StoreUnavailable } from '../domain/errors.ts';
import type { MetricHistory, MetricSpan, SeriesQuery } from '../domain/ports/metric-history.ts';
import { metricsNamespace, serviceName } from './metric-names.ts';

/** GetMetricData takes so many queries at once. */
const queriesAtOnce = 500;

/** The figures of all processes, from CloudWatch. The SDK client is loaded with the first read. */
export function createMetricsOnCloudWatch(environment: string): MetricHistory {
  let client: CloudWatchClient | undefined;
  return {
    source: 'cloudwatch',
    async read(queries, span) {
      try {
        const { CloudWatchClient: Client, paginateGetMetricData } = await import('@aws-sdk/client-cloudwatch');
        client ??= new Client({
          maxAttempts: 2,
          requestHandler: { connectionTimeout: 1_000, requestTimeout: 5_000, throwOnRequestTimeout: true },
        });
        const read = new Map<string, Map<number, number>>();
        for (let first = 0; first < queries.length; first += queriesAtOnce) {
          const input = {
            StartTime: new Date(span.from),
            EndTime: new Date(span.until),
            MetricDataQueries: queries
              .slice(first, first + queriesAtOnce)
              .map((query, at) => dataQuery(query, idOf(first + at), environment, span)),
          };
          for await (const { MetricDataResults = [] } of paginateGetMetricData({ client }, input)) {
            for (const { Id = '', Timestamps = [], Values = [] } of MetricDataResults) {
              const values = read.get(Id) ?? new Map<number, number>();
              read.set(Id, values);
              Timestamps.forEach((moment, at) => void values.set(moment.getTime(), Values[at] ?? 0));
            }
          }
        }
        const moments = momentsOf(span);
        return queries.map((_, at) => moments.map((moment) => read.get(idOf(at))?.get(moment) ?? null));
      } catch (error) {
        throw new StoreUnavailable('CloudWatch does not answer', error);
      }
    },
  };
}

/** An id begins with a small letter. */
const idOf = (at: number): string => `m${at}`;

const momentsOf = ({ from, until, periodSeconds }: MetricSpan): number[] =>
  Array.from(
    { length: Math.round((until - from) / (periodSeconds * 1_000)) },
    (_, at) => from + at * periodSeconds * 1_000,
  );

const dataQuery = (
  { metric, statistic, upstream }: SeriesQuery,
  id: string,
  environment: string,
  { periodSeconds }: MetricSpan,
): MetricDataQuery => ({
  Id: id,
  MetricStat: {
    Metric: {
      Namespace: metricsNamespace,
      MetricName: metric,
      Dimensions: Object.entries({
        service: serviceName,
        environment,
        ...(upstream !== undefined && { upstream }),
      }).map(([Name, Value]) => ({ Name, Value })),
    },
    Period: periodSeconds,
    Stat: statistic,
  },
});
