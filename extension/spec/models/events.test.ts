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

  it('hears nothing once it is disposed, nor where there is no stream', () => {
    const source = new PaperEvents();
    const { events, heard } = listen(source);
    events.dispose();
    source.say('cluster-gone', { name: 'lab-1' });

    expect(heard).toEqual([]);
    expect(new ServerEvents(null).isLive).toBe(false);
  });
});
