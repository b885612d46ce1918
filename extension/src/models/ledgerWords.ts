/** The ledger in words. Pure. */
import { TranslationBundle } from '@jupyterlab/translation';

import { LedgerNow, LedgerProject, LedgerSum } from '../contract.gen';
import { countCores, countNodes, formatCoreHours, formatHours } from './amounts';

/** What is held at this moment, and what that costs. */
export function describeNow(now: LedgerNow, trans: TranslationBundle): string {
  if (now.cores === 0) {
    return trans.__('You hold nothing at the moment, so nothing is spent.');
  }
  const held = `${countNodes(now.nodes, trans)}, ${countCores(now.cores, trans)}`;
  return trans.__('You hold %1: each hour costs %2.', held, formatCoreHours(now.cores));
}

/** `0.42 core-h, 83 % used`; while jobs run, what they may still cost. */
export function describeSum(sum: LedgerSum, trans: TranslationBundle): string {
  const open = sum.core_hours_committed - sum.core_hours;
  const parts = [formatCoreHours(sum.core_hours)];
  if (sum.core_hours > 0 && open <= 1e-9) {
    // of what is not over, it is not known yet
    parts.push(trans.__('%1 % used', Math.round((100 * sum.core_hours_busy) / sum.core_hours)));
  }
  if (sum.gpu_hours > 0) {
    parts.push(trans.__('%1 GPU-h', formatHours(sum.gpu_hours)));
  }
  if (open > 1e-9) {
    parts.push(trans.__('up to %1 more', formatHours(open)));
  }
  return parts.join(', ');
}

/** `Project phy123`; where none is needed, the site. */
export function describeProject(project: LedgerProject, trans: TranslationBundle): string {
  if (project.account) {
    return trans.__('Project %1', project.account);
  }
  return project.site === 'local' ? trans.__('This computer') : project.site;
}
