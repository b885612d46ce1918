/** What the live numbers say: a sentence for each plot, and one more for those who cannot see it. Pure. */
import { TranslationBundle } from '@jupyterlab/translation';

import { formatBytes, formatCount, formatSeconds } from './amounts';
import { FunctionView, LiveAnswer } from '../contract.gen';
import { State } from './state';

const SHOWN = 8;
const NEAR_LIMIT = 0.8;

/** The functions that matter now, at most eight; the rest of them as one, nameless. */
export function rankFunctions(functions: readonly FunctionView[]): FunctionView[] {
  const ranked = [...functions].sort(
    (one, other) => open(other) - open(one) || total(other) - total(one) || (one.name < other.name ? -1 : 1)
  );
  if (ranked.length <= SHOWN) {
    return ranked;
  }
  return [...ranked.slice(0, SHOWN - 1), sum(ranked.slice(SHOWN - 1))];
}

/** `310 of 1 000 tasks done, 12 running`, with what failed. */
export function readProgress(functions: readonly FunctionView[], trans: TranslationBundle): string {
  const all = sum(functions);
  if (total(all) === 0) {
    return trans.__('No tasks yet');
  }
  const parts = [trans.__('%1 of %2 tasks done', formatCount(all.done), formatCount(total(all)))];
  if (all.running > 0) {
    parts.push(trans.__('%1 running', formatCount(all.running)));
  }
  if (all.erred > 0) {
    parts.push(trans._n('%1 failed', '%1 failed', all.erred, formatCount(all.erred)));
  }
  return parts.join(', ');
}

/** One function in words, for those who cannot see its bar. */
export function readFunction(each: FunctionView, trans: TranslationBundle): string {
  return trans.__(
    '%1 done, %2 running, %3 waiting, %4 failed',
    formatCount(each.done),
    formatCount(each.running),
    formatCount(each.waiting),
    formatCount(each.erred)
  );
}

/** `12 of 16 cores busy`, and why not all of them where that is known. */
export function readBusy(live: LiveAnswer, trans: TranslationBundle): string {
  const cores = last(live.cores);
  const busy = Math.min(last(live.busy), cores);
  if (cores === 0) {
    return trans.__('No cores in use');
  }
  const told = trans.__('%1 of %2 cores busy', formatCount(busy), formatCount(cores));
  const { running, waiting } = sum(live.functions);
  if (busy === 0) {
    return trans.__('%1: nothing is running', told);
  }
  if (busy <= cores / 2 && waiting === 0 && running > 0) {
    return trans.__('%1: there are fewer tasks than cores', told);
  }
  return told;
}

/** `3.2 of 16 GB in use`, and what happens when it is nearly all. */
export function readMemory(live: LiveAnswer, trans: TranslationBundle): string {
  const limit = last(live.memory_limit_bytes);
  const used = last(live.memory_bytes);
  if (limit === 0) {
    return trans.__('No memory in use');
  }
  const told = trans.__('%1 of %2 in use', formatBytes(used), formatBytes(limit));
  return used > NEAR_LIMIT * limit ? trans.__('%1: nearly full, work may slow down or end', told) : told;
}

/** A few words for the section's heading: how many cores are busy. */
export function noteOf(state: State<LiveAnswer>, trans: TranslationBundle): string {
  if (state.kind !== 'ready' || last(state.value.cores) === 0) {
    return '';
  }
  const cores = last(state.value.cores);
  return trans.__('%1 of %2 busy', formatCount(Math.min(last(state.value.busy), cores)), formatCount(cores));
}

/** What a curve shows, for those who cannot see it: now, highest and lowest over the time that is drawn. */
export function readCurve(
  name: string,
  live: LiveAnswer,
  values: readonly number[],
  format: (value: number) => string,
  trans: TranslationBundle
): string {
  if (values.length === 0) {
    return trans.__('%1: nothing was measured yet', name);
  }
  return trans.__(
    '%1 over the last %2: now %3, highest %4, lowest %5',
    name,
    formatSeconds(last(live.t_s) - live.t_s[0]),
    format(last(values)),
    format(Math.max(...values)),
    format(Math.min(...values))
  );
}

export function total(each: FunctionView): number {
  return each.done + each.running + each.waiting + each.erred;
}

function open(each: FunctionView): number {
  return each.running + each.waiting;
}

function sum(functions: readonly FunctionView[]): FunctionView {
  const all = { name: '', done: 0, running: 0, waiting: 0, erred: 0 };
  for (const each of functions) {
    all.done += each.done;
    all.running += each.running;
    all.waiting += each.waiting;
    all.erred += each.erred;
  }
  return all;
}

function last(values: readonly number[]): number {
  return values.length > 0 ? values[values.length - 1] : 0;
}
