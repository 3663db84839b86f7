import type { ResultWriter } from './asl';
import { jsonCopy, toData, type Data, type Json } from './data';
import { describeExecution } from './describe';
import type { Execution } from './execution';
import type { MapItem, MapRun } from './map-run';

/** Files written so far, as manifest.json lists them. */
export interface ResultFiles {
  SUCCEEDED: ResultFile[];
  FAILED: ResultFile[];
  PENDING: ResultFile[];
}

interface ResultFile {
  Key: string;
  Size: number;
}

const PLAIN: Pick<ResultWriter, 'transformation' | 'outputType'> = { transformation: 'COMPACT', outputType: 'JSON' };

/**
 * Writes the results under `<prefix>/<Map Run id>/` and gives the Map state's result. Over redrives the manifest keeps
 * referring to everything that succeeded, and to what failed or is pending now.
 * Source: Developer Guide, input-output-resultwriter.
 */
export async function exportResults(
  mapRun: MapRun,
  destination: { readonly bucket: string; readonly prefix: string },
): Promise<Data> {
  const { bucket } = destination;
  const prefix = destination.prefix.replace(/\/+$/, '');
  const folder = `${prefix === '' ? '' : `${prefix}/`}${mapRun.id}`;
  const writer = mapRun.plan.writer ?? PLAIN;
  const { services, machine } = mapRun.parent;
  const put = async (name: string, body: string): Promise<ResultFile> => {
    const key = `${folder}/${name}`;
    const { roleArn, root } = machine;
    const resource = `arn:${root.partition}:s3:::${bucket}/${key}`;
    services.options.authorize?.({ roleArn, action: 's3:PutObject', resource });
    await services.options.putObject({ bucket, key, body, roleArn });
    return { Key: key, Size: Buffer.byteLength(body) };
  };
  const extension = writer.outputType === 'JSONL' ? 'jsonl' : 'json';
  const body = (items: readonly MapItem[]): string =>
    serialise(
      items.flatMap((item) => entries(item, writer)),
      writer,
    );

  const succeeded = mapRun.items.filter((item) => item.execution?.status === 'SUCCEEDED' && !mapRun.written.has(item));
  if (succeeded.length > 0) {
    mapRun.files.SUCCEEDED.push(await put(`SUCCEEDED_${mapRun.files.SUCCEEDED.length}.${extension}`, body(succeeded)));
  }
  const failed = mapRun.unsuccessful;
  mapRun.files.FAILED = failed.length === 0 ? [] : [await put(`FAILED_0.${extension}`, body(failed))];
  const pending = mapRun.items.filter(({ execution }) => execution === undefined);
  mapRun.files.PENDING = pending.length === 0 ? [] : [await put(`PENDING_0.${extension}`, body(pending))];
  for (const item of succeeded) mapRun.written.add(item);
  mapRun.failuresWritten = failed.length;
  const manifest = { DestinationBucket: bucket, MapRunArn: mapRun.arn, ResultFiles: mapRun.files };
  const { Key } = await put('manifest.json', JSON.stringify(manifest));
  return toData({ MapRunArn: mapRun.arn, ResultWriterDetails: { Bucket: bucket, Key } });
}

/** The Map state's result where nothing is exported: what the children returned, in the order of their items. */
export function formatResults(mapRun: MapRun): Data {
  const writer = mapRun.plan.writer ?? PLAIN;
  const results = mapRun.items.flatMap((item) => entries(item, writer));
  return toData(writer.outputType === 'JSONL' ? serialise(results, writer) : results);
}

function serialise(results: readonly Json[], writer: Pick<ResultWriter, 'outputType'>): string {
  return writer.outputType === 'JSONL'
    ? results.map((result) => JSON.stringify(result)).join('\n')
    : JSON.stringify(results);
}

/** An unsuccessful child is always told with its metadata, whatever the transformation. */
function entries({ execution, input }: MapItem, writer: Pick<ResultWriter, 'transformation'>): Json[] {
  if (execution === undefined) return [{ Input: input.json, InputDetails: { Included: true }, Status: 'PENDING' }];
  const output = execution.status === 'SUCCEEDED' ? execution.output : undefined;
  if (writer.transformation === 'NONE' || output === undefined) return [metadata(execution)];
  return writer.transformation === 'FLATTEN' && Array.isArray(output.value) ? output.value : [output.value];
}

const OMITTED: ReadonlySet<string> = new Set(['mapRunArn']);

/** DescribeExecution with capitals, as the result files have it. */
function metadata(execution: Execution): Json {
  const members = Object.entries(describeExecution(execution)).filter(([name]) => !OMITTED.has(name));
  return jsonCopy(
    Object.fromEntries(
      members.map(([name, value]) => [capitalised(name), name.endsWith('Details') ? { Included: true } : value]),
    ),
  );
}

function capitalised(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}
