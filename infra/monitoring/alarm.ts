import type { Figure } from './figure.ts';

/** `page`: someone is called at once. `ticket`: it is looked at in the next working hours. */
export type Level = 'page' | 'ticket';

/** One alarm as data: CloudWatch gets it from the stack, and tests evaluate it over the figures of a staged fault. */
export interface AlarmDescription {
  readonly id: string;
  readonly level: Level;
  /** A sentence: what is wrong while it stands. */
  readonly means: string;
  /** The paragraph of docs/operations.md that says what to do. */
  readonly runbook: string;
  readonly figure: Figure;
  readonly breaches: '>' | '>=' | '<' | 'above its band' | 'outside its band';
  /** Left out with a band. */
  readonly threshold?: number;
  readonly periodSeconds: number;
  /** So many of the last periods have to breach. */
  readonly periods: readonly [breaching: number, of: number];
  /** What a period without a datum is; by default it does not breach. */
  readonly missing?: 'breaching';
  /** Of a percentile: periods with too few samples to tell change nothing. */
  readonly ignoresFewSamples?: true;
  /** Also where only a few alarms are wanted. */
  readonly always?: true;
}

/** An alarm of alarms. Its parts call no one by themselves. */
export interface CompositeDescription {
  readonly id: string;
  readonly level: Level;
  readonly means: string;
  readonly runbook: string;
  /** One of these stands; where several are listed together, all of them do. */
  readonly anyOf: readonly (readonly string[])[];
  /** While this alarm stands, what follows from it calls no one. */
  readonly suppressedBy?: string;
}

const minute = 60;
export const minutes = (count: number): number => count * minute;
export const hours = (count: number): number => count * 60 * minute;
