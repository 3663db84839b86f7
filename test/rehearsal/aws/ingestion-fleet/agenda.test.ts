import { Agenda } from '../../../../rehearsal/aws/ingestion-fleet/agenda';
import { ServingRecord } from '../../../../rehearsal/aws/ingestion-fleet/serving-record';
import { VirtualClock } from '../../../../rehearsal/clock';

describe('the agenda of a fleet', () => {
  it('lets everything that is due happen at its own time, also what comes of it', async () => {
    const clock = new VirtualClock(1_000);
    const agenda = new Agenda(clock);
    const happened: [string, number][] = [];
    agenda.after(50, () => {
      happened.push(['first', agenda.now()]);
      agenda.after(20, () => happened.push(['of it', agenda.now()]));
    });
    agenda.after(60, () => happened.push(['second', agenda.now()]));
    agenda.after(500, () => happened.push(['not yet', agenda.now()]));
    const cancel = agenda.after(55, () => happened.push(['cancelled', agenda.now()]));
    cancel();
    await clock.sleep(100);
    expect(happened).toEqual([]);
    agenda.catchUp();

    expect(happened).toEqual([
      ['first', 1_050],
      ['second', 1_060],
      ['of it', 1_070],
    ]);
    expect(agenda.now()).toBe(1_100);
    clock.close();
  });
});

describe('the record of what a fleet serves', () => {
  it('tells the least since a moment, the capacity of that moment included', () => {
    const record = new ServingRecord();
    record.note(10, 4);
    record.note(20, 1);
    record.note(30, 3);
    record.note(40, 2);
    record.note(40, 5);

    expect([record.leastSince(), record.leastSince(25), record.leastSince(30), record.leastSince(50)]).toEqual([
      1, 1, 3, 5,
    ]);
    expect([record.now, record.most]).toEqual([5, 5]);
  });
});
