/** What the server says of its own accord: our events, picked out of Jupyter's event stream. */
import { IObservableDisposable } from '@lumino/disposable';
import { ISignal, Signal } from '@lumino/signaling';

/** Every event of ours has a schema below this address; what follows is its name and version. */
export const SCHEMAS = 'https://events.funicular.dev/';

/** One event: `name` as in `clusters-changed`, and what it carries. */
export interface IEvent {
  readonly name: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** The part of `ServiceManager.events` that is needed; tests hand in their own. */
export interface IEventStream {
  readonly stream: ISignal<unknown, { readonly schema_id: string }>;

  /** Say something to all who listen. */
  emit(event: { schema_id: string; version: string; data: object }): Promise<void>;
}

const HELLOS = 5; // then there is no stream here, and models go on asking

export class ServerEvents implements IObservableDisposable {
  /** `source`: null where the application has no event stream; then nothing is ever heard. */
  constructor(private readonly _source: IEventStream | null) {
    _source?.stream.connect(this._hear, this);
  }

  get heard(): ISignal<this, IEvent> {
    return this._heard;
  }

  /** Whether any event of ours has come yet: until then, models ask in turn. */
  get isLive(): boolean {
    return this._isLive;
  }

  /** Find out whether anything can be heard: what is said here comes back. */
  hello(): void {
    if (this._isLive || this._source === null || this._hellos === HELLOS) {
      return;
    }
    this._hellos += 1;
    const hello = { schema_id: `${SCHEMAS}hello/v1`, version: '1', data: {} };
    this._source.emit(hello).catch(() => undefined); // not allowed to: then models go on asking
  }

  get disposed(): ISignal<this, void> {
    return this._disposed;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    if (this._isDisposed) {
      return;
    }
    this._isDisposed = true;
    this._disposed.emit();
    Signal.clearData(this);
  }

  private _hear(_: unknown, emission: { readonly schema_id: string }): void {
    if (!emission.schema_id.startsWith(SCHEMAS)) {
      return;
    }
    this._isLive = true;
    const name = emission.schema_id.slice(SCHEMAS.length).replace(/\/v\d+$/, '');
    this._heard.emit({ name, data: emission as unknown as Record<string, unknown> });
  }

  private readonly _heard = new Signal<this, IEvent>(this);
  private readonly _disposed = new Signal<this, void>(this);
  private _isLive = false;
  private _hellos = 0;
  private _isDisposed = false;
}
