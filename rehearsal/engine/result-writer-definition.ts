import type { ResultWriter } from './asl';
import type { Compiler, Scope } from './compiler';
import type { Fields } from './fields';
import type { Template } from './template';

const PUT_OBJECT = /^arn:[a-z-]+:states:::s3:putObject$/;

/** Compiles `ResultWriter`: export to S3, formatting, or both. Source: Developer Guide, input-output-resultwriter. */
export function compileResultWriter(fields: Fields, compiler: Compiler, scope: Scope): ResultWriter | undefined {
  const writer = fields.object('ResultWriter');
  if (writer === undefined) return undefined;
  const resource = writer.text('Resource');
  const call = writer.object('Arguments');
  const config = writer.object('WriterConfig');
  if (resource !== undefined && !PUT_OBJECT.test(resource)) {
    compiler.problem(`${writer.path}/Resource`, `this engine runs s3:putObject, not '${resource}'`);
  }
  if ((resource === undefined) !== (call === undefined) || (resource === undefined && config === undefined)) {
    compiler.problem(writer.path, 'needs Resource and Arguments, or WriterConfig, or all three');
  }
  const isText = (constant: unknown): boolean => typeof constant === 'string';
  const text = (name: string): Template | undefined =>
    compiler.single(
      call?.take(name),
      fields.path,
      `ResultWriter/Arguments/${name}`,
      [],
      scope,
      isText,
      'a string or a JSONata expression',
    );
  const bucket = text('Bucket');
  const prefix = text('Prefix');
  call?.refuseRest();
  if (call !== undefined && bucket === undefined) compiler.problem(`${call.path}/Bucket`, 'is required');
  const outputType = config?.oneOf('OutputType', ['JSON', 'JSONL']) ?? 'JSON';
  // Source: Developer Guide, input-output-resultwriter: NONE is the default when exporting.
  const transformation = config?.oneOf('Transformation', ['NONE', 'COMPACT', 'FLATTEN']) ?? 'NONE';
  config?.refuseRest();
  writer.refuseRest();
  return { destination: bucket === undefined ? undefined : { bucket, prefix }, transformation, outputType };
}
