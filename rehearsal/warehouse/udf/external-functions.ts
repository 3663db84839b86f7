import { tokenize } from '../postgres/sql-tokens';
import type { PostgresWarehouse } from '../postgres/statements';
import { parseExternalFunction } from './external-function';
import type { LambdaTarget, LambdaUdfGate } from './gate';

/** Brings what the gate says of the Lambdas that a database's external functions name to where their stand-ins read it. */
export class ExternalFunctions {
  /** By database. */
  private readonly targets = new Map<string, Promise<Map<string, LambdaTarget>>>();
  private gate: LambdaUdfGate | undefined;
  private stop: (() => void) | undefined;

  constructor(private readonly warehouse: PostgresWarehouse) {}

  /** Without a gate no Lambda is reached. */
  connect(gate: LambdaUdfGate | undefined): void {
    this.stop?.();
    this.gate = gate;
    this.stop = gate?.onChange(async () => {
      for (const database of this.targets.keys()) await this.refresh(database);
    });
  }

  /** To be called before each statement: asks about what the database has, and about what the statement is about to create. */
  async prepare(database: string, sql: string): Promise<void> {
    if (this.gate === undefined) return;
    const targets = await this.targetsOf(database);
    const created = createdBy(sql);
    if (created !== undefined) targets.set(keyOf(created), created);
    await this.refresh(database);
  }

  close(): void {
    this.stop?.();
  }

  private async refresh(database: string): Promise<void> {
    const { gate } = this;
    if (gate === undefined) return;
    for (const target of (await this.targetsOf(database)).values()) {
      const { refusal = null, throttledUntilMs } = await gate.ask(target);
      await this.warehouse.inspect(
        database,
        `INSERT INTO rehearsal.external_gate VALUES ($1, $2, $3, $4) ON CONFLICT (lambda_name, role_arn)
         DO UPDATE SET refusal = excluded.refusal, throttled_until_ms = excluded.throttled_until_ms
         WHERE (external_gate.refusal, external_gate.throttled_until_ms)
           IS DISTINCT FROM (excluded.refusal, excluded.throttled_until_ms)`,
        [target.lambdaName, target.roleArn, refusal, throttledUntilMs],
      );
    }
  }

  /** Those of earlier warehouses on the same database as well. */
  private targetsOf(database: string): Promise<Map<string, LambdaTarget>> {
    let targets = this.targets.get(database);
    if (targets === undefined) {
      targets = this.readTargets(database);
      targets.catch(() => this.targets.delete(database));
      this.targets.set(database, targets);
    }
    return targets;
  }

  private async readTargets(database: string): Promise<Map<string, LambdaTarget>> {
    const rows = await this.warehouse.inspect(
      database,
      'SELECT DISTINCT lambda_name, role_arn FROM rehearsal.external_function',
    );
    return new Map(
      rows.map((row) => {
        const target = { lambdaName: String(row['lambda_name']), roleArn: String(row['role_arn']) };
        return [keyOf(target), target];
      }),
    );
  }
}

function keyOf({ lambdaName, roleArn }: LambdaTarget): string {
  return `${lambdaName} ${roleArn}`;
}

/** What is no such statement, or a wrong one, creates nothing: the database says so. */
function createdBy(sql: string): LambdaTarget | undefined {
  if (!/\bexternal\b/i.test(sql)) return undefined;
  try {
    return parseExternalFunction(tokenize(sql));
  } catch {
    return undefined;
  }
}
