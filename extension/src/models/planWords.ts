/** A plan in words: what one would get, what it can cost, why not more. Pure. */
import { TranslationBundle } from '@jupyterlab/translation';

import { countCores, countNodes, formatBytes, formatCoreHours, formatSeconds } from './amounts';
import { PlanAnswer } from '../contract.gen';

/** `2 nodes with 4 cores, 8 GB, for up to 30 min in queue short`. */
export function describePlan(plan: PlanAnswer, trans: TranslationBundle): string {
  const parts = [
    trans.__('%1 with %2', countNodes(plan.nodes, trans), countCores(plan.cores, trans)),
    formatBytes(plan.memory_bytes)
  ];
  if (plan.gpus > 0) {
    parts.push(trans._n('%1 GPU', '%1 GPUs', plan.gpus));
  }
  parts.push(trans.__('for up to %1', formatSeconds(plan.hours * 3600)));
  const where = plan.queue ? trans.__(' in queue %1', plan.queue) : '';
  return parts.join(', ') + where;
}

/** `Costs at most 2 core-h`; on one's own machine nothing. */
export function describeCost(plan: PlanAnswer, trans: TranslationBundle): string {
  const cost = formatCoreHours(plan.core_hours);
  return plan.queue === 'local'
    ? trans.__('At most %1 of your own computer: that costs nothing.', cost)
    : trans.__('Costs at most %1, and less if you stop it sooner.', cost);
}
