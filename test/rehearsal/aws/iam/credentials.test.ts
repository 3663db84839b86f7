import { Credentials, type KnownCredentials } from '../../../../rehearsal/aws/iam/credentials';
import { VirtualClock } from '../../../../rehearsal/clock';

const ROLE = 'arn:aws:iam::111122223333:role/reader';
const HOUR_MS = 3_600_000;

describe('Temporary credentials', () => {
  it('of a later account are none that somebody has from the account before', () => {
    const known = new Map<string, KnownCredentials>();
    const before = new Credentials(new VirtualClock(Date.UTC(2026, 0, 2)), known).issueForRole(ROLE, 'step', HOUR_MS);
    const later = new Credentials(new VirtualClock(Date.UTC(2026, 0, 1)), known);
    const after = later.issueForRole(ROLE, 'step', HOUR_MS);

    expect(after.accessKeyId).not.toBe(before.accessKeyId);
    expect(later.find(before.accessKeyId)?.expiration).toEqual(before.expiration);
  });

  it('are the same ones in every run', () => {
    const issue = (): string =>
      new Credentials(new VirtualClock(Date.UTC(2026, 0, 1))).issueForRole(ROLE, 'step').accessKeyId;
    expect(issue()).toBe(issue());
  });
});
