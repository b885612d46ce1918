import { nullTranslator } from '@jupyterlab/translation';
import { CommandRegistry } from '@lumino/commands';
import { cleanup, fireEvent, render, screen } from '@testing-library/react';
import * as React from 'react';

import { QueuesAnswer, Wish } from '../../src/contract.gen';
import { State } from '../../src/models/state';
import { SCALE_COMMAND } from '../../src/views/scale/ids';
import { IScaleProps, Scale } from '../../src/views/scale/scale';
import { press } from '../press';
import { block, paperCommands, plan, queue, view } from '../worlds';

const trans = nullTranslator.load('funicular');
const two: State<QueuesAnswer> = {
  kind: 'ready',
  at: 0,
  value: {
    site: 'slurm',
    account: null,
    queues: [
      queue({ accounts: ['phy123', 'chem7'] }),
      queue({ name: 'gpu', gpus_per_node: 4, max_nodes: 2, nodes_idle: 0 })
    ]
  }
};
let commands: CommandRegistry;
let pressed: [string, object][];
let wishes: Wish[];

beforeEach(() => {
  ({ commands, pressed } = paperCommands([SCALE_COMMAND]));
  wishes = [];
});
afterEach(cleanup);

function element(changes: Partial<IScaleProps> = {}): React.ReactElement {
  return (
    <Scale
      view={null}
      plan={{ kind: 'ready', value: plan(), at: 0 }}
      isAsking={false}
      queues={two}
      onWish={wish => wishes.push(wish)}
      onRetry={() => {}}
      commands={commands}
      trans={trans}
      {...changes}
    />
  );
}
const slide = (nodes: number): boolean =>
  fireEvent.change(screen.getByRole('slider', { name: /Nodes/ }), { target: { value: String(nodes) } });

describe('Scale', () => {
  it('bounds the slider, has the cost beside it, and starts with what was chosen', async () => {
    render(element());
    const slider = screen.getByRole('slider', { name: /Nodes/ });
    expect([slider.getAttribute('min'), slider.getAttribute('max')]).toEqual(['1', '8']);
    expect(screen.getByRole('status').textContent).toContain('Costs at most 4.0 core-h');

    slide(3);
    expect(slider.getAttribute('aria-valuetext')).toBe('3 nodes');
    expect(wishes).toEqual([{}, { nodes: 3 }]);

    await press('Start with 3 nodes');
    expect(pressed).toEqual([[SCALE_COMMAND, { wish: { nodes: 3 }, quiet: true }]]);
  });

  it('begins with what the cluster has, and offers no change to the same', () => {
    const there = view({ nodes_wished: 4, blocks: [block({ nodes: 4 })] });
    const { rerender } = render(element({ view: there }));
    expect(wishes).toEqual([{ nodes: 4 }]);
    expect(screen.getByRole('button', { name: 'Use 4 nodes' }).hasAttribute('disabled')).toBe(true);

    rerender(element({ view: view({ nodes_wished: 4, blocks: [] }) }));
    expect(screen.getByRole('button', { name: 'Use 4 nodes' }).hasAttribute('disabled')).toBe(false);
  });

  it('does not act on a plan that is still to come or was refused', () => {
    const problem = { type: '', title: 'Too big.', status: 400, detail: '', next_step: '', message: '' };
    const { rerender } = render(element({ isAsking: true }));
    expect(screen.getByRole('button').hasAttribute('disabled')).toBe(true);

    rerender(element({ plan: { kind: 'problem', problem } }));
    expect(screen.getByRole('alert').textContent).toContain('Too big.');
    expect(screen.getByRole('button').hasAttribute('disabled')).toBe(true);
    expect(screen.getByRole('slider').getAttribute('max')).toBe('8');
  });

  it('says so where one node is all there is', () => {
    render(element({ plan: { kind: 'ready', value: plan({ nodes: 1, nodes_max: 1 }), at: 0 } }));

    expect(screen.queryByRole('slider')).toBeNull();
    expect(screen.getByText('One node is the most that there is for you here.')).toBeTruthy();
  });

  it('makes a wish of the fields that were filled in', async () => {
    render(element());
    fireEvent.click(screen.getByRole('radio', { name: 'Choose' }));
    fireEvent.change(screen.getByRole('combobox', { name: 'Queue' }), { target: { value: 'gpu' } });
    fireEvent.change(screen.getByRole('spinbutton', { name: 'GPUs in all' }), { target: { value: '2' } });
    fireEvent.change(screen.getByRole('spinbutton', { name: 'Memory in all, GB' }), {
      target: { value: '64' }
    });
    fireEvent.change(screen.getByRole('spinbutton', { name: 'Hours' }), { target: { value: '1.5' } });
    fireEvent.change(screen.getByRole('combobox', { name: 'Account that pays' }), {
      target: { value: 'chem7' }
    });
    expect(screen.getByRole('option', { name: 'choose one' })).toBeTruthy();
    await press('Start with 2 nodes');

    expect(pressed[0][1]).toEqual({
      wish: { queue: 'gpu', gpus: 2, memory_bytes: 64e9, hours: 1.5, account: 'chem7' },
      quiet: true
    });
  });

  it('says what a queue offers, and asks for no GPUs where there are none', () => {
    render(element());
    fireEvent.click(screen.getByRole('radio', { name: 'Choose' }));
    fireEvent.change(screen.getByRole('combobox', { name: 'Queue' }), { target: { value: 'short' } });

    expect(screen.getByText('8 of 12 nodes are idle now; each has 32 cores, 128 GB')).toBeTruthy();
    expect(screen.getByText('up to 128')).toBeTruthy();
    expect(screen.getByText('up to 4 h')).toBeTruthy();
    expect(screen.queryByRole('spinbutton', { name: 'GPUs in all' })).toBeNull();
  });
});
