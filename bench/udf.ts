import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import type { FunctionName } from '../lambda/udf/functions';
import { printTable } from './table';

type Handler = (event: unknown) => Promise<string>;
type Row = readonly (string | null)[];
interface Batch {
  external_function: string;
  arguments: readonly Row[];
}

/** Rows as the migration gives them to each function, the nth one, and how many of them are in a batch. */
const WORK: Record<FunctionName, { batch: number; row: (n: number) => Row }> = {
  parse_utm_from_url: { batch: 2_000, row: (n) => [pageUrl(n), referrer(n), referrer(n + 1)] },
  combine_json_list: { batch: 1_000, row: (n) => [`[${parameters(n, '},{')}]`] },
  convert_json_list: { batch: 1_000, row: (n) => [parameters(n, ',')] },
  rm_object_props: { batch: 1_000, row: (n) => [parameters(n, ','), 'category,name,brand,currency,price,quantity'] },
  transform_event_custom_props: { batch: 1_000, row: (n) => [parameters(n, ',')] },
  transform_user_custom_props: { batch: 1_000, row: (n) => [parameters(n, ',')] },
};

/** The bundled Lambda with the rows of each function, in this process; several times, because it gets faster as it runs. */
async function main(): Promise<void> {
  const { values } = parseArgs({ options: { rows: { type: 'string', default: '100000' } } });
  const rows = Number(values.rows);
  if (!Number.isSafeInteger(rows) || rows < 1) throw new RangeError(`--rows ${values.rows} is no number of rows`);
  const handler = await bundledHandler();
  const figures: (string | number)[][] = [];
  for (const [name, { batch, row }] of Object.entries(WORK)) {
    const made = Array.from({ length: Math.ceil(rows / batch) }, (_, at) => ({
      external_function: `app1.${name}`,
      arguments: Array.from({ length: Math.min(batch, rows - at * batch) }, (_, n) => row(at * batch + n)),
    }));
    // As it comes from Redshift: no text is still in pieces.
    const batches = JSON.parse(JSON.stringify(made)) as Batch[];
    for (const run of [1, 2, 3]) figures.push([name, run, rows, batch, ...(await measured(handler, batches))]);
  }
  printTable(['function', 'run', 'rows', 'rows a batch', 's', 'CPU s', 'rows/s', 'largest answer kB'], figures);
}

async function measured(handler: Handler, batches: readonly Batch[]): Promise<(string | number)[]> {
  const rows = batches.reduce((sum, batch) => sum + batch.arguments.length, 0);
  let largest = 0;
  const began = performance.now();
  const cpu = process.cpuUsage();
  for (const batch of batches) {
    const answer = await handler(batch);
    if (!answer.startsWith('{"success":true')) throw new Error(answer);
    largest = Math.max(largest, answer.length);
  }
  const { user, system } = process.cpuUsage(cpu);
  const seconds = (performance.now() - began) / 1_000;
  const cpuSeconds = (user + system) / 1_000_000;
  return [seconds.toFixed(2), cpuSeconds.toFixed(2), Math.round(rows / seconds), Math.round(largest / 1_000)];
}

/** As it is deployed. */
async function bundledHandler(): Promise<Handler> {
  process.env['POWERTOOLS_LOG_LEVEL'] = 'SILENT';
  const root = join(__dirname, '..');
  const folder = mkdtempSync(join(tmpdir(), 'udf-'));
  try {
    execFileSync(process.execPath, [join(root, 'lib', 'bundle-steps.mjs'), folder, 'udf']);
    const bundle = join(folder, 'udf', 'index.mjs');
    const { handler } = (await import(pathToFileURL(bundle).href)) as { handler: Handler };
    return handler;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function pageUrl(n: number): string {
  const page = `https://shop.example.com/category/${n % 50}/product-${n % 1_000}.html`;
  switch (n % 4) {
    case 0:
      return page;
    case 1:
      return `${page}?id=${n}&color=red&size=XL&name=%E4%B8%8A&back=%2Fhome%3Fx`;
    case 2:
      return `${page}?utm_source=newsletter&utm_medium=email&utm_campaign=spring%20${n % 30}&utm_id=${n}`;
    default:
      return `${page}?gclid=Cj0KCQ${n}&lang=zh&q=上海`;
  }
}

function referrer(n: number): string | null {
  const known = [
    'https://www.google.com/search?q=shoes',
    'https://www.baidu.com/s?wd=a&ie=utf-8',
    'https://m.facebook.com/',
  ];
  return [null, '', `https://shop.example.com/cart?step=${n}`, ...known][n % 6] ?? null;
}

function parameters(n: number, between: string): string {
  const properties = [
    `"sku":{"value":"A-${n}","type":"string","set_time_msec":1708282081550}`,
    `"price":{"value":"${(n % 500) + 0.5}","type":"number","set_time_msec":1708282081550}`,
    `"count":{"value":"${n % 7}","type":"number","set_time_msec":1708282081550}`,
    `"member":{"value":"${n % 2 === 0}","type":"boolean","set_time_msec":1708282081550}`,
    `"city":{"value":"上海","type":"string","set_time_msec":1708282081550}`,
  ];
  return `{${properties.join(between)}}`;
}

void main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
