import fc from 'fast-check';
import { decideRestore, type RestoreAction } from '../../../lambda/scale-warehouse/restore';
import { decideUp, type UpAction } from '../../../lambda/scale-warehouse/scale-up';
import {
  NOTHING_GIVEN,
  type Change,
  type HeldWorkgroup,
  type Workgroup,
} from '../../../lambda/scale-warehouse/settings';
import { readWorkgroup } from '../../../lambda/scale-warehouse/workgroup';

const workgroup = (changes: Partial<Workgroup> = {}): Workgroup => ({
  status: 'AVAILABLE',
  baseRpu: 32,
  maxQuerySeconds: 86_399,
  ...changes,
});
const held = (changes: Partial<HeldWorkgroup> = {}): HeldWorkgroup => ({
  original: { baseRpu: 32, maxQuerySeconds: 86_399 },
  given: { ...NOTHING_GIVEN, baseRpu: [64] },
  holders: ['shop'],
  ...changes,
});
const up = (now: Workgroup, hold?: HeldWorkgroup, rpu: number | undefined = 64): UpAction =>
  decideUp({ workgroup: now, held: hold, holder: 'shop', rpu });
const restore = (now: Workgroup, hold?: HeldWorkgroup, living: string[] = []): RestoreAction =>
  decideRestore({ workgroup: now, held: hold, holder: 'shop', living });

describe('Scale Redshift up', () => {
  test('notes down what the workgroup was before it changes anything', () => {
    expect(up(workgroup({ baseRpu: 32, maxRpu: 48, maxQuerySeconds: 14_400 }))).toEqual({
      do: 'take',
      original: { baseRpu: 32, maxRpu: 48, maxQuerySeconds: 14_400 },
      given: { targetOff: false, baseRpu: [64], maxRpu: [64], maxQuerySeconds: [86_399] },
    });
  });

  test('takes no hold where nothing has to change', () => {
    expect(up(workgroup({ baseRpu: 64 }))).toMatchObject({ do: 'done' });
    expect(up(workgroup({ baseRpu: 128, maxRpu: 128 }))).toMatchObject({ do: 'done' });
  });

  test('joins a hold also where nothing is left to change, so that nobody lowers it meanwhile', () => {
    expect(up(workgroup({ baseRpu: 64 }), held({ holders: ['other'] }))).toMatchObject({ do: 'take' });
    expect(
      decideUp({
        workgroup: workgroup({ baseRpu: 64 }),
        held: held({ holders: ['other'] }),
        holder: 'shop',
        rpu: undefined,
      }),
    ).toMatchObject({ do: 'take' });
  });

  test('wants more than another project does: the hold says so first', () => {
    expect(up(workgroup({ baseRpu: 64 }), held(), 128)).toMatchObject({ do: 'take', given: { baseRpu: [64, 128] } });
    expect(up(workgroup({ baseRpu: 64 }), held({ given: { ...NOTHING_GIVEN, baseRpu: [64, 128] } }), 128)).toEqual({
      do: 'change',
      change: { set: 'base', rpu: 128 },
    });
  });

  test('wants less than another project does: nothing is lowered', () => {
    expect(up(workgroup({ baseRpu: 128 }), held({ given: { ...NOTHING_GIVEN, baseRpu: [128] } }), 64)).toMatchObject({
      do: 'done',
    });
  });

  test('changes one setting at a time: target, maximum, base, limit on queries', () => {
    const original = { baseRpu: -1, targetLevel: 50, maxRpu: 48, maxQuerySeconds: 14_400 };
    const given = { targetOff: true, baseRpu: [64], maxRpu: [64], maxQuerySeconds: [86_399] };
    let now: Workgroup = { status: 'AVAILABLE', ...original };
    const seen: Change[] = [];
    for (
      let action = up(now, held({ original, given }));
      action.do === 'change';
      action = up(now, held({ original, given }))
    ) {
      seen.push(action.change);
      now = changed(now, action.change);
    }
    expect(seen).toEqual([
      { set: 'target', level: 'off' },
      { set: 'max', rpu: 64 },
      { set: 'base', rpu: 64 },
      { set: 'query limit', seconds: 86_399 },
    ]);
  });

  test.each(['MODIFYING', 'CREATING'])('waits while the workgroup is %s', (status) => {
    expect(up(workgroup({ status }), held())).toEqual({ do: 'wait', status });
    expect(up(workgroup({ status }))).toEqual({ do: 'wait', status });
  });

  test('joins a hold while the workgroup is being changed, and notes down nothing of what it shows by then', () => {
    const action = up(workgroup({ status: 'MODIFYING', baseRpu: 48 }), held({ holders: ['other'] }));
    expect(action).toEqual({ do: 'take', original: held().original, given: held().given });
  });

  test('fails on a workgroup that is being deleted', () => {
    expect(up(workgroup({ status: 'DELETING' }))).toMatchObject({ do: 'fail' });
  });

  test('raises only the limit on queries where the plan leaves capacity alone, and not one that is off', () => {
    const look = (maxQuerySeconds: number): UpAction =>
      decideUp({
        workgroup: workgroup({ baseRpu: 8, maxQuerySeconds }),
        held: undefined,
        holder: 'shop',
        rpu: undefined,
      });
    expect(look(14_400)).toMatchObject({ do: 'take', given: { baseRpu: [], maxQuerySeconds: [86_399] } });
    expect(look(0)).toMatchObject({ do: 'done' });
  });
});

describe('Restore capacity', () => {
  test('lets go first, and not before the last call of the project has ended', () => {
    expect(restore(workgroup({ baseRpu: 64 }), held(), ['app1 events'])).toEqual({
      do: 'wait',
      for: 'still at work: app1 events',
    });
    expect(restore(workgroup({ baseRpu: 64 }), held())).toEqual({ do: 'release' });
  });

  test('leaves the workgroup to the projects that still need it', () => {
    expect(restore(workgroup({ baseRpu: 64 }), held({ holders: ['a', 'b'] }))).toEqual({
      do: 'done',
      text: 'still needed by a, b',
    });
  });

  test('puts the base back before the maximum', () => {
    const hold = held({
      holders: [],
      original: { baseRpu: 32, maxRpu: 48, maxQuerySeconds: 14_400 },
      given: { targetOff: false, baseRpu: [64], maxRpu: [64], maxQuerySeconds: [86_399] },
    });
    const now = workgroup({ baseRpu: 64, maxRpu: 64 });
    expect(restorations(now, hold)).toEqual([
      { set: 'base', rpu: 32 },
      { set: 'max', rpu: 48 },
      { set: 'query limit', seconds: 14_400 },
    ]);
  });

  test('switches the price-performance target on again instead of setting a base', () => {
    const hold = held({
      holders: [],
      original: { baseRpu: -1, targetLevel: 75 },
      given: { ...NOTHING_GIVEN, targetOff: true, baseRpu: [64] },
    });
    expect(restorations(workgroup({ baseRpu: 64 }), hold)).toEqual([{ set: 'target', level: 75 }]);
    // Redshift’s own base, which was large enough to be left.
    expect(restorations(workgroup({ baseRpu: 128 }), hold)).toEqual([{ set: 'target', level: 75 }]);
  });

  test('leaves what somebody else changed, and tells it', () => {
    const hold = held({ holders: [], original: { baseRpu: 32, maxQuerySeconds: 14_400 } });
    expect(restore(workgroup({ baseRpu: 96 }), hold)).toEqual({
      do: 'restored',
      left: ['the base capacity is 96 RPU, it was 32'],
    });
    expect(restore(workgroup({ baseRpu: -1, targetLevel: 50 }), hold)).toEqual({
      do: 'restored',
      left: ['a price-performance target was switched on'],
    });
  });

  test('keeps a maximum that somebody else’s base needs', () => {
    const hold = held({
      holders: [],
      original: { baseRpu: 32, maxRpu: 48 },
      given: { ...NOTHING_GIVEN, baseRpu: [64], maxRpu: [64] },
    });
    expect(restore(workgroup({ baseRpu: 56, maxRpu: 64 }), hold)).toEqual({
      do: 'restored',
      left: ['the base capacity is 56 RPU, it was 32', 'the maximum capacity is 64, it was 48 RPU'],
    });
  });

  test('knows every value that it has given as its own', () => {
    const hold = held({ holders: [], given: { ...NOTHING_GIVEN, baseRpu: [64, 128] } });
    for (const baseRpu of [64, 128]) {
      expect(restore(workgroup({ baseRpu }), hold)).toEqual({ do: 'change', change: { set: 'base', rpu: 32 } });
    }
  });

  test('waits for a change under way, and gives a workgroup that is being deleted up', () => {
    expect(restore(workgroup({ status: 'MODIFYING' }), held({ holders: [] }))).toMatchObject({ do: 'wait' });
    expect(restore(workgroup({ status: 'DELETING' }), held({ holders: [] }))).toMatchObject({ do: 'restored' });
    expect(restore(workgroup())).toMatchObject({ do: 'done' });
  });
});

test('Whatever a workgroup is, scaling up and restoring leads back to it, and never lets the base exceed the maximum', () => {
  const rpus = fc.constantFrom(8, 32, 64, 128, 256);
  const any = fc.record({
    baseRpu: rpus,
    maxRpu: fc.option(rpus, { nil: undefined }),
    targetLevel: fc.option(fc.constantFrom(1, 50, 100), { nil: undefined }),
    maxQuerySeconds: fc.option(fc.constantFrom(0, 14_400, 86_399), { nil: undefined }),
  });
  fc.assert(
    fc.property(any, fc.option(rpus, { nil: undefined }), ({ baseRpu, maxRpu, targetLevel, maxQuerySeconds }, rpu) => {
      fc.pre(maxRpu === undefined || baseRpu <= maxRpu);
      const start: Workgroup = {
        status: 'AVAILABLE',
        baseRpu: targetLevel === undefined ? baseRpu : -1,
        ...(maxRpu === undefined ? {} : { maxRpu }),
        ...(targetLevel === undefined ? {} : { targetLevel }),
        ...(maxQuerySeconds === undefined ? {} : { maxQuerySeconds }),
      };
      let now = start;
      let hold: HeldWorkgroup | undefined;
      for (let pass = 0; pass < 10; pass += 1) {
        const action = decideUp({ workgroup: now, held: hold, holder: 'shop', rpu });
        if (action.do === 'take') hold = { original: action.original, given: action.given, holders: ['shop'] };
        if (action.do === 'change') now = checked(changed(now, action.change));
        if (action.do === 'done') break;
      }
      if (rpu !== undefined) expect(now.baseRpu).toBeGreaterThanOrEqual(rpu);
      for (const change of restorations(now, hold === undefined ? undefined : { ...hold, holders: [] })) {
        now = checked(changed(now, change));
      }
      expect(now).toEqual(start);
    }),
  );
});

describe('What GetWorkgroup tells', () => {
  test('is read without limits that are none', () => {
    expect(
      readWorkgroup({
        status: 'AVAILABLE',
        baseCapacity: 64,
        maxCapacity: -1,
        pricePerformanceTarget: { status: 'DISABLED', level: 0 },
        configParameters: [{ parameterKey: 'max_query_execution_time', parameterValue: '14400' }],
      }),
    ).toEqual({ status: 'AVAILABLE', baseRpu: 64, maxQuerySeconds: 14_400 });
  });

  test('leaves a limit on queries alone where queues are configured', () => {
    const configParameters = [
      { parameterKey: 'max_query_execution_time', parameterValue: '14400' },
      { parameterKey: 'wlm_json_configuration', parameterValue: '[{"name":"etl"}]' },
    ];
    expect(readWorkgroup({ status: 'AVAILABLE', baseCapacity: 8, configParameters })).toEqual({
      status: 'AVAILABLE',
      baseRpu: 8,
    });
  });
});

/** Every change that putting a workgroup back takes, in order. */
function restorations(from: Workgroup, hold: HeldWorkgroup | undefined): Change[] {
  const changes: Change[] = [];
  let now = from;
  for (let action = restore(now, hold); action.do === 'change'; action = restore(now, hold)) {
    changes.push(action.change);
    now = changed(now, action.change);
  }
  return changes;
}

/** What Redshift makes of a workgroup; without the target the base is one of its own. */
function changed(now: Workgroup, change: Change): Workgroup {
  switch (change.set) {
    case 'target': {
      const next = { ...now };
      delete next.targetLevel;
      return change.level === 'off'
        ? { ...next, baseRpu: Math.min(16, now.maxRpu ?? 16) }
        : { ...next, baseRpu: -1, targetLevel: change.level };
    }
    case 'max':
      return { ...now, maxRpu: change.rpu };
    case 'base':
      return { ...now, baseRpu: change.rpu };
    case 'query limit':
      return { ...now, maxQuerySeconds: change.seconds };
  }
}

function checked(now: Workgroup): Workgroup {
  if (now.maxRpu !== undefined) expect(now.baseRpu).toBeLessThanOrEqual(now.maxRpu);
  return now;
}
