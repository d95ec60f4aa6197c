import { assumptions } from '../assumptions.ts';
import type { CostCounts } from './counted.ts';
import { type Part, secondsPerDay, storeParts } from './per-hit.ts';

const million = 1e6;
const secondsPerHour = 3_600;

/** Environments at work all day: so many that a core of each is busy for half of the time. At least one, though none runs while no request comes. */
export const environmentsAt = (readsPerDay: number): number =>
  Math.ceil(((readsPerDay / secondsPerDay) * (assumptions.webCpuMs.value / 1000)) / 0.5) || 1;

/** Of a part that is assumed, the rate could not be read. */
export type WebPart = Part & { readonly isAssumed?: true };

/** The dollars of a million hits that the readers answer as one process for many requests: without a gateway, and by rates that are assumed. */
export function webHitParts(counted: CostCounts, readsPerDay: number): WebPart[] {
  const { webCpuMs, webRequests, webVcpuHour, webGbHour, webGb } = assumptions;
  const environments = environmentsAt(readsPerDay);
  return [
    { name: 'requests', dollars: webRequests.value, arithmetic: 'assumed', isAssumed: true },
    {
      name: 'CPU',
      dollars: (webCpuMs.value * 1e3 * webVcpuHour.value) / secondsPerHour,
      arithmetic: `${webCpuMs.value} ms × ${webVcpuHour.value} a vCPU-hour, assumed`,
      isAssumed: true,
    },
    {
      name: 'memory',
      dollars: (environments * webGb.value * secondsPerDay * webGbHour.value * million) / secondsPerHour / readsPerDay,
      arithmetic: `${environments} × ${webGb.value} GB × ${webGbHour.value} a GB-hour, assumed`,
      isAssumed: true,
    },
    ...storeParts(counted, readsPerDay, environments),
  ];
}
