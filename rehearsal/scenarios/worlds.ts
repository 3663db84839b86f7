import type { Scenario } from './scenario';

/** Two projects in two regions, three apps, a month of data. */
export const TWO_PROJECTS: Scenario['world'] = {
  days: 30,
  projects: [
    {
      projectId: 'shop_f3kx',
      region: 'eu-west-1',
      apps: [
        { appId: 'webshop', timezone: 'Europe/Berlin', share: 5 },
        { appId: 'mobileshop', timezone: 'America/New_York', share: 3 },
      ],
    },
    {
      projectId: 'game_q8tz',
      region: 'ap-southeast-1',
      apps: [{ appId: 'puzzle', timezone: 'Asia/Singapore', share: 2 }],
    },
  ],
};

/** One app: the smallest world. */
export const ONE_APP: Scenario['world'] = {
  days: 6,
  projects: [{ projectId: 'shop_f3kx', region: 'eu-west-1', apps: [{ appId: 'webshop', timezone: 'Europe/Berlin' }] }],
};

/** Two apps of one project: neighbours on the same warehouse. */
export const TWO_APPS: Scenario['world'] = {
  days: 6,
  projects: [
    {
      projectId: 'shop_f3kx',
      region: 'eu-west-1',
      apps: [
        { appId: 'webshop', timezone: 'Europe/Berlin' },
        { appId: 'mobileshop', timezone: 'America/New_York' },
      ],
    },
  ],
};

/** Migrated in several calls, so that a run has steps to fail in. */
export const SEVERAL_WINDOWS = { eventsPerWindow: 1000 };

/** What most operators come from, and the release they go to. */
export const BEFORE_UPGRADE = 'v1.1.5-202403071513';
export const RELEASE = 'v1.1.7';

/** Input `projects` with the reporting time zone of every app. */
export function timezonesOf(projects: Scenario['world']['projects']): object[] {
  return projects.map(({ projectId, apps }) => ({
    projectId,
    apps: apps.map(({ appId, timezone }) => ({ appId, timezone })),
  }));
}
