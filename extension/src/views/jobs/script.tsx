/** A job's script in a window, to read and to copy: the way out to plain use of the scheduler. */
import { Dialog, showDialog } from '@jupyterlab/apputils';
import { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

export async function showScript(job: string, script: string, trans: TranslationBundle): Promise<void> {
  const result = await showDialog({
    title: trans.__('The script of job %1', job),
    body: (
      <>
        <p>{trans.__('This is what Funicular gave to the scheduler. You could submit it by hand.')}</p>
        <pre className="jp-funicular-script" tabIndex={0}>
          {script}
        </pre>
      </>
    ),
    buttons: [
      Dialog.cancelButton({ label: trans.__('Close') }),
      Dialog.okButton({ label: trans.__('Copy'), caption: trans.__('Copy the script to the clipboard') })
    ]
  });
  if (result.button.accept) {
    await navigator.clipboard.writeText(script);
  }
}
