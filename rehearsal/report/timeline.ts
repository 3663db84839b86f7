import type { JournaledCall } from '../aws/redshift-data';
import { html, type Html } from './escape';
import { familyOf, phasesOf, type Phase } from './phases';
import type { Report } from './report';
import { scaleOf, ticksOf, type Scale } from './scale';
import { durationText, timeText } from './text';

const WIDTH = 1060;
const LABEL = 200;
const INDENT = 14;
const ROW = 24;
const BAR = 17;
/** Of the labels in bars, on the average. */
const LETTER = 5.6;
/** Of a label that is cut short. */
const LEAST_LETTERS = 5;

interface Bar {
  fromMs: number;
  toMs: number;
  title: string;
  kind: 'task' | 'task other' | 'failed' | 'wait' | 'call' | 'cancelled' | 'failed-call';
  text?: string;
}

interface Row {
  label: string;
  /** 0: a root; what belongs to no execution has no depth. */
  depth?: number;
  bars: Bar[];
}

/** Phases of every execution and calls of every app, over virtual time, as one SVG. */
export function timeline(report: Report): Html {
  const rows = [...executionRows(report), ...callRows(report)];
  const moments = rows.flatMap(({ bars }) => bars.flatMap(({ fromMs, toMs }) => [fromMs, toMs]));
  const scale = scaleOf([report.fromMs, report.toMs, ...moments], LABEL, WIDTH - 8);
  const bottom = rows.length * ROW;
  const drawn = rows.map((row, index) => drawRow(row, index * ROW, scale));
  return html`<svg viewBox="0 0 ${WIDTH} ${bottom + 24}" role="img" aria-label="Timeline of phases and statements">
    ${axis(report, scale, bottom)}${drawn}
  </svg>`;
}

function executionRows({ executions, spans, toMs }: Report): Row[] {
  return familyOf(executions).map(({ execution, depth, label }) => ({
    label,
    depth,
    bars: phasesOf(spans, execution, toMs)
      .filter((phase) => phase.toMs > phase.fromMs || phase.failures.length > 0)
      .flatMap((phase, index) => phaseBars(phase, index)),
  }));
}

/** States in which nothing of the execution's own goes on: its children work, or a person is asked. */
const WAITING = /^(?:Each |Approve )/;

function phaseBars(phase: Phase, index: number): Bar[] {
  const { state, fromMs, toMs, passes, failures } = phase;
  const lasted = durationText(toMs - fromMs);
  return [
    {
      fromMs,
      toMs,
      title: `${state}: ${lasted}${passes > 1 ? `, ${String(passes)} passes` : ''}, from ${timeText(fromMs)}`,
      kind: WAITING.test(state) ? 'wait' : index % 2 === 0 ? 'task' : 'task other',
      text: state,
    },
    ...failures.map((failure) => ({
      fromMs: failure.fromMs,
      toMs: failure.toMs,
      title: `${state}: ${failure.errors.join(', ')}, at ${timeText(failure.fromMs)}`,
      kind: 'failed' as const,
    })),
  ];
}

function callRows({ calls, toMs }: Report): Row[] {
  const byApp = new Map<string, JournaledCall[]>();
  for (const call of calls) {
    const key = `calls: ${call.database} / ${call.schema}`;
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

function drawRow({ label, depth, bars }: Row, top: number, scale: Scale): Html {
  const indent = (depth ?? 0) * INDENT;
  const most = Math.floor((LABEL - 8 - indent) / 6.2);
  const drawn = bars.map((bar) => drawBar(bar, top + (ROW - BAR) / 2, scale));
  return html`<g
    ><line class="rule" x1="0" x2="${WIDTH}" y1="${top + ROW}" y2="${top + ROW}" /><text
      class="${depth === 0 ? 'root' : 'child'}"
      x="${indent}"
      y="${top + ROW / 2 + 4}"
      >${label.length > most ? `${label.slice(0, most - 1)}…` : label}<title>${label}</title></text
    >${drawn}</g
  >`;
}

/** A bar names itself where there is room for it. */
function drawBar({ fromMs, toMs, title, kind, text = '' }: Bar, y: number, scale: Scale): Html {
  const x = scale(fromMs);
  const width = Math.max(1.5, scale(toMs) - x);
  const room = Math.floor((width - 8) / LETTER);
  const shown = text.length <= room ? text : room < LEAST_LETTERS ? '' : `${text.slice(0, room - 1).trimEnd()}…`;
  return html`<rect class="${kind}" x="${x.toFixed(1)}" y="${y}" width="${width.toFixed(1)}" height="${BAR}" rx="2"
      ><title>${title}</title></rect
    >${shown !== '' ? html`<text class="inside ${kind}" x="${(x + 4).toFixed(1)}" y="${y + 12.5}">${shown}</text>` : ''}`;
}

function axis({ fromMs, toMs }: Report, scale: Scale, bottom: number): Html {
  const y = bottom + 17;
  const days = timeText(fromMs).slice(0, 10);
  const ticks = ticksOf(fromMs, toMs, scale).map(
    (atMs) =>
      html`<line
          class="tick"
          x1="${scale(atMs).toFixed(1)}"
          x2="${scale(atMs).toFixed(1)}"
          y1="0"
          y2="${bottom + 4}"
        /><text class="axis middle" x="${scale(atMs).toFixed(1)}" y="${y}"
          >${timeText(atMs).slice(toMs - fromMs > DAY_MS ? 5 : 11, 16)}</text
        >`,
  );
  return html`<text class="axis" x="0" y="${y}">${days}, hours in UTC</text>${ticks}`;
}

const DAY_MS = 86_400_000;
