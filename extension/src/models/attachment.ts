/** Whose cluster a notebook's kernel uses, asked of the kernel itself on a line that we open. No React here. */
import type { ISessionContext } from '@jupyterlab/apputils';
import type { Kernel, KernelMessage } from '@jupyterlab/services';
import { UUID } from '@lumino/coreutils';

import { asProblem } from './api';
import { Observable } from './observable';
import { State } from './state';

/** The line's name; a line that the kernel opened would wait for the running cell, ours does not. */
const TARGET = 'funicular.control';

/** How a kernel stands to its cluster. `isLeaving`: a running cell may still use it. */
export interface IAttachment {
  readonly cluster: string;
  readonly isAttached: boolean;
  readonly isLeaving: boolean;
}

/** `empty` is a kernel that does not know Funicular, or none. */
export type AttachmentState = State<IAttachment>;

/** JupyterLab's lines have this beyond their interface. */
type Line = Kernel.IComm & { readonly subshellStarted?: Promise<void> };

type Context = Pick<ISessionContext, 'session' | 'kernelChanged' | 'statusChanged'>;

export class AttachmentModel extends Observable {
  constructor(private readonly _context: Context) {
    super();
    _context.kernelChanged.connect(this.look, this);
    _context.statusChanged.connect(this._onStatus, this);
    this.look();
  }

  get state(): AttachmentState {
    return this._state;
  }

  /** Ask the kernel how it stands, by a new line: after a restart the old one leads nowhere. */
  look(): void {
    this._hangUp();
    const kernel = this._kernel;
    if (kernel === null) {
      this._set({ kind: 'empty', at: Date.now() });
      return;
    }
    const line: Line = kernel.createComm(TARGET);
    line.onMsg = message => this._hear(message);
    line.onClose = () => {
      if (this._line === line) {
        this._line = null;
        this._set({ kind: 'empty', at: Date.now() });
      }
    };
    this._line = line;
    void this._open(line, kernel);
  }

  /** Let the notebook's work go to the cluster again. */
  attach(): void {
    this._say('attach');
  }

  /** Keep its work in the kernel; a running cell ends as it began. */
  detach(): void {
    this._say('detach');
  }

  protected release(): void {
    this._context.kernelChanged.disconnect(this.look, this);
    this._context.statusChanged.disconnect(this._onStatus, this);
    this._hangUp();
  }

  /** Open it on its subshell, which answers while a cell runs; kernels without subshells answer afterwards. */
  private async _open(line: Line, kernel: Kernel.IKernelConnection): Promise<void> {
    try {
      await kernel.info;
      if (kernel.supportsSubshells) {
        await line.subshellStarted;
      }
      if (this._line === line) {
        line.open();
        this._say('look');
      }
    } catch (error) {
      this._line = this._line === line ? null : this._line;
      this._set({ kind: 'problem', problem: asProblem(error, 0) });
    }
  }

  private get _kernel(): Kernel.IKernelConnection | null {
    return this._context.session?.kernel ?? null;
  }

  private _onStatus(_: unknown, status: KernelMessage.Status): void {
    if (status === 'restarting' || status === 'autorestarting') {
      this._wasRestarted = true;
      this._set({ kind: 'loading' });
    } else if (status === 'idle' && this._wasRestarted) {
      this._wasRestarted = false;
      this.look();
    } else if (status === 'idle' && this._state.kind === 'ready' && this._state.value.isLeaving) {
      this._say('look');
    }
  }

  private _say(verb: string): void {
    if (this._line !== null && !this._line.isDisposed) {
      this._line.send({ id: UUID.uuid4(), verb });
    }
  }

  private _hear(message: KernelMessage.ICommMsgMsg): void {
    const { cluster, is_attached, is_leaving, problem } = message.content.data;
    if (typeof cluster === 'string') {
      const value = { cluster, isAttached: is_attached === true, isLeaving: is_leaving === true };
      this._set({ kind: 'ready', value, at: Date.now() });
    } else {
      this._set({ kind: 'problem', problem: asProblem(problem ?? 'The kernel answered something else.', 0) });
    }
  }

  private _hangUp(): void {
    const line = this._line;
    this._line = null;
    if (line !== null && !line.isDisposed) {
      line.dispose();
    }
  }

  private _set(state: AttachmentState): void {
    if (!this.isDisposed) {
      this._state = state;
      this.emitChanged();
    }
  }

  private _state: AttachmentState = { kind: 'loading' };
  private _line: Line | null = null;
  private _wasRestarted = false;
}
