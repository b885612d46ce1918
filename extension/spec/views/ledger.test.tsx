import { nullTranslator } from '@jupyterlab/translation';
import { cleanup, render, screen } from '@testing-library/react';
import * as React from 'react';

import { LedgerAnswer } from '../../src/contract.gen';
import { describeNow, describeProject, describeSum } from '../../src/models/ledgerWords';
import { Ledger } from '../../src/views/ledger/ledger';
import { ledger, sum } from '../worlds';

const trans = nullTranslator.load('funicular');

afterEach(cleanup);

function draw(changes: Partial<LedgerAnswer> = {}): string {
  return render(<Ledger ledger={ledger(changes)} trans={trans} />).container.textContent!;
}

describe('Ledger', () => {
  it('says what is spent now, today, this week and by each project', () => {
    const text = draw();

    expect(text).toContain('You hold 2 nodes, 8 cores: each hour costs 8.0 core-h.');
    expect(text).toContain('Today0.42 core-h, 83 % used');
    expect(text).toContain('This week3.1 core-h, up to 4.0 more');
    expect(text).toContain('Project phy12312 core-h, 50 % used');
    expect(screen.getAllByRole('rowheader').length).toBe(3);
  });

  it('draws how much of a budget is left, or says it where it is not in core-hours', () => {
    const budget = { cluster: 'lab-1', text: '10 core-h', core_hours: 10, core_hours_left: 3.8 };
    draw({ budget });
    const meter = screen.getByRole('meter', { name: 'Budget of your cluster' });
    expect(meter.getAttribute('aria-valuetext')).toBe('3.8 left of 10 core-h');
    expect(meter.getAttribute('aria-valuenow')).toBe('6.2');

    cleanup();
    const inGpuHours = { cluster: 'lab-1', text: '2 GPU-h', core_hours: null, core_hours_left: null };
    expect(draw({ budget: inGpuHours })).toContain('The budget of your cluster is 2 GPU-h.');
  });

  it('admits lines that it cannot read', () => {
    expect(draw({ unreadable_lines: 2 })).toContain('2 lines of the ledger cannot be read');
    cleanup();
    expect(draw()).not.toContain('cannot be read');
  });
});

describe('the ledger in words', () => {
  it('costs nothing where nothing is held', () => {
    expect(describeNow({ cores: 0, nodes: 0, gpus: 0, jobs: 0 }, trans)).toContain('nothing is spent');
  });

  it('divides by nothing where nothing was spent', () => {
    expect(describeSum(sum({ core_hours: 0, core_hours_busy: 0, core_hours_committed: 0 }), trans)).toBe(
      '0 core-h'
    );
  });

  it('names GPU-hours, and this computer as what it is', () => {
    expect(describeSum(sum({ gpu_hours: 2 }), trans)).toContain('2.0 GPU-h');
    expect(describeProject({ site: 'local', account: '', sum: sum() }, trans)).toBe('This computer');
    expect(describeProject({ site: 'lumi', account: '', sum: sum() }, trans)).toBe('lumi');
  });
});
