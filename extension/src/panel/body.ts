/** The body of a section: drawn again when its models change, asking for them only while it can be seen. */
import { ReactWidget } from '@jupyterlab/ui-components';
import { IDisposable } from '@lumino/disposable';
import { Message } from '@lumino/messaging';
import { ISignal, Signal } from '@lumino/signaling';
import * as React from 'react';

export interface IBodyOptions {
  draw: () => React.ReactElement;

  /** A few words for the heading: "2 running". Empty while it cannot be seen. */
  note?: () => string;

  /** What it is drawn from. */
  models: readonly { readonly changed: ISignal<unknown, void> }[];

  /** What is asked for while it can be seen. */
  watched?: readonly { watch(): IDisposable }[];
}

export class SectionBody extends ReactWidget {
  constructor(private readonly _options: IBodyOptions) {
    super();
    _options.models.forEach(model => model.changed.connect(this._draw, this));
  }

  dispose(): void {
    if (this.isDisposed) {
      return;
    }
    this._unwatch();
    Signal.clearData(this);
    super.dispose();
  }

  protected render(): React.ReactElement {
    return this._options.draw();
  }

  protected onAfterAttach(msg: Message): void {
    super.onAfterAttach(msg);
    this._look();
  }

  protected onAfterShow(msg: Message): void {
    super.onAfterShow(msg);
    this._look();
  }

  protected onAfterHide(msg: Message): void {
    super.onAfterHide(msg);
    this._unwatch();
    this.title.caption = '';
  }

  private _look(): void {
    if (this.isVisible) {
      this._unwatch();
      this._watches = (this._options.watched ?? []).map(each => each.watch());
      this._draw();
    }
  }

  private _draw(): void {
    if (this.isVisible) {
      this.update();
      this.title.caption = this._options.note?.() ?? '';
    }
  }

  private _unwatch(): void {
    this._watches.forEach(each => each.dispose());
    this._watches = [];
  }

  private _watches: IDisposable[] = [];
}
