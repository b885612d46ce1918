/** Which events a user must hear of at once, in words: a death, and the end of a long wait. Each is told once. */
import { TranslationBundle } from '@jupyterlab/translation';

import { ObituaryView } from '../contract.gen';
import { countNodes, countWorkers, formatSeconds } from './amounts';
import { IEvent } from './events';
import { kindWord } from './kindWord';

const TOGETHER_MS = 10_000; // a node takes its workers with it: that is one piece of news
const LONGEST = 140; // of a notification; more is cut off by JupyterLab

export interface INews {
  /** News of one group that come within ten seconds replace each other. */
  readonly group: string;
  readonly isFirst: boolean;
  readonly kind: 'error' | 'success';
  readonly message: string;

  /** What can be done about it, and for which cluster. */
  readonly next: ObituaryView['action'];
  readonly cluster: string;
}

export class News {
  constructor(
    private readonly _trans: TranslationBundle,
    private readonly _now: () => number = Date.now
  ) {}

  /** What to tell of this event; null when it is no news, or was told before. */
  read({ name, data }: IEvent): INews | null {
    switch (name) {
      case 'died':
        return isObituary(data.obituary) ? this._died(data.obituary) : null;
      case 'wait-ended':
        return this._waited(data);
      default:
        return null;
    }
  }

  private _died(obituary: ObituaryView): INews | null {
    const { cluster, kind, name, when_s, cause, action } = obituary;
    if (!this._isNew(`${cluster}/${kind}/${name}/${when_s}`)) {
      return null;
    }
    const group = `${cluster}/died`;
    const before = this._groups.get(group);
    const isFirst = before === undefined || this._now() - before.at > TOGETHER_MS;
    const count = isFirst ? 1 : before.count + 1;
    this._groups.set(group, { at: this._now(), count });
    const who = `${kindWord(kind, this._trans)} ${name}`;
    const others = this._trans._n('One more died before. ', '%1 more died before. ', count - 1, count - 1);
    const message = `${count > 1 ? others : ''}${this._trans.__('%1 died: %2', who, cause)}`;
    return { group, isFirst, kind: 'error', message: cut(message), next: action, cluster };
  }

  private _waited({ cluster, waited_s, nodes, workers }: IEvent['data']): INews | null {
    if (typeof cluster !== 'string' || typeof waited_s !== 'number') {
      return null;
    }
    const there =
      Number(nodes) > 0 ? countNodes(Number(nodes), this._trans) : countWorkers(Number(workers), this._trans);
    const message = this._trans.__('The wait is over after %1: %2 at work.', formatSeconds(waited_s), there);
    return { group: `${cluster}/waited`, isFirst: true, kind: 'success', message, next: null, cluster };
  }

  private _isNew(key: string): boolean {
    const isNew = !this._told.has(key);
    this._told.add(key);
    return isNew;
  }

  private readonly _told = new Set<string>();
  private readonly _groups = new Map<string, { at: number; count: number }>();
}

function cut(text: string): string {
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST - 1)}…`;
}

function isObituary(value: unknown): value is ObituaryView {
  return typeof value === 'object' && value !== null && 'cause' in value && 'when_s' in value;
}
