/** The one way to the server part: JSON in, JSON or a `ProblemError` out. */
import { URLExt } from '@jupyterlab/coreutils';
import { ServerConnection } from '@jupyterlab/services';

import { Problem } from '../contract.gen';

/** What a model needs of the server; tests hand in their own. */
export interface IServerApi {
  get(path: string): Promise<unknown>;
  post(path: string, body?: object): Promise<unknown>;
}

/** A problem of the server's, as an error whose message JupyterLab can show. */
export class ProblemError extends Error {
  constructor(readonly problem: Problem) {
    super(problem.message);
    this.name = 'ProblemError';
  }
}

export class ServerApi implements IServerApi {
  constructor(private readonly _settings: ServerConnection.ISettings) {}

  get(path: string): Promise<unknown> {
    return this._ask(path, { method: 'GET' });
  }

  post(path: string, body: object = {}): Promise<unknown> {
    return this._ask(path, { method: 'POST', body: JSON.stringify(body) });
  }

  private async _ask(path: string, init: RequestInit): Promise<unknown> {
    const url = URLExt.join(this._settings.baseUrl, 'funicular', 'api', path);
    let response: Response;
    try {
      response = await ServerConnection.makeRequest(url, init, this._settings);
    } catch (error) {
      throw new ProblemError(asProblem(error, 0));
    }
    const answer: unknown = await response.json().catch(() => undefined);
    if (!response.ok) {
      throw new ProblemError(isProblem(answer) ? answer : asProblem(response.statusText, response.status));
    }
    return answer;
  }
}

/** Whether this is the server's own problem object. */
export function isProblem(value: unknown): value is Problem {
  return typeof value === 'object' && value !== null && 'title' in value && 'message' in value;
}

/** Any other trouble (no network, a proxy's page) in the same shape. */
export function asProblem(error: unknown, status: number): Problem {
  const message = error instanceof Error ? error.message : String(error);
  return { type: 'about:blank', title: message, status, detail: '', next_step: '', message };
}
