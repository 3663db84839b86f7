import { html, raw, type Html } from './escape';
import { familyOf, isTask, phasesOf } from './phases';
import type { Report } from './report';
import { STYLE } from './style';
import { causeText, countText, durationText, timeText } from './text';
import { timeline } from './timeline';

/** The report as one HTML page that needs nothing else. */
export function page(report: Report): string {
  const { result, title } = report;
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${result.scenario} – clickstream-upgrade rehearsal</title>
        <style>
          ${raw(STYLE)}
        </style>
      </head>
      <body>
        <header>
          <p class="kicker">clickstream-upgrade rehearsal</p>
          <h1>${result.scenario} ${verdict(result.held)}</h1>
          <p class="title">${sentence(title)}</p>
        </header>
        <main>
          ${figures(report)} ${section('What was expected', expectations(report))} ${section('Apps', apps(report))}
          ${section(
            'Timeline',
            html`<p class="note">
                Virtual time: stretches are drawn by the root of their length, so hours are not equally wide. A phase is
                a state with its waits; point at a bar for its name and length.
              </p>
              <div class="scroll">${timeline(report)}</div>
              ${legend()}`,
          )}
          ${section('Executions', executions(report))} ${section('States', states(report))}
          ${section('Statements', calls(report))} ${section('Calls of AWS APIs', apiCalls(report))}
        </main>
      </body>
    </html> `.markup;
}

function section(heading: string, body: Html): Html {
  return html`<section>
    <h2>${heading}</h2>
    ${body}
  </section>`;
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

function verdict(held: boolean): Html {
  return held ? html`<span class="good">held</span>` : html`<span class="bad">did not hold</span>`;
}

function figures({ result }: Report): Html {
  const { execution, statements } = result;
  const shown: [string, string][] = [
    ['Execution', execution.error === undefined ? execution.status : `${execution.status}: ${execution.error}`],
    ['Redrives', countText(execution.redrives)],
    ['Virtual time', durationText(execution.virtualSeconds * 1000)],
    ['State transitions', countText(execution.transitions)],
    ['Largest history', `${countText(execution.maxHistoryEvents)} of 25,000 events`],
    ['Calls', `${countText(statements.submitted)}, ${statements.cancelled} cancelled, ${statements.duplicated} twice`],
  ];
  return html`<dl>
    ${shown.map(
      ([name, value]) =>
        html`<div>
          <dt>${name}</dt>
          <dd>${value}</dd>
        </div>`,
    )}
  </dl>`;
}

function expectations({ expectations: all }: Report): Html {
  return html`<ul class="checks">
    ${all.map(({ what, held, found }) => html`<li>${held ? html`<b class="good">✓</b>` : html`<b class="bad">✗</b>`} ${what}${held ? '' : html`<pre>${found ?? ''}</pre>`}</li>`)}
  </ul>`;
}

function apps({ result }: Report): Html {
  const rows = result.apps.map(
    (app) =>
      html`<tr>
        <td>${app.projectId}</td>
        <td>${app.appId}</td>
        ${[app.legacyEvents, app.migratedEvents, app.missing, app.duplicated].map((count) => html`<td class="number">${countText(count)}</td>`)}
        <td>${app.parity ? html`<b class="good">proved</b>` : html`<b class="bad">no</b>`}</td>
      </tr>`,
  );
  return table(['Project', 'App', '#Legacy events', '#Migrated', '#Missing', '#Twice', 'Parity'], rows);
}

function executions({ executions: all, toMs }: Report): Html {
  const rows = familyOf(all).map(
    ({ execution, depth, label }) =>
      html`<tr>
        <td class="depth-${depth}">${label}</td>
        <td>${execution.status}${execution.redrives === 0 ? '' : `, redriven ${execution.redrives}×`}</td>
        <td>${timeText(execution.fromMs)}</td>
        <td class="number">${durationText((execution.toMs ?? toMs) - execution.fromMs)}</td>
        <td>
          ${execution.error ?? ''}${execution.cause === undefined ? '' : html`<pre>${causeText(execution.cause)}</pre>`}
        </td>
      </tr>`,
  );
  return table(['Execution', 'Status', 'Started (UTC)', '#Lasted', 'Error'], rows);
}

/** Tasks and maps: choices and waits between them say nothing that these do not. */
function states({ result, executions: all, spans, toMs }: Report): Html {
  const times = new Map<string, number>();
  for (const phase of all.flatMap((execution) => phasesOf(spans, execution, toMs))) {
    times.set(phase.state, (times.get(phase.state) ?? 0) + phase.toMs - phase.fromMs);
  }
  const shown = result.states.filter(({ name, failed }) => failed > 0 || (isTask(name) && (times.get(name) ?? 0) > 0));
  const longest = Math.max(1, ...times.values());
  const rows = shown.map(({ name, entered, failed }) => {
    const time = times.get(name) ?? 0;
    return html`<tr>
      <td>${name}</td>
      <td class="number">${countText(entered)}</td>
      <td class="number">${failed === 0 ? '' : html`<b class="bad">${countText(failed)}</b>`}</td>
      <td class="number">${durationText(time)}</td>
      <td class="meter"><span style="width:${((100 * time) / longest).toFixed(1)}%"></span></td>
    </tr>`;
  });
  return html`<p class="note">Time of all executions together, waits between the passes included.</p>
    ${table(['State', '#Entered', '#Failed', '#Virtual time', ''], rows)}`;
}

function calls({ calls: all, fromMs, toMs }: Report): Html {
  const rows = all.map(
    (call) =>
      html`<tr>
        <td class="number">${durationText(call.submittedMs - fromMs)}</td>
        <td>${call.database} / ${call.schema}</td>
        <td><code>${call.procedure}(${call.arguments.join(', ')})</code></td>
        <td>${call.status ?? 'running'}${call.cancelled ? ', cancelled' : ''}</td>
        <td class="number">${durationText((call.endedMs ?? toMs) - call.submittedMs)}</td>
        <td>${call.duplicate === undefined ? '' : html`<b class="bad">${call.duplicate}</b>`}${call.error ?? ''}</td>
      </tr>`,
  );
  return folded(
    `${countText(all.length)} calls of procedures`,
    table(['#At', 'App', 'Call', 'Ended', '#Lasted', ''], rows),
  );
}

function apiCalls({ apiCalls: all }: Report): Html {
  const rows = all.map(
    ({ service, operation, calls: count, refused }) =>
      html`<tr>
        <td>${service}</td>
        <td>${operation}</td>
        <td class="number">${countText(count)}</td>
        <td class="number">${refused === 0 ? '' : countText(refused)}</td>
      </tr>`,
  );
  const sum = all.reduce((total, { calls: count }) => total + count, 0);
  return folded(`${countText(sum)} calls`, table(['Service', 'Operation', '#Calls', '#Refused'], rows));
}

/** Long lists open on demand. */
function folded(summary: string, body: Html): Html {
  return html`<details>
    <summary>${summary}</summary>
    ${body}
  </details>`;
}

/** Headings of number columns begin with `#`. */
function table(headings: readonly string[], rows: readonly Html[]): Html {
  if (rows.length === 0) return html`<p class="note">None.</p>`;
  const heads = headings.map((text) =>
    text.startsWith('#') ? html`<th class="number">${text.slice(1)}</th>` : html`<th>${text}</th>`,
  );
  return html`<div class="scroll">
    <table>
      <thead>
        <tr>
          ${heads}
        </tr>
      </thead>
      <tbody>
        ${rows}
      </tbody>
    </table>
  </div>`;
}

function legend(): Html {
  const kinds: [string, string][] = [
    ['task', 'phase'],
    ['task other', 'the next one'],
    ['wait', 'children at work, or a person asked'],
    ['failed', 'with a failed attempt'],
    ['call', 'call'],
    ['cancelled', 'cancelled call'],
    ['failed-call', 'failed call'],
  ];
  return html`<p class="legend">${kinds.map(([kind, name]) => html`<span><i class="${kind}"></i>${name}</span>`)}</p>`;
}
