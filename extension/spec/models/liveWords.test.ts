/** Promises of the sentences beside the plots. */
import { nullTranslator } from '@jupyterlab/translation';
import { describe, expect, it } from 'vitest';

import { rankFunctions, readBusy, readCurve, readMemory, readProgress } from '../../src/models/liveWords';
import { functionView, live } from '../worlds';

const trans = nullTranslator.load('funicular');

describe('progress', () => {
  it('counts what is done of all, what runs and what failed', () => {
    const functions = [
      functionView({ name: 'f', done: 1000, running: 4, waiting: 200 }),
      functionView({ name: 'g', done: 30, erred: 2 })
    ];
    expect(readProgress(functions, trans)).toBe('1 030 of 1 236 tasks done, 4 running, 2 failed');
    expect(readProgress([], trans)).toBe('No tasks yet');
  });

  it('shows eight functions at most, those with work first, and loses no task', () => {
    const functions = Array.from({ length: 30 }, (_, at) => functionView({ name: `f${at}`, done: at }));
    functions.push(functionView({ name: 'now', waiting: 1 }));
    const ranked = rankFunctions(functions);

    expect(ranked).toHaveLength(8);
    expect(ranked[0].name).toBe('now');
    expect(ranked[7].name).toBe('');
    expect(ranked.reduce((sum, each) => sum + each.done, 0)).toBe(435);
  });
});

describe('busy cores', () => {
  it('are read as a part of all', () => {
    expect(readBusy(live({ busy: [3, 12], cores: [16, 16] }), trans)).toBe('12 of 16 cores busy');
    expect(readBusy(live({ busy: [], cores: [], t_s: [] }), trans)).toBe('No cores in use');
  });

  it('say why they idle where that is known', () => {
    const few = live({ busy: [1], cores: [32], functions: [functionView({ running: 1 })] });
    expect(readBusy(few, trans)).toBe('1 of 32 cores busy: there are fewer tasks than cores');
    const waits = live({ busy: [1], cores: [32], functions: [functionView({ running: 1, waiting: 50 })] });
    expect(readBusy(waits, trans)).toBe('1 of 32 cores busy');
    expect(readBusy(live({ busy: [0], cores: [4] }), trans)).toBe('0 of 4 cores busy: nothing is running');
  });
});

describe('memory', () => {
  it('is read against its limit, with a warning when it is nearly all', () => {
    expect(readMemory(live({ memory_bytes: [4e9], memory_limit_bytes: [16e9] }), trans)).toBe(
      '4 GB of 16 GB in use'
    );
    expect(readMemory(live({ memory_bytes: [14e9], memory_limit_bytes: [16e9] }), trans)).toContain(
      'nearly full'
    );
    expect(readMemory(live({ memory_bytes: [], memory_limit_bytes: [] }), trans)).toBe('No memory in use');
  });
});

describe('a curve in words', () => {
  it('has its last, highest and lowest value, and how long it is', () => {
    const seen = live({ t_s: [100, 160, 220], busy: [0, 16, 12] });
    expect(readCurve('Busy cores', seen, seen.busy, String, trans)).toBe(
      'Busy cores over the last 2 min: now 12, highest 16, lowest 0'
    );
    expect(readCurve('Busy cores', seen, [], String, trans)).toBe('Busy cores: nothing was measured yet');
  });
});
