import { isOfOtherVersion, isOfTemplate, type LaunchedFrom } from '../../../lambda/replace-instances/fleet';
import { fleet } from './fleets';

const named = (id: string, version: string): LaunchedFrom => ({
  LaunchTemplate: { LaunchTemplateId: id, Version: version },
});

describe('whether an instance is new', () => {
  it.each<[string, LaunchedFrom, boolean]>([
    ['one of the group’s template is', named('lt-1', '3'), true],
    ['one of an older version of it is', named('lt-1', '2'), true],
    ['one of another template is not', named('lt-2', '3'), false],
    ['one that names nothing, as after its launch configuration was deleted, is not', {}, false],
  ])('%s', (_, instance, expected) => {
    expect(isOfTemplate(instance, fleet())).toBe(expected);
  });

  it('is never said of a group without a template', () => {
    expect(isOfTemplate({}, fleet({ group: { template: undefined } }))).toBe(false);
  });
});

describe('whether an instance is of another version', () => {
  it('is told where the group names its version by number', () => {
    expect(isOfOtherVersion(named('lt-1', '2'), fleet())).toBe(true);
    expect(isOfOtherVersion(named('lt-1', '3'), fleet())).toBe(false);
    expect(isOfOtherVersion(named('lt-2', '2'), fleet())).toBe(false);
  });

  it.each(['$Latest', '$Default'])('is not told where the group says %s', (version) => {
    expect(isOfOtherVersion(named('lt-1', '2'), fleet({ group: { template: { id: 'lt-1', version } } }))).toBe(false);
  });
});
