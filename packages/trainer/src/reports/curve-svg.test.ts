import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { curveSvg, ticks } from './curve-svg.ts';

describe('a chart', () => {
  test('goes from corner to corner, smaller values lower', () => {
    const curve = {
      name: 'loss',
      points: [
        [0, 4],
        [50, 3],
        [100, 2],
      ] as const,
    };
    const svg = curveSvg([curve], { title: 'Loss', width: 640, height: 280 });
    expect(svg).toContain('points="64.0,36.0 340.0,136.0 616.0,236.0"');
  });

  test('leaves numbers out that are none, and is undefined without any', () => {
    const svg = curveSvg(
      [
        {
          name: 'a',
          points: [
            [0, 1],
            [1, NaN],
            [2, 2],
          ],
        },
      ],
      { title: 'A' },
    );
    expect(svg).toContain('points="64.0,236.0 696.0,36.0"');
    expect(svg).not.toContain('NaN');
    expect(curveSvg([{ name: 'a', points: [[0, NaN]] }], { title: 'A' })).toBeUndefined();
  });

  test('shows a single point, and equal values, without NaN', () => {
    expect(curveSvg([{ name: 'a', points: [[5, 0]] }], { title: 'A' })).toContain('<circle');
    const flat = curveSvg(
      [
        {
          name: 'a',
          points: [
            [1, 7],
            [2, 7],
          ],
        },
      ],
      { title: 'A' },
    );
    expect(flat).toContain('polyline');
    expect(flat).not.toContain('NaN');
  });

  test('has a legend for several curves, in their colours, and none for one', () => {
    const points = [
      [0, 1],
      [1, 2],
    ] as const;
    const alone = curveSvg([{ name: 'loss', points }], { title: 'A' });
    expect(alone).not.toContain('>loss</text>');
    const curves = [
      { name: 'loss', points, color: 1 },
      { name: 'eval_loss', points, color: 1, isDashed: true },
    ];
    const both = curveSvg(curves, { title: 'A' });
    expect(both?.match(/class="stroke-1" stroke="#dc2626"/gu)).toHaveLength(4);
    expect(both?.match(/stroke-dasharray/gu)).toHaveLength(2);
    expect(both).toMatch(/>loss<\/text>[^]*>eval_loss<\/text>/u);
  });

  test('begins at zero where that is asked for', () => {
    const points = [
      [0, 5],
      [1, 10],
    ] as const;
    const options = { title: 'A', fromZero: true };
    expect(curveSvg([{ name: 'a', points }], options)).toContain('points="64.0,136.0 696.0,36.0"');
  });

  test('has colours for a dark page', () => {
    const svg = curveSvg([{ name: 'a', points: [[0, 1]] }], { title: 'A' });
    expect(svg).toMatch(/@media \(prefers-color-scheme: dark\)\{[^<]*\.fill-0\{fill:#6ea8fe\}/u);
  });

  test('escapes names', () => {
    const points = [[0, 1]] as const;
    const curves = [
      { name: '<b>', points },
      { name: 'c', points },
    ];
    const svg = curveSvg(curves, { title: 'a & "b"' });
    expect(svg).toContain('&lt;b&gt;');
    expect(svg).toContain('a &amp; &quot;b&quot;');
  });

  test('ticks are round numbers inside the range', () => {
    expect(ticks({ low: 0, high: 100 })).toEqual([0, 20, 40, 60, 80, 100]);
    fc.assert(
      fc.property(
        fc.double({ min: -1e6, max: 1e6, noNaN: true }),
        fc.double({ min: 1e-3, max: 1e6, noNaN: true }),
        (low, size) => {
          const found = ticks({ low, high: low + size });
          return (
            found.length >= 2 &&
            found.length <= 6 &&
            found.every((tick) => tick >= low - 1e-6 * size && tick <= low + size * (1 + 1e-6))
          );
        },
      ),
    );
  });
});
