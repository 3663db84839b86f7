import type { JournaledCall } from '../aws/redshift-data';
import type { ExecutionRecord, StateSpan } from '../run/recorder';
import { html, raw, type Html } from './escape';
import type { Report } from './report';
import { durationText, timeText } from './text';

const WIDTH = 1060;
const LABEL = 190;
const ROW = 22;
const BAR = 14;

interface Bar {
  fromMs: number;
  toMs: number;
  title: string;
  kind: 'task' | 'failed' | 'wait' | 'call' | 'cancelled' | 'failed-call';
}

interface Row {
  label: string;
  bars: Bar[];
}

/** States of every execution and calls of every app, over virtual time, as one SVG. */
export function timeline(report: Report): Html {
  const rows = [...executionRows(report), ...callRows(report)];
  const scale = scaleOf(rows, report);
  const height = rows.length * ROW + 24;
  const drawn = rows.map((row, index) => drawRow(row, index * ROW, scale, report.toMs));
  return html`<svg viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="Timeline of states and statements">
    ${axis(report, scale, rows.length * ROW)}${drawn}
  </svg>`;
}

type Scale = (atMs: number) => number;

/**
 * Virtual time jumps: most of a run's clock is waiting, in which nothing is to be seen. Each stretch between two moments
 * gets a width that grows with the root of its length, so that both the long and the short stay visible.
 */
function scaleOf(rows: readonly Row[], { fromMs, toMs }: Report): Scale {
  const moments = [fromMs, toMs, ...rows.flatMap(({ bars }) => bars.flatMap((bar) => [bar.fromMs, bar.toMs]))];
  const sorted = [...new Set(moments)].sort((a, b) => a - b);
  const offsets = [0];
  for (let index = 1; index < sorted.length; index += 1) {
    const gap = (sorted[index] ?? 0) - (sorted[index - 1] ?? 0);
    offsets.push((offsets[index - 1] ?? 0) + Math.sqrt(gap));
  }
  const places = new Map(sorted.map((moment, index) => [moment, offsets[index] ?? 0]));
  const total = Math.max(1, offsets.at(-1) ?? 1);
  return (atMs) => LABEL + ((WIDTH - LABEL - 8) * (places.get(atMs) ?? 0)) / total;
}

function executionRows({ executions, spans, toMs }: Report): Row[] {
  return executions.map((execution) => ({
    label: labelOf(execution),
    bars: spans
      .filter(({ executionArn }) => executionArn === execution.executionArn)
      .map((span) => stateBar(span, toMs))
      // Choices and passes take no time: they would only be hairlines.
      .filter((bar) => bar.toMs > bar.fromMs || bar.kind === 'failed'),
  }));
}

function labelOf({ mapRunArn, name }: ExecutionRecord): string {
  return mapRunArn === undefined ? name : `· ${name}`;
}

function stateBar(span: StateSpan, endMs: number): Bar {
  const toMs = span.toMs ?? endMs;
  const errors = span.errors.length === 0 ? '' : ` – ${span.errors.join(', ')}`;
  const isWait = span.state.startsWith('Wait ');
  return {
    fromMs: span.fromMs,
    toMs,
    title: `${span.state}: ${durationText(toMs - span.fromMs)}${errors}`,
    kind: span.errors.length > 0 ? 'failed' : isWait ? 'wait' : 'task',
  };
}

function callRows({ calls, toMs }: Report): Row[] {
  const byApp = new Map<string, JournaledCall[]>();
  for (const call of calls) {
    const key = `CALL · ${call.database} / ${call.schema}`;
    byApp.set(key, [...(byApp.get(key) ?? []), call]);
  }
  return [...byApp].map(([label, called]) => ({
    label,
    bars: called.map((call) => ({
      fromMs: call.submittedMs,
      toMs: call.endedMs ?? toMs,
      title: `${call.procedure}(${call.arguments.join(', ')}): ${call.status ?? 'running'}, ${durationText((call.endedMs ?? toMs) - call.submittedMs)}`,
      kind: call.cancelled ? 'cancelled' : call.status === 'FAILED' ? 'failed-call' : 'call',
    })),
  }));
}

function drawRow({ label, bars }: Row, top: number, scale: Scale, endMs: number): Html {
  const drawn = bars.map(({ fromMs, toMs, title, kind }) => {
    const x = scale(fromMs);
    const width = Math.max(1.5, scale(Math.min(toMs, endMs)) - x);
    return html`<rect
      class="${kind}"
      x="${x.toFixed(1)}"
      y="${top + (ROW - BAR) / 2}"
      width="${width.toFixed(1)}"
      height="${BAR}"
      rx="2"
      ><title>${title}</title></rect
    >`;
  });
  return html`<g
    ><line class="rule" x1="0" x2="${WIDTH}" y1="${top + ROW}" y2="${top + ROW}" /><text x="0" y="${top + ROW / 2 + 4}"
      >${label.length > 28 ? `${label.slice(0, 27)}…` : label}<title>${label}</title></text
    >${drawn}</g
  >`;
}

function axis({ fromMs, toMs }: Report, scale: Scale, top: number): Html {
  const y = top + 17;
  return html`${raw('')}<text class="axis" x="${LABEL}" y="${y}">${timeText(fromMs)} UTC</text
    ><text class="axis end" x="${scale(toMs).toFixed(1)}" y="${y}">${timeText(toMs)} UTC</text>`;
}
