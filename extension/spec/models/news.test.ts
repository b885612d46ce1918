/** Promises of what a user is told at once. */
import { nullTranslator } from '@jupyterlab/translation';
import { describe, expect, it } from 'vitest';

import { News } from '../../src/models/news';
import { obituary } from '../worlds';

const trans = nullTranslator.load('funicular');

function died(changes: object = {}) {
  return { name: 'died', data: { obituary: obituary(changes) } };
}

describe('News', () => {
  it('tells a death once, with its next step', () => {
    const news = new News(trans);
    const event = died({ kind: 'worker', name: 'b1-7', cause: 'It ran out of memory.', action: 'scale' });

    expect(news.read(event)).toMatchObject({
      kind: 'error',
      message: 'Worker b1-7 died: It ran out of memory.',
      next: 'scale',
      isFirst: true
    });
    expect(news.read(event)).toBeNull();
  });

  it('tells many deaths at once as one piece of news, and later ones as another', () => {
    let now = 0;
    const news = new News(trans, () => now);
    expect(news.read(died({ name: 'b1-1' }))?.isFirst).toBe(true);
    expect(news.read(died({ name: 'b1-2' }))).toMatchObject({ isFirst: false });
    const third = news.read(died({ name: 'b1-3' }));
    expect(third).toMatchObject({ isFirst: false });
    expect(third?.message).toMatch(/^2 more died before\. Worker b1-3 died/);
    now = 60_000;
    expect(news.read(died({ name: 'b1-4' }))?.isFirst).toBe(true);
  });

  it('tells the end of a long wait', () => {
    const waited = { name: 'wait-ended', data: { cluster: 'lab-1', waited_s: 260, nodes: 4, workers: 16 } };
    expect(new News(trans).read(waited)).toMatchObject({
      kind: 'success',
      message: 'The wait is over after 4 min: 4 nodes at work.'
    });
  });

  it('tells nothing else, and nothing odd', () => {
    const news = new News(trans);
    expect(news.read({ name: 'cluster-changed', data: { cluster: {} } })).toBeNull();
    expect(news.read({ name: 'died', data: { obituary: 'x' } })).toBeNull();
    expect(news.read({ name: 'wait-ended', data: {} })).toBeNull();
  });

  it('is never longer than what JupyterLab shows', () => {
    expect(new News(trans).read(died({ cause: 'x'.repeat(500) }))?.message).toHaveLength(140);
  });
});
