import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { upgradeInput } from '../lambda/inspect-and-plan/input';

/** Makes docs/input.md from the schema that reads the input: `npx tsx docs/generate-input.ts`. A test compares the two. */
export const INPUT_DOCS = join(__dirname, 'input.md');

/** The members of JSON Schema that the input's schema has. */
interface Node {
  description?: string;
  default?: unknown;
  type?: string;
  enum?: unknown[];
  const?: unknown;
  minimum?: number;
  maximum?: number;
  anyOf?: Node[];
  items?: Node;
  properties?: Record<string, Node>;
  additionalProperties?: Node | boolean;
}

interface Row {
  path: string;
  values: string;
  byDefault: string;
  meaning: string;
}

const EXAMPLE = {
  mode: 'execute',
  planHash: '0f3c…',
  console: { stackName: 'clickstream-console', targetVersion: 'v1.1.7' },
  projects: [
    { projectId: 'shop', timezone: 'Asia/Shanghai', apps: [{ appId: 'web' }, { appId: 'ios', timezone: 'UTC' }] },
  ],
  migration: { days: 30, rpu: 64 },
};

export function inputDocs(): string {
  const schema = z.toJSONSchema(upgradeInput, { io: 'input' }) as Node;
  return [
    '# Input of an execution',
    '',
    'Everything is optional. `{}` looks at everything it can find, changes nothing, and ends with the plan as its output.',
    '',
    '```json',
    JSON.stringify(EXAMPLE, null, 2),
    '```',
    '',
    ...table(rowsOf(schema, '')),
    '',
    'Anything else is refused: one error lists every problem with its path, before anything is touched.',
    '',
    'This page is made from the schema that reads the input: `npx tsx docs/generate-input.ts`.',
    '',
  ].join('\n');
}

function rowsOf(node: Node, path: string): Row[] {
  const options = [node, ...(node.anyOf ?? [])];
  const own = node.description === undefined ? [] : [rowOf(node, path)];
  const inside = options.flatMap((option) => [
    ...Object.entries(option.properties ?? {}).flatMap(([name, child]) =>
      rowsOf(child, path === '' ? name : `${path}.${name}`),
    ),
    ...(option.items === undefined ? [] : rowsOf(option.items, `${path}[]`)),
  ]);
  return [...own, ...inside];
}

function rowOf(node: Node, path: string): Row {
  return {
    path: `\`${path}\``,
    values: valuesOf(node),
    byDefault: node.default === undefined ? '–' : `\`${JSON.stringify(node.default)}\``,
    meaning: node.description ?? '',
  };
}

function valuesOf(node: Node): string {
  if (node.anyOf !== undefined) return node.anyOf.map(valuesOf).join(' or ');
  if (node.const !== undefined) return `\`${JSON.stringify(node.const)}\``;
  if (node.enum !== undefined) return node.enum.map((value) => `\`${JSON.stringify(value)}\``).join(', ');
  if (node.type === 'array') return 'list';
  if (typeof node.additionalProperties === 'object') return 'object of texts';
  if (node.type === 'integer') return rangeOf(node);
  return node.type === 'boolean' ? '`true`, `false`' : 'text';
}

function rangeOf({ minimum, maximum }: Node): string {
  const isBounded = minimum !== undefined && minimum > Number.MIN_SAFE_INTEGER;
  if (!isBounded || maximum === undefined) return 'whole number';
  return `${minimum.toLocaleString('en')} to ${maximum.toLocaleString('en')}`;
}

/** Columns padded as prettier does. */
function table(rows: Row[]): string[] {
  const cells = [
    ['Field', 'Values', 'Default', 'Meaning'],
    ...rows.map(({ path, values, byDefault, meaning }) => [path, values, byDefault, meaning]),
  ];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  const line = (row: string[], filler = ' '): string =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0, filler)).join(' | ')} |`;
  const [head = [], ...body] = cells;
  return [line(head), line(['', '', '', ''], '-'), ...body.map((row) => line(row))];
}

if (require.main === module) writeFileSync(INPUT_DOCS, inputDocs());
