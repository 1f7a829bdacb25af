// report.html: a run on one page that needs nothing else: figures, curves, fillings over time, settings.
import { join } from 'node:path';

import { nodeFileSystem, writeFileDurably, type DurableFileSystem } from '@malmoi/safetensors/node';

import type { FilledText } from '../callbacks/masked-text-generator.ts';
import { formatDuration, formatNumber } from '../callbacks/progress-callback.ts';
import { withSnakeCaseKeys } from '../checkpoint/snake-case.ts';
import { escapeXml } from './escape-xml.ts';
import { reportStyle } from './report-style.ts';
import type { RunResults } from './results-files.ts';
import { runCharts } from './run-charts.ts';

/** What a report shows besides the run's results. */
export interface HtmlReportOptions extends RunResults {
  /** Default: the run's name, or "Training run". */
  readonly title?: string;
  /** `MaskedTextGenerator.history`. */
  readonly fillings?: readonly FilledText[];
  /** The file system to write with. Default the machine's. */
  readonly fileSystem?: DurableFileSystem;
}

/** The page as text. */
export function htmlReport(options: HtmlReportOptions): string {
  const { args, state, trainMetrics = {}, evalMetrics = {}, fillings = [] } = options;
  const title = escapeXml(options.title ?? args.runName ?? 'Training run');
  const seconds = trainMetrics['train_runtime'];
  const facts = [
    `${formatFigure(state.globalStep)} of ${formatFigure(state.maxSteps)} steps`,
    `${formatNumber(state.epoch)} epochs`,
    `${state.numInputTokensSeen.toLocaleString('en-US')} tokens`,
    ...(seconds === undefined ? [] : [formatDuration(seconds)]),
  ];
  return [
    '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="color-scheme" content="light dark">',
    `<title>${title}</title>\n<style>${reportStyle}</style>\n</head>\n<body>`,
    `<h1>${title}</h1>\n<p>${facts.join(' · ')}</p>`,
    highlights(evalMetrics),
    `<div class="charts">\n${[...runCharts(state.logHistory).values()].join('\n')}\n</div>`,
    fillingsSection(fillings),
    '<div class="columns">',
    table('Training', metricRows(trainMetrics)),
    table('Evaluation', metricRows(evalMetrics)),
    table('Settings', Object.entries(withSnakeCaseKeys(args))),
    '</div>\n</body>\n</html>\n',
  ].join('\n');
}

/**
 * Writes `report.html` and each chart as `<name>.svg` into the output folder, for a model card.
 *
 * @returns the names of the files.
 * @throws DurableWriteError with path and errno.
 */
export async function writeHtmlReport(options: HtmlReportOptions): Promise<string[]> {
  const { args, state, fileSystem = nodeFileSystem } = options;
  const charts = [...runCharts(state.logHistory)];
  const files = [
    ['report.html', htmlReport(options)] as const,
    ...charts.map(([name, svg]) => [`${name}.svg`, `${svg}\n`] as const),
  ];
  for (const [name, text] of files) {
    await writeFileDurably(join(args.outputDir, name), text, { fileSystem });
  }
  return files.map(([name]) => name);
}

/** What the last evaluation came to, in large type; its speed is in the table. */
function highlights(evalMetrics: Readonly<Record<string, number>>): string {
  const shown = Object.entries(evalMetrics).filter(
    ([name]) => name.startsWith('eval_') && !/_(?:runtime|per_second)$/u.test(name),
  );
  if (shown.length === 0) return '';
  const items = shown.map(([name, value]) => {
    const isRate = /(?:accuracy|f1|precision|recall)$/u.test(name);
    const text = isRate ? `${(100 * value).toFixed(1)} %` : formatFigure(value);
    const label = escapeXml(name.replace(/^eval_/u, '').replaceAll('_', ' '));
    return `<div><dt>${label}</dt><dd>${text}</dd></div>`;
  });
  return `<h2>Last evaluation</h2>\n<dl class="highlights">\n${items.join('\n')}\n</dl>`;
}

/** Figures of a run; where in the run they were taken is said elsewhere. */
function metricRows(metrics: Readonly<Record<string, number>>): [string, number][] {
  return Object.entries(metrics).filter(([name]) => name !== 'step' && name !== 'epoch');
}

function table(title: string, rows: readonly (readonly [string, unknown])[]): string {
  if (rows.length === 0) return '';
  const lines = rows.map(
    ([name, value]) =>
      `<tr><td>${escapeXml(name)}</td><td class="value">${escapeXml(formatValue(value))}</td></tr>`,
  );
  return `<section>\n<h2>${title}</h2>\n<table>\n${lines.join('\n')}\n</table>\n</section>`;
}

function formatValue(value: unknown): string {
  if (typeof value === 'number') return formatFigure(value);
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** Large numbers with separators, the others with the four digits that count. */
function formatFigure(value: number): string {
  return Math.abs(value) >= 1e4
    ? value.toLocaleString('en-US', { maximumFractionDigits: 0 })
    : formatNumber(value);
}

/** Each sentence with what it was filled with, from the first time to the last. */
function fillingsSection(fillings: readonly FilledText[]): string {
  if (fillings.length === 0) return '';
  const texts = [...new Set(fillings.map(({ text }) => text))];
  const sections = texts.map((text) => {
    const rows = fillings
      .filter((filled) => filled.text === text)
      .map(({ step, fillings: best }) => {
        const shown = best.map(
          ({ token, score }) =>
            `<span class="filling">${escapeXml(token)} <small>${score.toFixed(2)}</small></span>`,
        );
        return `<tr><td class="step">${formatFigure(step)}</td><td>${shown.join(', ')}</td></tr>`;
      });
    const head = '<tr><th class="step">step</th><th>most likely</th></tr>';
    return `<section>\n<h3>${escapeXml(text)}</h3>\n<table>\n${head}\n${rows.join('\n')}\n</table>\n</section>`;
  });
  return `<h2>Fillings over time</h2>\n<div class="columns">\n${sections.join('\n')}\n</div>`;
}
