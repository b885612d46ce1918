/** Amounts as people read them: bytes, durations, core-hours, counts. The same words as `funicular.units`. */
import { TranslationBundle } from '@jupyterlab/translation';

const BYTES: readonly (readonly [string, number])[] = [
  ['PB', 1e15],
  ['TB', 1e12],
  ['GB', 1e9],
  ['MB', 1e6],
  ['kB', 1e3]
];

/** `2.1 GB`: three figures at most, powers of ten. */
export function formatBytes(amount: number): string {
  for (const [unit, size] of BYTES) {
    if (amount >= size) {
      return `${threeFigures(amount / size)} ${unit}`;
    }
  }
  return `${Math.max(0, Math.trunc(amount))} B`;
}

/** `12 s`, `3 min`, `1 h 05 min`, `2 d 3 h`: no finer than a person needs while it goes on. */
export function formatSeconds(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) {
    return `${whole} s`;
  }
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) {
    return `${minutes} min`;
  }
  const hours = Math.floor(minutes / 60);
  if (hours < 24) {
    return minutes % 60 ? `${hours} h ${String(minutes % 60).padStart(2, '0')} min` : `${hours} h`;
  }
  const days = Math.floor(hours / 24);
  return hours % 24 ? `${days} d ${hours % 24} h` : `${days} d`;
}

/** `0.05 core-h`: two figures below ten, so that a short run does not read as nothing. */
export function formatCoreHours(hours: number): string {
  return `${formatHours(hours)} core-h`;
}

/** The number alone, where the unit stands elsewhere. */
export function formatHours(hours: number): string {
  if (hours <= 0) {
    return '0';
  }
  if (hours >= 10) {
    return formatCount(Math.round(hours));
  }
  return hours.toFixed(Math.min(6, Math.max(0, 1 - Math.floor(Math.log10(hours)))));
}

/** `1 800`: thousands apart. */
export function formatCount(number: number): string {
  return String(Math.round(number)).replace(/\B(?=(\d{3})+$)/g, ' ');
}

/** `10:32` today, `24 Nov, 10:32` before. */
export function formatMoment(when_s: number, now_ms: number = Date.now()): string {
  const when = new Date(when_s * 1000);
  const time = when.toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' });
  const isToday = when.toDateString() === new Date(now_ms).toDateString();
  return isToday ? time : `${when.toLocaleDateString([], { day: 'numeric', month: 'short' })}, ${time}`;
}

export function countNodes(nodes: number, trans: TranslationBundle): string {
  return trans._n('%2 node', '%2 nodes', nodes, formatCount(nodes));
}

export function countCores(cores: number, trans: TranslationBundle): string {
  return trans._n('%2 core', '%2 cores', cores, formatCount(cores));
}

export function countWorkers(workers: number, trans: TranslationBundle): string {
  return trans._n('%2 worker', '%2 workers', workers, formatCount(workers));
}

function threeFigures(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toFixed(1).replace(/\.0$/, '');
}
