/** A job in words: what it is, what it does, why it waits. Pure. */
import { TranslationBundle } from '@jupyterlab/translation';

import { countNodes, formatSeconds } from './amounts';
import { JobView } from '../contract.gen';

/** `Job 4711`; with the name that its owner gave it, unless that was us. */
export function jobHeading(job: JobView, trans: TranslationBundle): string {
  return job.name && job.cluster === null
    ? trans.__('Job %1, %2', job.job, job.name)
    : trans.__('Job %1', job.job);
}

/** Up to three lines: state and size, the reason, whose it is. `age_s`: how long ago the server said so. */
export function describeJob(job: JobView, age_s: number, trans: TranslationBundle): readonly string[] {
  const since = formatSeconds(job.since_s + age_s);
  const nodes = countNodes(job.nodes, trans);
  const left = job.time_left_s === null ? '' : trans.__(', %1 left', formatSeconds(job.time_left_s - age_s));
  const lines = [
    `${stateInWords(job, since, trans)}${left}`,
    job.queue ? trans.__('%1 in queue %2', nodes, job.queue) : nodes
  ];
  if (job.reason) {
    lines.push(job.reason);
  }
  if (job.next_step) {
    lines.push(trans.__('Next: %1', job.next_step));
  }
  if (job.cluster !== null) {
    lines.push(trans.__('Part of the cluster %1', job.cluster));
  }
  return lines;
}

function stateInWords(job: JobView, since: string, trans: TranslationBundle): string {
  switch (job.state) {
    case 'pending':
      return trans.__('Waiting for %1', since);
    case 'running':
      return trans.__('Running for %1', since);
    case 'ending':
      return trans.__('Ending');
    case 'gone':
      return trans.__('Over');
    default:
      return trans.__('Its state is not known');
  }
}

/** `2 running, 1 waiting`, for a heading. */
export function countJobs(jobs: readonly JobView[], trans: TranslationBundle): string {
  const running = jobs.filter(job => job.state === 'running').length;
  const waiting = jobs.filter(job => job.state === 'pending').length;
  const parts = [];
  if (running > 0) {
    parts.push(trans.__('%1 running', running));
  }
  if (waiting > 0) {
    parts.push(trans.__('%1 waiting', waiting));
  }
  return parts.join(', ');
}
