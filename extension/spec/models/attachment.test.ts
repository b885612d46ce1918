/** Promises of the line between a notebook and its kernel. */
import { nullTranslator } from '@jupyterlab/translation';
import { Signal } from '@lumino/signaling';
import { describe, expect, it, vi } from 'vitest';

import { AttachmentModel } from '../../src/models/attachment';
import { describeAttachment, explainAttachment } from '../../src/models/attachmentWords';
import { cluster, view } from '../worlds';

const trans = nullTranslator.load('funicular');

/** A line to a kernel of paper: what was said on it; `answer` speaks back. */
class Line {
  said: string[] = [];
  isDisposed = false;
  subshellStarted = Promise.resolve();
  onMsg: (message: unknown) => void = () => {};
  onClose: (message: unknown) => void = () => {};

  open(): void {
    this.said.push('open');
  }

  send(data: { verb: string }): void {
    this.said.push(data.verb);
  }

  dispose(): void {
    this.isDisposed = true;
  }

  answer(data: object): void {
    this.onMsg({ content: { data } });
  }
}

class Kernel {
  lines: Line[] = [];
  info = Promise.resolve({});
  supportsSubshells = true;

  createComm(target: string): Line {
    expect(target).toBe('funicular.control');
    this.lines.push(new Line());
    return this.lines[this.lines.length - 1];
  }
}

function notebook(kernel: Kernel | null) {
  const source = {};
  const context = {
    session: { kernel },
    kernelChanged: new Signal<object, void>(source),
    statusChanged: new Signal<object, string>(source)
  };
  return { context, model: new AttachmentModel(context as never) };
}

const ATTACHED = { cluster: 'lab-1-ab12', is_attached: true, is_leaving: false };

describe('AttachmentModel', () => {
  it('asks by a line that it opens itself, on its subshell', async () => {
    const kernel = new Kernel();
    const { model } = notebook(kernel);
    await vi.waitFor(() => expect(kernel.lines[0].said).toEqual(['open', 'look']));
    expect(model.state.kind).toBe('loading');

    kernel.lines[0].answer(ATTACHED);
    expect(model.state).toMatchObject({ kind: 'ready', value: { cluster: 'lab-1-ab12', isAttached: true } });
  });

  it('says so when a kernel knows no Funicular, or there is none', async () => {
    const kernel = new Kernel();
    const { model } = notebook(kernel);
    kernel.lines[0].onClose({});

    expect(model.state.kind).toBe('empty');
    expect(notebook(null).model.state.kind).toBe('empty');
  });

  it('asks anew after a restart, by a new line', async () => {
    const kernel = new Kernel();
    const { context, model } = notebook(kernel);
    kernel.lines[0].answer(ATTACHED);
    context.statusChanged.emit('restarting');
    expect(model.state.kind).toBe('loading');
    context.statusChanged.emit('idle');

    expect(kernel.lines).toHaveLength(2);
    expect(kernel.lines[0].isDisposed).toBe(true);
  });

  it('looks again when the cell ends that kept it from leaving', async () => {
    const kernel = new Kernel();
    const { context, model } = notebook(kernel);
    await vi.waitFor(() => expect(kernel.lines[0].said).toContain('look'));
    model.detach();
    kernel.lines[0].answer({ ...ATTACHED, is_attached: false, is_leaving: true });
    context.statusChanged.emit('idle');
    expect(kernel.lines[0].said).toEqual(['open', 'look', 'detach', 'look']);

    kernel.lines[0].answer({ ...ATTACHED, is_attached: false });
    context.statusChanged.emit('idle');
    expect(kernel.lines[0].said).toHaveLength(4);
  });

  it('is silent once it is disposed', () => {
    const kernel = new Kernel();
    const { context, model } = notebook(kernel);
    model.dispose();
    context.kernelChanged.emit();

    expect(kernel.lines).toHaveLength(1);
    expect(kernel.lines[0].isDisposed).toBe(true);
  });

  it('shows an odd answer as a problem', () => {
    const kernel = new Kernel();
    const { model } = notebook(kernel);
    kernel.lines[0].answer({ problem: 'The kernel knows no this.' });

    expect(model.state).toMatchObject({ kind: 'problem', problem: { message: 'The kernel knows no this.' } });
  });
});

describe('words for the toolbar', () => {
  const ready = (changes: object) =>
    ({
      kind: 'ready',
      at: 0,
      value: { cluster: 'lab-1', isAttached: true, isLeaving: false, ...changes }
    }) as const;

  it('tell attached, with its size, from detached', () => {
    expect(describeAttachment(ready({}), null, trans)).toBe('Cluster on first use');
    expect(describeAttachment(ready({}), cluster({ view: view({ nodes: 4 }) }), trans)).toBe(
      'Attached: 4 nodes'
    );
    expect(describeAttachment(ready({}), cluster({ view: view({ nodes: 0 }) }), trans)).toBe('Attached');
    expect(describeAttachment(ready({ isAttached: false }), cluster(), trans)).toBe('Detached');
  });

  it('say that a running cell ends as it began', () => {
    const leaving = ready({ isAttached: false, isLeaving: true });
    expect(describeAttachment(leaving, cluster(), trans)).toBe('Detaching');
    expect(explainAttachment(leaving, trans)).toContain('running cell ends with the cluster lab-1');
  });

  it('say what to do where a kernel does not take part', () => {
    expect(describeAttachment({ kind: 'empty', at: 0 }, null, trans)).toBe('No cluster');
    expect(explainAttachment({ kind: 'empty', at: 0 }, trans)).toContain('%load_ext funicular');
  });
});
