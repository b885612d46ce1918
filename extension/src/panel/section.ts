/** One part of the panel: a heading that opens and closes it, and what it shows. Plain DOM, for a quick start. */
import { TranslationBundle } from '@jupyterlab/translation';
import { caretDownIcon } from '@jupyterlab/ui-components';
import { ISignal, Signal } from '@lumino/signaling';
import { PanelLayout, Widget } from '@lumino/widgets';

import { IPanelSection } from '../tokens';

export class SectionWidget extends Widget {
  constructor(
    readonly section: IPanelSection,
    private readonly _trans: TranslationBundle
  ) {
    super({ tag: 'section' });
    this.layout = new PanelLayout();
    this.id = `jp-funicular-section-${section.id}`;
    this.addClass('jp-funicular-section');
    this.node.setAttribute('aria-labelledby', `${this.id}-heading`);
    this._add(new Widget({ node: this._makeHeading() }));
    this.isOpen = !section.isClosed;
  }

  /** Emits when the user opens or closes it. */
  get toggled(): ISignal<this, void> {
    return this._toggled;
  }

  get isOpen(): boolean {
    return this._isOpen;
  }

  set isOpen(isOpen: boolean) {
    this._isOpen = isOpen;
    this._button.setAttribute('aria-expanded', String(isOpen));
    this._body?.setHidden(!isOpen);
    if (this._isLoaded) {
      void this.load();
    }
  }

  /** Make the body, unless the section is closed or has one already. */
  async load(): Promise<void> {
    this._isLoaded = true;
    if (!this._isOpen || this._isLoading || this._body) {
      return;
    }
    this._isLoading = true;
    try {
      this._show(await this.section.create());
    } catch (error) {
      console.error(error);
      const words = this._trans.__('This part could not be loaded. Reload the page to try again.');
      this._show(this._sayInWords(words));
    }
    this._isLoading = false;
  }

  /** Bring it into view, open, with the keyboard in it. */
  reveal(): void {
    this.isOpen = true;
    this.node.scrollIntoView({ block: 'nearest' });
    this._button.focus();
  }

  dispose(): void {
    if (this.isDisposed) {
      return;
    }
    super.dispose();
    Signal.clearData(this);
  }

  private _show(body: Widget): void {
    if (this.isDisposed) {
      body.dispose();
      return;
    }
    this._body = body;
    body.addClass('jp-funicular-section-body');
    body.node.id ||= `${this.id}-body`;
    this._button.setAttribute('aria-controls', body.node.id);
    body.title.changed.connect(this._note, this);
    this._note();
    body.setHidden(!this._isOpen);
    this._add(body);
  }

  /** The body's caption stands at the right of the heading, also while the section is closed. */
  private _note(): void {
    this._noteNode.textContent = this._body?.title.caption ?? '';
  }

  private _makeHeading(): HTMLElement {
    const heading = document.createElement('h2');
    heading.className = 'jp-funicular-section-heading';
    this._button.type = 'button';
    this._button.id = `${this.id}-heading`;
    this._button.className = 'jp-funicular-section-toggle';
    this._button.onclick = () => {
      this.isOpen = !this._isOpen;
      this._toggled.emit();
    };
    const title = document.createElement('span');
    title.className = 'jp-funicular-section-title';
    title.textContent = this.section.title;
    this._noteNode.className = 'jp-funicular-section-note';
    this._button.append(caretDownIcon.element({ tag: 'span' }), title, this._noteNode);
    heading.append(this._button);
    return heading;
  }

  private _add(widget: Widget): void {
    (this.layout as PanelLayout).addWidget(widget);
  }

  private _sayInWords(words: string): Widget {
    const body = new Widget();
    body.addClass('jp-funicular-frame');
    body.node.setAttribute('role', 'alert');
    body.node.textContent = words;
    return body;
  }

  private readonly _toggled = new Signal<this, void>(this);
  private readonly _button = document.createElement('button');
  private readonly _noteNode = document.createElement('span');
  private _body: Widget | null = null;
  private _isOpen = true;
  private _isLoaded = false;
  private _isLoading = false;
}
