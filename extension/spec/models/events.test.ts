import { IEvent, ServerEvents } from '../../src/models/events';
import { PaperEvents } from '../worlds';

function listen(source: PaperEvents): { events: ServerEvents; heard: IEvent[] } {
  const events = new ServerEvents(source);
  const heard: IEvent[] = [];
  events.heard.connect((_, event) => heard.push(event));
  return { events, heard };
}

describe('ServerEvents', () => {
  it("picks out Funicular's events and drops the version", () => {
    const source = new PaperEvents();
    const { events, heard } = listen(source);
    expect(events.isLive).toBe(false);

    source.stream.emit({ schema_id: 'https://events.jupyter.org/jupyter_server/kernel_actions/v1' });
    expect(events.isLive).toBe(false);

    source.say('cluster-gone', { name: 'lab-1' });
    expect(events.isLive).toBe(true);
    expect(heard).toEqual([{ name: 'cluster-gone', data: expect.objectContaining({ name: 'lab-1' }) }]);
  });

  it('finds out whether it hears, and gives up where it does not', () => {
    const source = new PaperEvents();
    const { events } = listen(source);
    events.hello();
    events.hello();
    expect(events.isLive).toBe(true);
    expect(source.emitted).toEqual(['https://events.funicular.dev/hello/v1']);

    const deaf = new PaperEvents();
    deaf.isOpen = false;
    const nothing = listen(deaf).events;
    Array.from({ length: 9 }).forEach(() => nothing.hello());
    expect(nothing.isLive).toBe(false);
    expect(deaf.emitted.length).toBe(5);
    new ServerEvents(null).hello();
  });

  it('hears nothing once it is disposed, nor where there is no stream', () => {
    const source = new PaperEvents();
    const { events, heard } = listen(source);
    events.dispose();
    source.say('cluster-gone', { name: 'lab-1' });

    expect(heard).toEqual([]);
    expect(new ServerEvents(null).isLive).toBe(false);
  });
});
