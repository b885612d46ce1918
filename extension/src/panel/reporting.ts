/** What our commands share: how their arguments are described, and where their trouble goes. */
import { showErrorMessage } from '@jupyterlab/apputils';
import { TranslationBundle } from '@jupyterlab/translation';
import { ReadonlyJSONObject, ReadonlyPartialJSONObject } from '@lumino/coreutils';

/** The JSON schema of a command's arguments; `quiet` is one of all of them. */
export function describeArgs(
  properties: ReadonlyJSONObject,
  trans: TranslationBundle,
  required: readonly string[] = []
): { args: ReadonlyJSONObject } {
  const quiet = { type: 'boolean', description: trans.__('Leave errors to the caller: show no dialog') };
  return { args: { type: 'object', properties: { ...properties, quiet }, required: [...required] } };
}

/** Do it; an error is shown in a dialog, or thrown where the caller shows it. */
export async function reporting<T>(
  args: ReadonlyPartialJSONObject,
  title: string,
  act: () => Promise<T>
): Promise<T | undefined> {
  try {
    return await act();
  } catch (error) {
    if (args.quiet) {
      throw error;
    }
    await showErrorMessage(title, error instanceof Error ? error.message : String(error));
    return undefined;
  }
}
