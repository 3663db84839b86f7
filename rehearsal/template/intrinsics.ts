import { pseudoParameter, type DeploymentEnvironment } from './environment';
import { identify, namePropertyOf, type ResourceIdentity } from './resource-types';

/** The parts of a template that intrinsic functions read. */
export interface RawTemplate {
  Parameters?: Record<string, { Type: string; Default?: unknown }>;
  Conditions?: Record<string, unknown>;
  Mappings?: Record<string, Record<string, Record<string, unknown>>>;
  Resources: Record<string, RawResource>;
  Outputs?: Record<string, { Value: unknown; Description?: string; Condition?: string; Export?: { Name: unknown } }>;
}

export interface RawResource {
  Type: string;
  Properties?: Record<string, unknown>;
  Condition?: string;
}

/** A template that a rehearsal cannot read; `path` tells where, for example `Resources.Table.Properties.TableName`. */
export class TemplateError extends Error {
  override readonly name = 'TemplateError';
  constructor(
    readonly path: string,
    problem: string,
  ) {
    super(`${path}: ${problem}`);
  }
}

/** Stands for `AWS::NoValue` until the property or list item that holds it is left out. */
const NO_VALUE = Symbol('AWS::NoValue');

type IntrinsicFunction = (argument: unknown, path: string) => unknown;

/**
 * Works out the intrinsic functions of one template for one environment.
 * Throws TemplateError, with the path, for whatever it does not support: a guessed value would rehearse another stack.
 * Source: CloudFormation User Guide, intrinsic-function-reference
 */
export class IntrinsicResolver {
  private readonly identities = new Map<string, ResourceIdentity>();
  private readonly conditions = new Map<string, boolean>();
  private readonly evaluating = new Set<string>();
  private readonly functions: Record<string, IntrinsicFunction>;

  constructor(
    private readonly template: RawTemplate,
    private readonly environment: DeploymentEnvironment,
  ) {
    this.functions = {
      Ref: (argument, path) => this.ref(this.text(argument, path), path),
      'Fn::GetAtt': (argument, path) => this.getAtt(argument, path),
      'Fn::Join': (argument, path) => this.join(argument, path),
      'Fn::Sub': (argument, path) => this.sub(argument, path),
      'Fn::Select': (argument, path) => this.select(argument, path),
      'Fn::Split': (argument, path) => this.split(argument, path),
      'Fn::FindInMap': (argument, path) => this.findInMap(argument, path),
      'Fn::If': (argument, path) => this.choose(argument, path),
      'Fn::Equals': (argument, path) => this.equals(argument, path),
      'Fn::Not': (argument, path) => !this.truths(argument, path)[0],
      'Fn::And': (argument, path) => this.truths(argument, path).every(Boolean),
      'Fn::Or': (argument, path) => this.truths(argument, path).some(Boolean),
      Condition: (argument, path) => this.condition(this.text(argument, path), path),
    };
  }

  /** The value with every intrinsic function replaced by what CloudFormation would put there. */
  resolve(value: unknown, path: string): unknown {
    const resolved = this.evaluate(value, path);
    if (resolved === NO_VALUE) throw new TemplateError(path, 'AWS::NoValue where a value is needed');
    return resolved;
  }

  /** Resolves to text; numbers and booleans become text, as CloudFormation does. */
  text(value: unknown, path: string): string {
    const resolved = this.resolve(value, path);
    if (typeof resolved === 'string') return resolved;
    if (typeof resolved === 'number' || typeof resolved === 'boolean') return String(resolved);
    throw new TemplateError(path, `text expected, found ${JSON.stringify(resolved)}`);
  }

  /** Whether a named condition holds. */
  condition(name: string, path: string): boolean {
    const known = this.conditions.get(name);
    if (known !== undefined) return known;
    const definition = this.template.Conditions?.[name];
    if (definition === undefined) throw new TemplateError(path, `there is no condition ${name}`);
    const holds = this.once(`condition ${name}`, path, () => this.truth(definition, `Conditions.${name}`));
    this.conditions.set(name, holds);
    return holds;
  }

  /** Identity (name, ARN, attributes) of a resource of the template. */
  identity(logicalId: string, path: string): ResourceIdentity {
    const known = this.identities.get(logicalId);
    if (known !== undefined) return known;
    const resource = this.template.Resources[logicalId];
    if (resource === undefined) throw new TemplateError(path, `there is no resource or parameter ${logicalId}`);
    if (resource.Condition !== undefined && !this.condition(resource.Condition, path)) {
      throw new TemplateError(
        path,
        `refers to ${logicalId}, which is not created because condition ${resource.Condition} is false`,
      );
    }
    const own = `Resources.${logicalId}.Properties`;
    const found = this.once(`resource ${logicalId}`, path, () => {
      const nameProperty = namePropertyOf(resource.Type);
      const given = nameProperty === undefined ? undefined : resource.Properties?.[nameProperty];
      const name = given === undefined ? undefined : this.text(given, `${own}.${nameProperty ?? ''}`);
      const iamPath = resource.Properties?.['Path'];
      const properties = iamPath === undefined ? {} : { Path: this.resolve(iamPath, `${own}.Path`) };
      return identify(resource.Type, logicalId, name, properties, this.environment);
    });
    if (found === undefined)
      throw new TemplateError(path, `refers to ${logicalId}: ${resource.Type} has no identity in a rehearsal`);
    this.identities.set(logicalId, found);
    return found;
  }

  private evaluate(value: unknown, path: string): unknown {
    if (Array.isArray(value)) {
      return value.map((item, index) => this.evaluate(item, `${path}[${index}]`)).filter((item) => item !== NO_VALUE);
    }
    if (!isRecord(value)) return value;
    const keys = Object.keys(value);
    const only = keys.length === 1 ? keys[0] : undefined;
    if (only !== undefined) {
      const intrinsic = Object.hasOwn(this.functions, only) ? this.functions[only] : undefined;
      // An IAM statement may hold a single member named Condition; only text makes it the intrinsic.
      if (intrinsic !== undefined && (only !== 'Condition' || typeof value[only] === 'string')) {
        return intrinsic(value[only], `${path}.${only}`);
      }
    }
    const unsupported = keys.find((key) => key.startsWith('Fn::'));
    if (unsupported !== undefined) throw new TemplateError(path, `${unsupported} is not supported here`);
    const entries = Object.entries(value)
      .map(([key, item]) => [key, this.evaluate(item, `${path}.${key}`)] as const)
      .filter(([, item]) => item !== NO_VALUE);
    return Object.fromEntries(entries);
  }

  private ref(name: string, path: string): unknown {
    if (name === 'AWS::NoValue') return NO_VALUE;
    const pseudo = pseudoParameter(name, this.environment);
    if (pseudo !== undefined) return pseudo;
    const parameter = this.template.Parameters?.[name];
    return parameter === undefined ? this.identity(name, path).ref : this.parameter(name, parameter, path);
  }

  private parameter(name: string, parameter: { Type: string; Default?: unknown }, path: string): unknown {
    const given = this.environment.parameters?.[name];
    if (given === undefined && parameter.Type.startsWith('AWS::SSM::')) {
      throw new TemplateError(path, `parameter ${name} is read from SSM; a rehearsal must be given its value`);
    }
    const value = given ?? parameter.Default;
    if (value === undefined) throw new TemplateError(path, `parameter ${name} has neither a value nor a default`);
    const isList = parameter.Type === 'CommaDelimitedList' || parameter.Type.startsWith('List<');
    return isList
      ? this.text(value, path)
          .split(',')
          .map((item) => item.trim())
      : value;
  }

  private getAtt(argument: unknown, path: string): string {
    const parts = typeof argument === 'string' ? splitAtFirstDot(argument) : argument;
    if (!Array.isArray(parts) || parts.length !== 2)
      throw new TemplateError(path, 'a logical id and an attribute expected');
    const [logicalId, attribute] = [String(parts[0]), this.text(parts[1], path)];
    const value = this.identity(logicalId, path).attributes[attribute];
    if (value === undefined) {
      const type = this.template.Resources[logicalId]?.Type ?? '';
      throw new TemplateError(path, `attribute ${attribute} of ${type} is not supported here`);
    }
    return value;
  }

  private join(argument: unknown, path: string): string {
    const [delimiter, values] = this.list(argument, path, 2);
    const items = this.resolve(values, path);
    if (typeof delimiter !== 'string' || !Array.isArray(items))
      throw new TemplateError(path, 'a delimiter and a list expected');
    return items.map((item, index) => this.text(item, `${path}[1][${index}]`)).join(delimiter);
  }

  private sub(argument: unknown, path: string): string {
    const [pattern, variables] = Array.isArray(argument) ? (argument as unknown[]) : [argument, {}];
    if (typeof pattern !== 'string' || !isRecord(variables))
      throw new TemplateError(path, 'a text, or a text and a map expected');
    return pattern.replace(/\$\{(!?)([^}]*)\}/g, (_, literal: string, name: string) => {
      if (literal === '!') return `\${${name}}`;
      if (Object.hasOwn(variables, name)) return this.text(variables[name], `${path}.${name}`);
      return this.text(name.includes('.') ? { 'Fn::GetAtt': name } : { Ref: name }, path);
    });
  }

  private select(argument: unknown, path: string): unknown {
    const [index, list] = this.list(argument, path, 2);
    const items = this.resolve(list, path);
    const position = Number(this.text(index, path));
    if (!Array.isArray(items) || !(position in items)) throw new TemplateError(path, `there is no item ${position}`);
    return items[position] as unknown;
  }

  private split(argument: unknown, path: string): string[] {
    const [delimiter, source] = this.list(argument, path, 2);
    if (typeof delimiter !== 'string') throw new TemplateError(path, 'a delimiter and a text expected');
    return this.text(source, path).split(delimiter);
  }

  private findInMap(argument: unknown, path: string): unknown {
    const [map, first, second] = this.list(argument, path, 3).map((key) => this.text(key, path));
    const value = this.template.Mappings?.[map ?? '']?.[first ?? '']?.[second ?? ''];
    if (value === undefined) throw new TemplateError(path, `mapping ${map}.${first}.${second} does not exist`);
    return value;
  }

  private choose(argument: unknown, path: string): unknown {
    const [name, whenTrue, whenFalse] = this.list(argument, path, 3);
    return this.evaluate(this.condition(this.text(name, path), path) ? whenTrue : whenFalse, path);
  }

  private equals(argument: unknown, path: string): boolean {
    const [left, right] = this.list(argument, path, 2);
    return this.text(left, path) === this.text(right, path);
  }

  private truths(argument: unknown, path: string): boolean[] {
    if (!Array.isArray(argument) || argument.length === 0)
      throw new TemplateError(path, 'a list of conditions expected');
    return argument.map((item, index) => this.truth(item, `${path}[${index}]`));
  }

  private truth(value: unknown, path: string): boolean {
    const resolved = this.resolve(value, path);
    if (typeof resolved !== 'boolean') throw new TemplateError(path, 'a condition expected');
    return resolved;
  }

  private list(argument: unknown, path: string, length: number): unknown[] {
    if (!Array.isArray(argument) || argument.length !== length)
      throw new TemplateError(path, `a list of ${length} expected`);
    return argument as unknown[];
  }

  /** Refuses definitions that lead back to themselves instead of recursing for ever. */
  private once<T>(what: string, path: string, work: () => T): T {
    if (this.evaluating.has(what)) throw new TemplateError(path, `${what} refers to itself`);
    this.evaluating.add(what);
    try {
      return work();
    } finally {
      this.evaluating.delete(what);
    }
  }
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function splitAtFirstDot(text: string): string[] {
  const dot = text.indexOf('.');
  return dot === -1 ? [text] : [text.slice(0, dot), text.slice(dot + 1)];
}
