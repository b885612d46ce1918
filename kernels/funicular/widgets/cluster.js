// Draws the cluster's numbers in a cell. The kernel sends words and shares of one; buttons send wishes back.
const STYLE = `
.funicular-cluster { display: flex; flex-direction: column; gap: 6px; max-width: 34em; padding: 8px 0;
  font: 13px/1.4 var(--jp-ui-font-family, var(--vscode-font-family, sans-serif));
  color: var(--jp-ui-font-color1, var(--vscode-foreground, inherit)); }
.funicular-cluster p, .funicular-cluster ul { margin: 0; }
.funicular-cluster ul { padding-left: 1.2em; }
.funicular-cluster .head { font-weight: 600; }
.funicular-cluster .track { height: 6px; border-radius: 3px; overflow: hidden;
  background: var(--jp-border-color2, var(--vscode-widget-border, #bdbdbd)); }
.funicular-cluster .track > div { height: 100%; background: var(--jp-brand-color1, #1976d2); }
.funicular-cluster .buttons { display: flex; flex-wrap: wrap; gap: 6px; align-items: center; }
.funicular-cluster input { width: 5em; }
.funicular-cluster button, .funicular-cluster input { font: inherit; padding: 2px 8px; min-height: 24px; color: inherit;
  border: 1px solid var(--jp-border-color0, currentColor); border-radius: 2px;
  background: var(--jp-layout-color1, transparent); }
`;
const WAITS = 'Asked. If a cell is running, this happens when it ends.';
const SOON_MS = 400;

function make(tag, properties = {}, ...children) {
  const node = Object.assign(document.createElement(tag), properties);
  node.append(...children);
  return node;
}

function meter({ name, part, words }) {
  const fill = make('div');
  fill.style.width = `${100 * part}%`;
  const track = make('div', { className: 'track' }, fill);
  track.setAttribute('role', 'img');
  track.setAttribute('aria-label', `${name}: ${words}`);
  return make('div', {}, make('div', { textContent: words }), track);
}

function render({ model, el }) {
  const facts = make('div');
  const nodes = make('input', { type: 'number', min: 1, value: model.get('nodes') || 1, title: 'Nodes' });
  nodes.setAttribute('aria-label', 'Nodes');
  const scale = make('button', { type: 'button', textContent: 'Scale' });
  const stop = make('button', { type: 'button', textContent: 'Stop' });
  const note = make('p', { className: 'note' });
  note.setAttribute('role', 'status');
  const buttons = make('div', { className: 'buttons' }, nodes, scale, stop);
  el.append(make('style', { textContent: STYLE }), make('div', { className: 'funicular-cluster' }, facts, buttons, note));

  let asked = '';
  let isSure = false;
  const ask = message => {
    const id = (asked = `${Date.now()}`);
    model.send({ id, ...message });
    setTimeout(() => {
      if (model.get('answered').id !== id && asked === id) note.textContent = WAITS;
    }, SOON_MS);
  };
  const unsure = () => {
    isSure = false;
    stop.textContent = 'Stop';
  };
  scale.onclick = () => ask({ verb: 'scale', nodes: Math.max(1, Math.round(Number(nodes.value)) || 1) });
  stop.onclick = () => {
    if (!isSure) {
      isSure = true;
      stop.textContent = 'Stop: press again to end the cluster';
      return;
    }
    unsure();
    ask({ verb: 'stop' });
  };
  stop.onblur = unsure;

  let isDue = false;
  const drawSoon = () => {
    if (!isDue) requestAnimationFrame(draw);
    isDue = true;
  };
  const draw = () => {
    isDue = false;
    const [head, ...rest] = model.get('sentences');
    facts.replaceChildren(
      make('p', { className: 'head', textContent: head || '' }),
      ...model.get('meters').map(meter),
      make('ul', {}, ...rest.map(textContent => make('li', { textContent })))
    );
    stop.disabled = !model.get('is_there');
  };
  const answer = () => {
    note.textContent = model.get('answered').said || '';
  };
  for (const name of ['sentences', 'meters', 'is_there']) model.on(`change:${name}`, drawSoon);
  model.on('change:answered', answer);
  draw();
  model.send({ verb: 'seen' });
  return () => {
    for (const name of ['sentences', 'meters', 'is_there']) model.off(`change:${name}`, drawSoon);
    model.off('change:answered', answer);
    model.send({ verb: 'hidden' });
  };
}

export default { render };
