import { nullTranslator } from '@jupyterlab/translation';
import { Widget } from '@lumino/widgets';

import { ComputePanel } from '../../src/panel/panel';

const trans = nullTranslator.load('funicular');
const body = (text: string): Widget => {
  const widget = new Widget();
  widget.node.textContent = text;
  return widget;
};
const heading = (id: string): HTMLButtonElement =>
  document.querySelector(`#jp-funicular-section-${id} button`) as HTMLButtonElement;
const settle = (): Promise<void> => new Promise(resolve => setTimeout(resolve, 0));

describe('ComputePanel', () => {
  let panel: ComputePanel;
  let activated = 0;

  beforeEach(() => {
    activated = 0;
    panel = new ComputePanel({ trans, activate: () => (activated += 1) });
  });
  afterEach(() => panel.dispose());

  it('keeps its sections in the order of their ranks', () => {
    for (const [id, rank] of [['jobs', 40] as const, ['cluster', 10] as const, ['live', 30] as const]) {
      panel.addSection({ id, rank, title: id, create: () => body(id) });
    }
    expect(panel.sections.map(each => each.section.id)).toEqual(['cluster', 'live', 'jobs']);
  });

  it('makes a section only when it is seen, open', async () => {
    const made: string[] = [];
    const create = (id: string) => (): Widget => {
      made.push(id);
      return body(`the ${id}`);
    };
    panel.addSection({ id: 'cluster', rank: 10, title: 'Cluster', create: create('cluster') });
    panel.addSection({ id: 'jobs', rank: 40, title: 'Jobs', isClosed: true, create: create('jobs') });
    panel.hide();
    Widget.attach(panel, document.body);
    expect(made).toEqual([]);

    panel.show();
    await settle();
    expect(made).toEqual(['cluster']);
    expect(heading('jobs').getAttribute('aria-expanded')).toBe('false');

    heading('jobs').click();
    await settle();
    expect(made).toEqual(['cluster', 'jobs']);
    expect(heading('jobs').getAttribute('aria-expanded')).toBe('true');
    expect(document.getElementById(heading('jobs').getAttribute('aria-controls')!)!.textContent).toBe(
      'the jobs'
    );

    heading('jobs').click();
    heading('jobs').click();
    await settle();
    expect(made).toEqual(['cluster', 'jobs']);
  });

  it('says so when a section cannot be loaded', async () => {
    vi.spyOn(console, 'error').mockImplementation(() => {});
    panel.addSection({ id: 'live', rank: 30, title: 'Live', create: () => Promise.reject(new Error('404')) });
    Widget.attach(panel, document.body);
    await settle();

    expect(document.querySelector('[role=alert]')!.textContent).toContain('could not be loaded');
  });

  it("shows the body's caption in the heading", async () => {
    const jobs = body('jobs');
    panel.addSection({ id: 'jobs', rank: 40, title: 'Jobs', create: () => jobs });
    Widget.attach(panel, document.body);
    await settle();
    jobs.title.caption = '2 running';

    expect(heading('jobs').textContent).toBe('Jobs2 running');
  });

  it('opens and closes as it was left, sections that come later as well', () => {
    panel.addSection({ id: 'jobs', rank: 40, title: 'Jobs', create: () => body('jobs') });
    panel.restore({ jobs: false, ledger: true });
    panel.addSection({ id: 'ledger', rank: 60, title: 'Ledger', isClosed: true, create: () => body('l') });

    expect(panel.sections.map(each => each.isOpen)).toEqual([false, true]);
  });

  it('is brought to the front with the section that was asked for', async () => {
    Element.prototype.scrollIntoView = vi.fn();
    panel.addSection({ id: 'jobs', rank: 40, title: 'Jobs', isClosed: true, create: () => body('jobs') });
    Widget.attach(panel, document.body);
    panel.reveal('jobs');
    await settle();

    expect(activated).toBe(1);
    expect(panel.sections[0].isOpen).toBe(true);
    expect(document.activeElement).toBe(heading('jobs'));
  });

  it('tells when it can be seen', () => {
    const seen: boolean[] = [];
    panel.seenChanged.connect(() => seen.push(panel.isSeen));
    Widget.attach(panel, document.body);
    panel.hide();
    panel.show();

    expect(seen).toEqual([true, false, true]);
  });
});
