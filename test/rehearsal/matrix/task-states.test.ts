import { taskStates } from '../../../rehearsal/matrix/task-states';

const DEFINITION = {
  States: {
    Ask: { Type: 'Task', Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken' },
    Each: {
      Type: 'Map',
      ItemProcessor: {
        States: {
          Inner: {
            Type: 'Map',
            ItemProcessor: { States: { Deep: { Type: 'Task', Resource: 'arn:aws:states:::lambda:invoke' } } },
          },
          Rest: { Type: 'Wait' },
        },
      },
    },
    Fork: { Type: 'Parallel', Branches: [{ States: { Left: { Type: 'Task' } } }] },
    End: { Type: 'Succeed' },
  },
};

describe('The Task states of a machine', () => {
  it('are those of Maps and branches as well, in the order of the definition', () => {
    expect(taskStates('m', DEFINITION)).toEqual([
      { machine: 'm', state: 'Ask', isCallback: true },
      { machine: 'm', state: 'Deep', isCallback: false },
      { machine: 'm', state: 'Left', isCallback: false },
    ]);
  });

  it('are none where there are no states', () => {
    expect(taskStates('m', {})).toEqual([]);
  });
});
