import { Logger } from '@aws-lambda-powertools/logger';
import { MetricUnit, Metrics as PowertoolsMetrics } from '@aws-lambda-powertools/metrics';
import type { MetricHistory } from '../domain/ports/metric-history.ts';
import type { Clock, Gauge, Log, Measure, Metrics } from '../domain/ports/telemetry.ts';
import { createClock } from './clock.ts';
import { createLocalLog } from './local-log.ts';
import { metricsNamespace, serviceName } from './metric-names.ts';
import { createMetricsInProcess } from './metrics-in-process.ts';
import { currentRequestId } from './request-id.ts';

const unitOf = {
  SyncLagBlocks: MetricUnit.Count,
  FeedLagSeconds: MetricUnit.Seconds,
  SyncLagSeconds: MetricUnit.Seconds,
  SyncStalledSeconds: MetricUnit.Seconds,
  CoveragePercent: MetricUnit.Percent,
  OldestUnverifiedSeconds: MetricUnit.Seconds,
  CollectionsWhole: MetricUnit.Count,
  CollectionsNotWhole: MetricUnit.Count,
  HealthyNodes: MetricUnit.Count,
  BreakersOpen: MetricUnit.Count,
  ConflictsOpen: MetricUnit.Count,
  ConflictsAwaitingReview: MetricUnit.Count,
  ConflictsOverdue: MetricUnit.Count,
  OutboxPending: MetricUnit.Count,
  OutboxOldestSeconds: MetricUnit.Seconds,
  TrackedRecords: MetricUnit.Count,
  UnsignedSeconds: MetricUnit.Seconds,
  AnswerAgeSeconds: MetricUnit.Seconds,
  ChainReadMilliseconds: MetricUnit.Milliseconds,
  StoreMilliseconds: MetricUnit.Milliseconds,
  SyncMilliseconds: MetricUnit.Milliseconds,
  ReconciliationSeconds: MetricUnit.Seconds,
} as const satisfies Record<Gauge | Measure, string>;

/** For how long hits of the cache may wait for their line. */
const holdHitsMs = 60_000;
const ofHits: ReadonlySet<string> = new Set(['AnswerFromCache', 'StaleAnswers']);
/** A line of the embedded format takes 100 values of a metric, and Powertools ends it with the hundredth. Of more, the latest. */
const mostValues = 99;

export interface Telemetry {
  readonly log: Log;
  readonly metrics: Metrics;
  /** Adds the request id to all later log entries. */
  begin(requestId: string): void;
  /**
   * Publishes the counts since the last line, in CloudWatch's embedded metric format. Hits alone are published once a minute:
   * a line for each would cost more than the rest of a hit's log. A process that
   * is ended without a word takes the hits of its last minute with it; `isLast` publishes them.
   */
  flush(isLast?: boolean): void;
  /** What a local run has counted and measured; undefined on AWS, where CloudWatch keeps that of all processes. */
  readonly history: MetricHistory | undefined;
  /** All counts of this process since its start; no gauges. */
  counts(): Readonly<Record<string, number>>;
}

/**
 * Writes one line of JSON for each log entry; a local run writes to its error stream, for people when that is a terminal. On
 * AWS the metrics of an invocation are one more line, and one for each node. No line contains an endpoint or a credential.
 */
export function createTelemetry(environment: string, clock: Pick<Clock, 'now' | 'steady'> = createClock()): Telemetry {
  const { log, begin } = environment === 'local' ? localLog() : powertoolsLog();
  const metrics = new PowertoolsMetrics({
    namespace: metricsNamespace,
    serviceName,
    defaultDimensions: { environment },
  });
  const counted = new Map<string, number>();
  const published = new Map<string, number>();
  /** The latest value of each gauge since the last flush. */
  const gauges = new Map<Gauge, number>();
  /** What was measured since the last flush. */
  const measures = new Map<Measure, number[]>();
  const nodes = new Map<string, PowertoolsMetrics>();
  let publishedAt = Number.NEGATIVE_INFINITY;
  const local = environment === 'local' ? createMetricsInProcess(clock) : undefined;

  /** Each node is a dimension of its own. */
  function metricsOf(upstream: string): PowertoolsMetrics {
    const made =
      nodes.get(upstream) ??
      new PowertoolsMetrics({
        namespace: metricsNamespace,
        serviceName,
        defaultDimensions: { environment, upstream },
      });
    nodes.set(upstream, made);
    return made;
  }

  return {
    log,
    metrics: {
      count(metric, by = 1) {
        counted.set(metric, (counted.get(metric) ?? 0) + by);
        local?.note(metric, by);
      },
      gauge(metric, value) {
        gauges.set(metric, value);
        local?.note(metric, value);
      },
      measure(metric, value) {
        const values = measures.get(metric) ?? [];
        measures.set(metric, values);
        if (values.push(value) > mostValues) values.shift();
        local?.note(metric, value);
      },
      upstream(name, metric, value) {
        if (local !== undefined) return local.note(metric, value, name);
        const unit = metric === 'UpstreamLatency' ? MetricUnit.Milliseconds : MetricUnit.Count;
        metricsOf(name).addMetric(metric, unit, value);
      },
    },
    begin,
    history: local,
    flush(isLast = false) {
      for (const node of nodes.values()) if (node.hasStoredMetrics()) node.publishStoredMetrics();
      const areHitsAlone = gauges.size === 0 && [...counted.keys()].every((metric) => ofHits.has(metric));
      if (!isLast && areHitsAlone && clock.steady() < publishedAt + holdHitsMs) return;
      publishedAt = clock.steady();
      for (const [metric, by] of counted) published.set(metric, (published.get(metric) ?? 0) + by);
      if (local === undefined) {
        for (const [metric, by] of counted) metrics.addMetric(metric, MetricUnit.Count, by);
        for (const [metric, value] of gauges) metrics.addMetric(metric, unitOf[metric], value);
        for (const [metric, values] of measures)
          for (const value of values) metrics.addMetric(metric, unitOf[metric], value);
        if (metrics.hasStoredMetrics()) metrics.publishStoredMetrics();
      }
      counted.clear();
      gauges.clear();
      measures.clear();
    },
    counts() {
      const names = [...new Set([...published.keys(), ...counted.keys()])].sort();
      return Object.fromEntries(names.map((name) => [name, (published.get(name) ?? 0) + (counted.get(name) ?? 0)]));
    },
  };
}

type LogOfInvocations = Pick<Telemetry, 'log' | 'begin'>;

function powertoolsLog(): LogOfInvocations {
  // A log level given here would override POWERTOOLS_LOG_LEVEL.
  const logger = new Logger({ serviceName });
  return {
    log: {
      debug: (message, details = {}) => logger.debug(message, ofRequest(details)),
      info: (message, details = {}) => logger.info(message, ofRequest(details)),
      warn: (message, details = {}) => logger.warn(message, ofRequest(details)),
      error: (message, details = {}) => logger.error(message, ofRequest(details)),
    },
    begin: (requestId) => {
      if (currentRequestId() === undefined) logger.appendKeys({ requestId });
    },
  };
}

/** Of the invocations that share a process, each has its own id; on Lambda there is one at a time. */
const ofRequest = (details: Record<string, unknown>): Record<string, unknown> => {
  const requestId = currentRequestId();
  return requestId === undefined ? details : { ...details, requestId };
};

/** Invocations share the process of a local run: the request id comes with each of them. */
function localLog(): LogOfInvocations {
  const { ASTAKE_LOG: format, POWERTOOLS_LOG_LEVEL: level } = process.env;
  const isTerminal = process.stderr.isTTY === true;
  let begun: string | undefined;
  const log = createLocalLog({
    forPeople: format?.trim() ? format.trim() !== 'json' : isTerminal,
    level: level?.trim().toUpperCase() || 'INFO',
    colours: isTerminal,
    write: (line) => void process.stderr.write(`${line}\n`),
    requestId: () => currentRequestId() ?? begun,
  });
  return {
    log,
    begin(requestId) {
      if (currentRequestId() === undefined) begun = requestId;
    },
  };
}
