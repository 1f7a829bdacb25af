// report.html: a run on one page that needs nothing else: curves, figures, fillings over time, settings.
import { join } from 'node:path';

import { nodeFileSystem, writeFileDurably, type DurableFileSystem } from '@malmoi/safetensors/node';

import type { FilledText } from '../callbacks/masked-text-generator.ts';
import { formatDuration, formatNumber } from '../callbacks/progress-callback.ts';
import { withSnakeCaseKeys } from '../checkpoint/snake-case.ts';
import { escapeXml } from './escape-xml.ts';
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

const STYLE = `
body { font: 15px/1.5 system-ui, sans-serif; color: #1f2937; max-width: 1360px; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.6rem; } h2 { font-size: 1.15rem; margin-top: 2rem; }
.charts { display: flex; flex-wrap: wrap; gap: 1rem; } svg { max-width: 100%; height: auto; }
table { border-collapse: collapse; } td, th { padding: .2rem .8rem .2rem 0; text-align: left; vertical-align: top; }
td.number { font-variant-numeric: tabular-nums; text-align: right; } tr + tr td { border-top: 1px solid #e5e7eb; }
small { color: #6b7280; }`;

/** The page as text. */
export function htmlReport(options: HtmlReportOptions): string {
  const { args, state, trainMetrics, evalMetrics, fillings = [] } = options;
  const title = escapeXml(options.title ?? args.runName ?? 'Training run');
  const seconds = trainMetrics?.['train_runtime'];
  const facts = [
    `${state.globalStep} of ${state.maxSteps} steps`,
    `${formatNumber(state.epoch)} epochs`,
    `${state.numInputTokensSeen.toLocaleString('en-US')} tokens`,
    ...(seconds === undefined ? [] : [formatDuration(seconds)]),
  ];
  return [
    `<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>${title}</title>`,
    `<style>${STYLE}</style>\n</head>\n<body>\n<h1>${title}</h1>\n<p>${facts.join(' · ')}</p>`,
    `<div class="charts">\n${[...runCharts(state.logHistory).values()].join('\n')}\n</div>`,
    table('Figures', Object.entries({ ...trainMetrics, ...evalMetrics })),
    fillingsSection(fillings),
    table('Settings', Object.entries(withSnakeCaseKeys(args))),
    '</body>\n</html>\n',
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

function table(title: string, rows: readonly (readonly [string, unknown])[]): string {
  if (rows.length === 0) return '';
  const lines = rows.map(([name, value]) => {
    const text = typeof value === 'number' ? formatNumber(value) : JSON.stringify(value);
    return `<tr><td>${escapeXml(name)}</td><td class="number">${escapeXml(text)}</td></tr>`;
  });
  return `<h2>${title}</h2>\n<table>\n${lines.join('\n')}\n</table>`;
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
          ({ token, score }) => `${escapeXml(token)} <small>${score.toFixed(2)}</small>`,
        );
        return `<tr><td class="number">${step}</td><td>${shown.join(', ')}</td></tr>`;
      });
    const head = '<tr><th>step</th><th>most likely</th></tr>';
    return `<h3>${escapeXml(text)}</h3>\n<table>\n${head}\n${rows.join('\n')}\n</table>`;
  });
  return `<h2>Fillings over time</h2>\n${sections.join('\n')}`;
}
