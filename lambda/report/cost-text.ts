import { durationText, usdRangeText, usdText } from '../shared/summary';
import type { ReportDocument, UnknownCost, WarehouseCost } from './report-document';
import { minute } from './words';

const WHY_UNKNOWN: Record<UnknownCost, string> = {
  provisioned: 'a cluster is charged by its nodes, whatever it does',
  forbidden:
    'not known: the database user may not read `SYS_SERVERLESS_USAGE`; `GRANT ROLE sys:monitor` to it shows the next upgrade’s cost',
  'nothing recorded': 'not known: `SYS_SERVERLESS_USAGE` has no rows of that time; it keeps seven days',
  'no answer': 'not known: the warehouse did not answer in time',
  unreadable: 'not known: `SYS_SERVERLESS_USAGE` could not be read',
};

/** What was estimated and what was measured, as lines of Markdown. */
export function costText({ cost }: ReportDocument): string[] {
  const { estimatedSeconds, estimatedUsd, estimatedPartsSeconds, warehouses } = cost;
  const lines = [
    ...(estimatedSeconds === undefined
      ? []
      : [
          `- Estimated time of console, pipelines and migration: ${durationText(estimatedSeconds.likely)} (${durationText(estimatedSeconds.low)} to ${durationText(estimatedSeconds.high)})` +
            (estimatedPartsSeconds === undefined ? '' : `; it took ${durationText(estimatedPartsSeconds)}`) +
            '. Backups, pauses, capacity and approval are not in either.',
        ]),
    ...(estimatedUsd === undefined
      ? []
      : [
          `- Estimated cost of migrating the data: ${usdText(estimatedUsd.likely)}${estimatedUsd.high < 0.005 ? '' : ` (${usdRangeText(estimatedUsd)})`}.`,
        ]),
    ...warehouses.map((warehouse) => `- ${warehouse.name} (${warehouse.region}): ${measuredText(warehouse)}.`),
  ];
  const measured = warehouses.some(({ rpuHours }) => rpuHours !== undefined);
  return [
    ...(lines.length === 0 ? ['Nothing was estimated, nothing was measured: no data were moved.'] : lines),
    ...(measured ? ['', 'Measured is all that a warehouse charged in that time, other queries included.'] : []),
  ];
}

function measuredText({ rpuHours, usd, from, to, unknown }: WarehouseCost): string {
  if (rpuHours === undefined) return WHY_UNKNOWN[unknown ?? 'unreadable'];
  const span = from === undefined || to === undefined ? '' : ` from ${minute(from)} to ${minute(to)}`;
  const hours = rpuHours.toLocaleString('en', { maximumSignificantDigits: 3 });
  return `measured ${hours} RPU-hours${span}${usd === undefined ? '' : `, about ${usdRangeText(usd)} by region`}`;
}

/** The sum of what is known in dollars; undefined when nothing is. */
export function knownUsd(warehouses: readonly WarehouseCost[]): { low: number; high: number } | undefined {
  const known = warehouses.flatMap(({ usd }) => usd ?? []);
  if (known.length === 0) return undefined;
  return known.reduce((sum, { low, high }) => ({ low: sum.low + low, high: sum.high + high }), { low: 0, high: 0 });
}
