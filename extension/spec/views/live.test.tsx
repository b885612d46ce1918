/** Promises of the live section and of the notebook's item: four states, and words beside each picture. */
import { nullTranslator } from '@jupyterlab/translation';
import { cleanup, fireEvent, render, screen } from '@testing-library/react';
import * as React from 'react';
import { afterEach, describe, expect, it, vi } from 'vitest';

import { asProblem } from '../../src/models/api';
import AttachmentView from '../../src/views/attachment';
import { DashboardView } from '../../src/views/dashboard';
import { LiveView } from '../../src/views/live/live';
import { cluster, functionView, live } from '../worlds';

const drawn = vi.hoisted(() => ({ plots: [] as { data: unknown[]; setData: unknown; destroy: unknown }[] }));

vi.mock('uplot', () => ({
  default: class {
    static paths = {};
    width = 0;
    setData = vi.fn();
    destroy = vi.fn();

    constructor(
      _: object,
      readonly data: unknown[]
    ) {
      drawn.plots.push(this);
    }
  }
}));

const trans = nullTranslator.load('funicular');
const nothing = (): void => {};

afterEach(() => {
  cleanup();
  drawn.plots.length = 0;
});

describe('LiveView', () => {
  const draw = (state: React.ComponentProps<typeof LiveView>['state'], theme = 'JupyterLab Light') => (
    <LiveView state={state} theme={theme} trans={trans} onRetry={nothing} />
  );

  it('draws loading, nothing and a problem in words', () => {
    const { container, rerender } = render(draw({ kind: 'loading' }));
    expect(container.textContent).toContain('Asking the cluster');
    rerender(draw({ kind: 'empty', at: 0 }));
    expect(container.textContent).toContain('Nothing runs yet');
    rerender(draw({ kind: 'problem', problem: { ...asProblem('It is silent.', 503), next_step: 'Wait.' } }));
    expect(screen.getByRole('alert').textContent).toContain('It is silent.Next: Wait.');
    expect(drawn.plots).toHaveLength(0);
  });

  it('draws three plots, each with its sentence and a text for those who cannot see it', async () => {
    const functions = [functionView({ name: 'simulate', done: 30, running: 12, waiting: 58 })];
    render(draw({ kind: 'ready', value: live({ functions }), at: 0 }));

    expect(await screen.findByText('12 of 16 cores busy')).toBeTruthy();
    expect(screen.getByText('30 of 100 tasks done, 12 running')).toBeTruthy();
    expect(screen.getByText('4 GB of 16 GB in use')).toBeTruthy();
    expect(screen.getByLabelText('Busy cores over the last 1 s: now 12, highest 12, lowest 0')).toBeTruthy();
    expect(screen.getByLabelText(/^Memory over the last/)).toBeTruthy();
    expect(screen.getByLabelText('30 done, 12 running, 58 waiting, 0 failed')).toBeTruthy();
    expect(drawn.plots).toHaveLength(2);
    expect(drawn.plots[0].data).toEqual([
      [-1, 0],
      [0, 12],
      [16, 16]
    ]);
  });

  it('feeds the same plots with new numbers, and makes them anew in another theme', async () => {
    const { rerender } = render(draw({ kind: 'ready', value: live(), at: 0 }));
    await screen.findByText('12 of 16 cores busy');
    rerender(draw({ kind: 'ready', value: live({ busy: [12, 16] }), at: 1 }));
    expect(drawn.plots).toHaveLength(2);
    expect(drawn.plots[0].setData).toHaveBeenLastCalledWith([
      [-1, 0],
      [12, 16],
      [16, 16]
    ]);

    rerender(draw({ kind: 'ready', value: live({ busy: [12, 16] }), at: 1 }, 'JupyterLab Dark'));
    expect(drawn.plots).toHaveLength(4);
    expect(drawn.plots[0].destroy).toHaveBeenCalled();
  });
});

describe('AttachmentView', () => {
  it('is a button with a menu, named by its words and explained by its tooltip', () => {
    const onMenu = vi.fn();
    const value = { cluster: 'lab-1-ab12', isAttached: true, isLeaving: false };
    render(
      <AttachmentView
        state={{ kind: 'ready', value, at: 0 }}
        cluster={cluster()}
        trans={trans}
        onMenu={onMenu}
      />
    );
    const button = screen.getByRole('button', { name: 'Attached: 4 nodes' });
    fireEvent.click(button);

    expect(button.getAttribute('aria-haspopup')).toBe('menu');
    expect(button.title).toContain('goes to the cluster lab-1-ab12');
    expect(onMenu).toHaveBeenCalledOnce();
  });
});

describe('DashboardView', () => {
  const draw = (state: React.ComponentProps<typeof DashboardView>['state'], onRetry = nothing) => (
    <DashboardView name="lab-1" state={state} trans={trans} onRetry={onRetry} />
  );

  it('shows the page in a named frame, and words where there is none', () => {
    const onRetry = vi.fn();
    const { container, rerender } = render(draw({ kind: 'ready', value: '/dashboard/lab-1/status', at: 0 }));
    expect(screen.getByTitle("Dask's dashboard of lab-1").getAttribute('src')).toBe(
      '/dashboard/lab-1/status'
    );
    rerender(draw({ kind: 'empty', at: 0 }, onRetry));
    fireEvent.click(screen.getByRole('button', { name: 'Look again' }));
    expect(onRetry).toHaveBeenCalledOnce();
    rerender(draw({ kind: 'problem', problem: asProblem('Bokeh is not installed.', 501) }));
    expect(container.textContent).toContain('Bokeh is not installed.');
    expect(container.querySelector('iframe')).toBeNull();
  });
});
