import { nullTranslator } from '@jupyterlab/translation';

import * as amounts from '../../src/models/amounts';

const trans = nullTranslator.load('funicular');

describe('amounts', () => {
  it('writes core-hours with two figures of little and none after the point of much', () => {
    expect([0, 0.0051, 0.05, 3.14, 123.4, 12345].map(amounts.formatCoreHours)).toEqual([
      '0 core-h',
      '0.0051 core-h',
      '0.050 core-h',
      '3.1 core-h',
      '123 core-h',
      '12 345 core-h'
    ]);
  });

  it('writes bytes with three figures at most', () => {
    expect([0, 999, 2.1e9, 4e9, 1.25e11, 5e15].map(amounts.formatBytes)).toEqual([
      '0 B',
      '999 B',
      '2.1 GB',
      '4 GB',
      '125 GB',
      '5 PB'
    ]);
  });

  it('writes durations no finer than a person needs', () => {
    expect([-3, 12.4, 200, 3900, 7200, 183600, 172800].map(amounts.formatSeconds)).toEqual([
      '0 s',
      '12 s',
      '3 min',
      '1 h 05 min',
      '2 h',
      '2 d 3 h',
      '2 d'
    ]);
  });

  it('names the day of a moment only when it is not today', () => {
    const noon = new Date(2026, 10, 24, 12, 0).getTime();

    expect(amounts.formatMoment(noon / 1000, noon)).toMatch(/^12:00/);
    expect(amounts.formatMoment(noon / 1000, noon + 86400_000)).toContain('24');
  });

  it('counts', () => {
    expect(amounts.countNodes(1, trans)).toBe('1 node');
    expect(amounts.countCores(1800, trans)).toBe('1 800 cores');
    expect(amounts.countWorkers(0, trans)).toBe('0 workers');
  });
});
