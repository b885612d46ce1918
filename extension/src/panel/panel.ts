/** The Compute panel: sections one below the other, made when it is first seen. */
import { TranslationBundle } from '@jupyterlab/translation';
import { DisposableDelegate, IDisposable } from '@lumino/disposable';
import { Message } from '@lumino/messaging';
import { ISignal, Signal } from '@lumino/signaling';
import { Panel } from '@lumino/widgets';

import { IComputePanel, IPanelSection } from '../tokens';
import { funicularIcon } from '../views/icons';
import { SectionWidget } from './section';

export class ComputePanel extends Panel implements IComputePanel {
  constructor(private readonly _options: ComputePanel.IOptions) {
    super();
    const { trans } = _options;
    this.id = 'jp-funicular-panel';
    this.addClass('jp-funicular-panel');
    this.node.setAttribute('role', 'region');
    this.node.setAttribute('aria-label', trans.__('Compute'));
    this.title.icon = funicularIcon;
    this.title.label = trans.__('Compute'); // an icon alone tells a newcomer nothing
    this.title.caption = trans.__('Compute: your cluster, what it costs, what waits and why');
  }

  get isSeen(): boolean {
    return this.isVisible;
  }

  get seenChanged(): ISignal<this, void> {
    return this._seenChanged;
  }

  /** Emits when the user opens or closes a section. */
  get toggled(): ISignal<this, void> {
    return this._toggled;
  }

  /** The sections, from top to bottom. */
  get sections(): readonly SectionWidget[] {
    return this.widgets as readonly SectionWidget[];
  }

  addSection(section: IPanelSection): IDisposable {
    const widget = new SectionWidget(section, this._options.trans);
    const after = this.sections.findIndex(each => each.section.rank > section.rank);
    this.insertWidget(after < 0 ? this.sections.length : after, widget);
    widget.toggled.connect(() => this._toggled.emit());
    const isOpen = this._wishes.get(section.id);
    if (isOpen !== undefined) {
      widget.isOpen = isOpen;
    }
    if (this.isVisible) {
      void widget.load();
    }
    return new DisposableDelegate(() => widget.dispose());
  }

  reveal(section?: string): void {
    this._options.activate(this);
    this.sections.find(each => each.section.id === section)?.reveal();
  }

  /** Open and close sections as the user left them; those that come later as well. */
  restore(isOpen: Readonly<Record<string, boolean>>): void {
    this._wishes = new Map(Object.entries(isOpen));
    for (const each of this.sections) {
      each.isOpen = this._wishes.get(each.section.id) ?? each.isOpen;
    }
  }

  dispose(): void {
    if (this.isDisposed) {
      return;
    }
    super.dispose();
    Signal.clearData(this);
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
    this._seenChanged.emit();
  }

  private _look(): void {
    if (!this.isVisible) {
      return;
    }
    this.sections.forEach(each => void each.load());
    this._seenChanged.emit();
  }

  private readonly _seenChanged = new Signal<this, void>(this);
  private readonly _toggled = new Signal<this, void>(this);
  private _wishes = new Map<string, boolean>();
}

export namespace ComputePanel {
  export interface IOptions {
    trans: TranslationBundle;

    /** Bring the panel to the front of its side bar. */
    activate: (panel: ComputePanel) => void;
  }
}
